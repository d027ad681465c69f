"""Names that no list has."""

from __future__ import annotations

import re

from transforms.tag.lexicon import fold
from transforms.tag.mentions import Mention, NameContext
from transforms.tag.names_german import GERMAN_BEFORE, GERMAN_FIRMS, is_german_noun
from transforms.tag.names_runs import NameRuns
from transforms.tag.script import COMPANY_ENDS, VERB_STARTS, VERBAL
from transforms.tag.tokens import Sentence

_GEOGRAPHY = frozenset(
    "ocean sea island islands bay strait valley river mountains peninsula coast gulf desert lake county province "
    "district region".split()
)

_PLACE_PREPOSITIONS = frozenset("in at near outside across throughout around en à dans nel nella im em no na".split())

_AGE = re.compile(r"(?:aged )?[1-9]\d ?[,.]?$")
_UNITS = frozenset(("mhz", "ghz", "khz", "mbps", "gbps", "tbps"))

_TICKER = re.compile(r"[A-Z]{1,5}\.[A-Z]{1,3}$")  # VZ.N


class UnlistedNames(NameRuns):
    """Reads runs of capitalised words as names, and tells companies from people, places and the rest."""

    def _unknown(self, i: int, sentence: Sentence, context: NameContext) -> Mention | None:
        low = self.document.low
        first = i
        end = self._run(i, sentence, context)
        if end == i:
            return None
        begins = first == sentence.first or self.document.words[first - 1] in '"“«:–—-('
        while (
            first < end
            and begins
            and low[first] in self.words["common"]
            and end - first > 1
            and not self._hyphenated(first)
        ):
            first += 1
        last = end
        end = self._drop_legal(first + 1, end)
        if context.language == "de":
            while (
                end - first > 1
                and self._continues(first + 1)
                and (self._is_german_common(first) or low[first].endswith("er"))
                and (
                    low[first].endswith(GERMAN_FIRMS)
                    if begins
                    else low[first - 1] in GERMAN_BEFORE or low[first - 1].endswith(("er", "en", "e"))
                )
            ) or (end - first > 2 and low[first].endswith("er") and self._is_german_common(first + 1)):
                first += 1  # "Regionalversorger Geestkraft"
        while (
            last < sentence.last
            and (low[last - 1] in self.words["legal"] or (low[last - 1] == "." and last - 1 > end))
            and (self.document.words[last] == "." or (low[last] in self.words["legal"] and self.capital[last]))
        ):
            last += 1
        text = self._text(first, end)
        name = text.strip(" .-")
        lowered = name.lower()
        if end - first == 1 and lowered in self.words["common"]:
            return Mention(first, end, last, "other", name)  # nearly always the first word of a sentence
        if "." in text and _TICKER.match(text):
            return Mention(first, end, last, "other", name)
        if not _UNITS.isdisjoint(low[first:end]):
            return Mention(first, end, last, "other", name)  # "12 MHz of B Block"
        if words_end_in_number(self.document.words, first, end):
            return Mention(first, end, last, "other", name)
        if end - first >= 2 and self.document.words[end - 2] == "-" and low[end - 1] in self.words["generic"]:
            return Mention(first, end, last, "place", name, is_demonym=True)  # "Pan-African"
        if not name or self._is_no_name(first, end, lowered, begins, context):
            return Mention(first, end, last, "other", name or text)
        if low[end - 1] in _GEOGRAPHY and end - first > 1:
            return Mention(first, end, last, "place", name)
        if lowered in self.words["place"] or (low[first] in self.words["place"] and end - first == 1):
            return Mention(first, end, last, "place", name)
        if lowered in self.words["outlet"]:
            return Mention(first, end, last, "outlet", name)
        if lowered in self.words["adviser"]:
            return Mention(first, end, last, "adviser", name)
        if self._is_person(first, end, context):
            return Mention(first, end, last, "person", name)
        if context.is_title_case and not self._is_known(first, end, context):
            if low[first] not in context.known:
                return Mention(first, end, last, "weak", name)
            end = last = first + 1
            name = self._text(first, end)
        if first > sentence.first and low[first - 1] in _PLACE_PREPOSITIONS and low[end - 1] not in COMPANY_ENDS:
            return Mention(first, end, last, "unclear", name)
        return Mention(first, end, last, "org", name)

    def _is_known(self, first: int, end: int, context: NameContext) -> bool:
        """Whether a name of a headline in title case is known from the text below, or looks like no ordinary word."""
        words = self.document.words[first:end]
        if any(sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word) for word in words):
            return True
        return fold(self._text(first, end)).lower() in context.known

    def _is_german_common(self, i: int) -> bool:
        return is_german_noun(self.document.words[i]) or self.document.low[i] in self.words["common"]

    def _is_no_name(self, first: int, end: int, lowered: str, begins: bool, context: NameContext) -> bool:
        low = self.document.low
        if all(map(self._is_idle, low[first:end])):
            return True
        if self._is_idle(lowered) or lowered in self.words["person_title"]:
            return True
        single = end - first == 1
        if single and len(lowered) < 2:
            return True
        if single and begins and self._noun_follows(end):
            return True
        if context.language == "de" and single:
            word = self.document.words[first]
            if lowered in context.known or any(c.isupper() for c in word[1:]):
                return False
            before = low[first - 1] if first else "."
            described = (
                before in GERMAN_BEFORE
                or before.isdigit()
                or (before.endswith(("en", "er", "es", "e")) and self.document.words[first - 1][0].islower())
            )
            return described or is_german_noun(word) or lowered in self.words["common"]
        return single and begins and lowered.endswith(("ing", "ly")) and lowered not in context.known

    def _is_idle(self, word: str) -> bool:
        """Whether a word alone is no name: a month, a generic noun, a number."""
        return (
            word in self.words["month_day"]
            or word in self.words["generic"]
            or not (word.isalpha() or any(c.isalpha() for c in word))
        )

    def _noun_follows(self, end: int) -> bool:
        """Whether an ordinary noun follows, so that a first word is one, too: "Ground station firm"."""
        low = self.document.low
        if end >= len(low) or low[end] not in self.words["common"] or not self._continues(end):
            return False
        return low[end] not in VERB_STARTS and not self._is_cue(low[end], VERBAL)

    def _is_person(self, first: int, end: int, context: NameContext) -> bool:
        low = self.document.low
        words = low[first:end]
        if words[-1] in COMPANY_ENDS or words[-1] in self.words["legal"]:
            return False
        if words[-1] in context.people and len(words) <= 3:
            return True
        if len(words) > 1 and words[0] in self.words["person_title"]:
            return True
        if len(words) in (2, 3) and low[end : end + 1] == [","] and _AGE.match(" ".join(low[end + 1 : end + 3])):
            return True  # "Salma Idrissi, 39, founded"
        if words[0] in self.words["given_name"] and (
            len(words) > 1 or low[max(first - 1, 0)] in self.words["person_title"]
        ):
            return True
        before = low[first - 1] if first else ""
        if before == "." and first > 1:
            before = low[first - 2]
        if before in self.words["person_title"] and before not in ("partner", "investor", "major", "general", "head"):
            return True
        after = low[end : end + 3]
        return (
            len(words) in (2, 3)
            and len(after) == 3
            and after[0] == ","
            and (
                after[1] in self.words["person_title"]
                or (after[1] in ("the", "its", "a", "an") and after[2] in self.words["person_title"])
                or " ".join(after[1:]) in self.words["person_title"]
            )
        )


def words_end_in_number(words: list[str], first: int, end: int) -> bool:
    """Whether a name ends in a hyphen and a number, as satellites and rockets do: "Orion-4"."""
    return end - first >= 3 and words[end - 1].isdigit() and words[end - 2] == "-"
