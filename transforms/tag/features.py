"""What the models of ``learned.py`` go by: features of a deal. Its parties and sums have modules of their own.

A feature is a name that a deal has or has not. Words count by their first six letters, names by what
kind of company they are, so that the models learn how deals are told and not who made them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from transforms.tag.deals import Draft
from transforms.tag.described import kind_of
from transforms.tag.reading import Page

REACH = 6  # words on each side of what says a deal's status
STEM = 6  # letters of a word that count
MAX_TOLD = 3  # sentences of a deal that are looked at
BEGINNING = 7  # sentences of a story that a deal of its beginning may take parties and sums from
_STATUS = ("status:", "level:", "light:", "hint:ordinary", "hint:deal")
_GRAMMAR = frozenset(("grammar", "plain"))


def stems(page: Page, index: int) -> list[str]:
    """The words of a sentence by their first letters; a name as ``<kind>``, a figure as ``#``."""
    known = page.stems.get(index)
    if known is not None:
        return known
    low, sentence = page.document.low, page.document.sentences[index]
    named = {mention.first: mention for mention in page.mentions[index] if mention.kind != "other"}
    found: list[str] = []
    i = sentence.first
    while i < sentence.last:
        mention = named.get(i)
        if mention is None:
            found.append(stem(low[i]))
            i += 1
        else:
            kind = kind_of(mention) if mention.kind in ("org", "state") else ""
            found.append("<" + (kind or mention.kind) + ">")
            i = max(mention.last, i + 1)
    page.stems[index] = found
    return found


def words(page: Page, index: int) -> Iterator[str]:
    """The words of a sentence and its pairs of words."""
    found = stems(page, index)
    last = ""
    for word in found:
        if word[0].isalpha():
            yield word
        if last:
            yield last + " " + word
        last = word


def cues(page: Page, index: int) -> Iterator[str]:
    """What the words of a sentence stand for in the lists: "noun=lease", "hint=supply"."""
    low, sentence = page.document.low, page.document.sentences[index]
    for _, hits in page.cues_in(sentence.first, sentence.last):
        yield from (cue.kind + ":" + cue.value for _, cue in hits if cue.kind not in _GRAMMAR)
    for i in range(sentence.first, sentence.last):
        yield from ("hint:" + cue.value for _, cue in page.hints.match(low, i))


def told(page: Page, draft: Draft) -> list[int]:
    """The sentences that tell of a deal, and the headline over a deal of the beginning."""
    found = sorted(set(draft.sentences[:MAX_TOLD]))
    if found[0] and found[0] <= 2 and page.headline[0]:
        found.insert(0, 0)
    return found


def type_features(page: Page, draft: Draft) -> list[str]:
    """What a deal's type goes by: what the rules say, the words, the goods, the kinds of the parties."""
    found = {"rules=" + draft.deal_type}
    for index in told(page, draft):
        found.update(words(page, index))
        found.update("topic=" + value for _, value in page.topics[index])
        if page.stakes:
            found.update("stake=" + _size(stake.pct) for stake in page.stakes[index])
        if page.terms and page.terms[index]:
            found.add("near=term")
        seen = Counter(cues(page, index))
        mark = "title " if page.headline[index] else ""
        found.update(mark + cue for cue in seen)
        found.update("two " + cue for cue, count in seen.items() if count > 1)
    for group in draft.groups:
        found.update("object=" + value for value in group.objects)
        found.update(("noun=" if event.is_noun else "verb=") + event.family for event in group.events)
    lead = draft.group.lead
    found.add("lead=" + lead.family)
    found.add("rules=%s %s=%s" % (draft.deal_type, "noun" if lead.is_noun else "verb", lead.family))
    found.add("word=" + lead.word[:STEM])
    found.add("rules=%s plain=%d" % (draft.deal_type, int(draft.group.strength)))
    kinds = sorted(kind_of(mention) or "?" for mention, _ in draft.parties)
    found.update("kind=" + kind for kind in kinds)
    if len(kinds) > 1:
        found.add("kinds=%s+%s" % (kinds[0], kinds[-1]))
    found.update("%s=%s" % (role, kind_of(mention) or "?") for mention, role in draft.parties)
    found.add("parties=%d" % min(len(kinds), 4))
    found.update("story=" + value for value in page.story_objects)
    if draft.value is not None:
        found.add("has=value")
    if draft.term is not None:
        found.add("has=term")
    if draft.stake is not None:
        found.add("has=" + _size(draft.stake.pct))
    return sorted(found)


def _size(pct: Decimal) -> str:
    return "minority" if pct <= 50 else "majority" if pct < 100 else "all"


def status_features(page: Page, draft: Draft) -> list[str]:
    """What a deal's status goes by: what the rules say and how plainly, and the words."""
    rule = draft.status
    found = {"rules=" + rule.status, "level=" + rule.level, "type=" + draft.deal_type}
    found.add("plain=%s%d" % (rule.status, min(int(rule.weight) // 2, 4)))
    found.add("of=%s %s" % (draft.deal_type, rule.status))
    found.update("told=" + status.status for _, status in draft.statuses)
    found.add("rules=%s lead=%s" % (rule.status, draft.group.lead.family))
    found.add("said=%s %s" % (rule.status, " ".join(page.document.low[rule.first : min(rule.last, rule.first + 3)])))
    for index in told(page, draft):
        mark = "title " if page.headline[index] else ""
        found.update(mark + cue for cue in cues(page, index) if cue.startswith(_STATUS))
        if page.headline[index]:
            found.update(mark + word for word in words(page, index))
    found.update(_around(page, rule.first, rule.last))
    return sorted(found)


def _around(page: Page, first: int, last: int) -> Iterator[str]:
    """The words beside those that say the status, in their sentence, and their pairs; names are left out."""
    index = next((k for k, s in enumerate(page.document.sentences) if s.first <= first < s.last), 0)
    sentence, low = page.document.sentences[index], page.document.low
    named = {i for mention in page.mentions[index] for i in range(mention.first, mention.last)}
    around = range(max(sentence.first, first - REACH), min(sentence.last, last + REACH))
    beside = [stem(low[i]) for i in around if low[i][0].isalpha() and i not in named]
    yield from ("by " + word for word in beside)
    yield from ("by %s %s" % pair for pair in pairwise(beside))


def near(page: Page, draft: Draft) -> list[int]:
    """The sentences in which a deal's parties and sums may be told."""
    found = set(told(page, draft)) | {i + k for i in draft.sentences[:MAX_TOLD] for k in (1, 2)}
    if min(draft.sentences) <= 2:
        found.update(range(BEGINNING))
    return sorted(index for index in found if index < len(page.document.sentences))


def stem(word: str) -> str:
    """What of a word counts: its first letters; of a figure that it is one."""
    return word[:STEM] if word[0].isalpha() else "#" if word[0].isdigit() else word


def beside(page: Page, index: int, first: int, last: int) -> tuple[list[str], list[str]]:
    """The three words before and after the tokens first ≤ i < last of a sentence; of a name only its kind."""
    low, sentence = page.document.low, page.document.sentences[index]
    start, end = max(sentence.first, first - 3), min(sentence.last, last + 3)
    seen = {i: stem(low[i]) for i in range(start, end)}
    for mention in page.mentions[index]:
        if mention.kind != "other" and start < mention.last and mention.first < end:
            seen.update((i, "<" + mention.kind + ">") for i in range(mention.first, mention.last))
    before = [seen.get(i, "|") if i >= sentence.first else "|" for i in range(first - 3, first)]
    return before, [seen.get(i, "|") if i < sentence.last else "|" for i in range(last, last + 3)]
