"""The deals of a story beside its main one: the model weighs which of what was read or guessed is a deal of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.tag.deals import Draft, shared
from transforms.tag.described import kind_of
from transforms.tag.features import cues, stems, words
from transforms.tag.gate import CORE, says_field
from transforms.tag.linear import load_model
from transforms.tag.reading import Page
from transforms.tag.select import MAX_DEALS

KEEP_FURTHER = 0.4  # from which probability a draft is a deal of the story


def choose_further(page: Page, main: Draft, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts that are deals of the story beside its main one, and neither tell of it once more nor of none."""
    model = load_model("further")
    rated = [(model.probability(further_features(page, draft, main, drafts)), draft) for draft in drafts]
    return [draft for chance, draft in rated if chance >= KEEP_FURTHER][: MAX_DEALS - 1]


def further_features(page: Page, draft: Draft, main: Draft, drafts: Sequence[Draft]) -> list[str]:
    """What speaks for a deal of its own, beside the main one. drafts: all that may be further deals of the story."""
    index, common = draft.sentence, shared(draft.keys(), main.keys())
    begins = stems(page, index)[:2]
    found = {"always", draft.source, "begins " + " ".join(begins[:1]), "begins " + " ".join(begins)}
    for fact in (*_of_draft(page, draft), *_beside_main(page, draft, main, common), "found=%d" % min(len(drafts), 6)):
        found |= {fact, "%s %s" % (draft.source, fact)}
    for mark in _marks(draft, main):
        found |= {mark, "%s %s" % (draft.source, mark), "shared=%d %s" % (min(common, 2), mark)}
    for mention, role in draft.parties:
        kind = kind_of(mention) or "?"
        found |= {"kind=" + kind, "%s=%s" % (role, kind)}
    found.update(words(page, index))
    found.update(cues(page, index))
    if page.headline[0]:
        found.update("title " + word for word in words(page, 0) if " " not in word)
    return sorted(found)


def _of_draft(page: Page, draft: Draft) -> Iterator[str]:
    """What a draft is by itself, and how far down it stands."""
    lead, index = draft.group.lead, draft.sentence
    fielded = sum(kind_of(mention) in CORE or says_field(mention) for mention, _ in draft.parties)
    yield "lead=" + lead.family
    yield "strength=%s%d" % ("noun" if lead.is_noun else "verb", int(draft.group.strength))
    yield "type=" + draft.deal_type
    yield "status=" + draft.status.status
    yield "level=" + draft.status.level
    yield "parties=%d" % min(len(draft.parties), 3)
    yield "fielded=%d" % min(fielded, 2)
    yield "told=%d" % min(len(draft.sentences), 3)
    yield "at=%d" % min(index, 6)
    yield "length=%d" % sum(len(page.document.sentences) > limit for limit in (3, 4, 6, 8, 16))
    yield "sums=%d" % (min(len(page.amounts[index]), 2) if page.amounts else 0)


def _beside_main(page: Page, draft: Draft, main: Draft, common: int) -> Iterator[str]:
    """How a draft differs from the main deal. common: how many parties they share."""
    parties, sentences = len(draft.parties), page.document.sentences
    yield "shared=%d" % min(common, 2)
    yield "new=%d" % min(parties - common, 3)
    yield "sides=%d of %d" % (min(common, 2), min(parties, 3))
    yield "main=" + main.deal_type
    yield "of main=%s %s" % (main.deal_type, draft.deal_type)
    yield "main told=%d" % min(len(main.sentences), 3)
    yield "main parties=%d" % min(len(main.parties), 3)
    yield "away=%d" % max(-1, min(draft.sentence - max(main.sentences), 4))
    yield "paragraph=%d" % min(sentences[draft.sentence].paragraph - sentences[main.sentence].paragraph, 2)
    if draft.value is None:
        yield "sum=none"
    else:
        yield "sum=own" if main.value is None or main.value.start != draft.value.start else "sum=main"


def _marks(draft: Draft, main: Draft) -> Iterator[str]:
    group = draft.group
    facts = {
        "same type": draft.deal_type == main.deal_type,
        "same sentence": draft.sentence in main.sentences,
        "headline": draft.in_headline,
        "main in headline": main.in_headline,
        "aside": group.is_aside,
        "bare": group.is_bare,
        "definite": group.is_definite,
        "noun": group.has_noun,
        "share": draft.is_share,
        "term": draft.term is not None,
        "stake": draft.stake is not None,
    }
    return (name for name, holds in facts.items() if holds)
