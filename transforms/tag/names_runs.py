"""Where a name begins and ends: runs of capitalised words, and the small words that join them into one name."""

from __future__ import annotations

from transforms.tag.mentions import NameContext
from transforms.tag.script import Script
from transforms.tag.tokens import Sentence

MAX_NAME_WORDS = 9
_HEADS_OF_OF = frozenset(
    "ministry department bank government city university republic agency office port state institute board "
    "ministerio ministère ministero ministério gobierno banco agencia agence agenzia agência departamento state".split()
)
_ELIDED = frozenset(("d", "dell", "l"))
_CONNECTORS = frozenset("of de do da dos das del della di du des for en".split())
_MINISTRY = frozenset(("ministry", "department", "minister"))
_OFFICES = frozenset("commission authority agency administration office board council regulator service".split())
_HOUSE = frozenset("associates sons brothers bros".split())
_OFFICIAL = _MINISTRY | frozenset("national federal state independent postal communications telecommunications".split())


class NameRuns(Script):
    """Finds how far a name reaches."""

    def _run(self, i: int, sentence: Sentence, context: NameContext) -> int:
        """The end of the run of capitalised words that begins at i."""
        low, words = self.document.low, self.document.words
        end = i
        while end < sentence.last and end - i < MAX_NAME_WORDS:
            if end > i and not self._continues(end):
                break
            word = words[end]
            if self.capital[end]:
                if end > i and self._breaks(end, context):
                    break
                if context.is_title_case and low[end] in self.words["common"] and not self._hyphenated(end):
                    break
                end += 1
            elif end + 1 < sentence.last and self.capital[end + 1] and self._links(end, i, sentence):
                end += 2
            elif low[end] in _ELIDED and self._is_elided(end, sentence):
                end += 3
            elif (
                word.isdigit()
                and end > i
                and len(word) <= 4
                and self.document.starts[end] == self.document.ends[end - 1]
            ):
                end += 1
            else:
                break
        return end

    def _breaks(self, i: int, context: NameContext) -> bool:
        """Whether a new name begins at a capitalised word inside a run."""
        low = self.document.low
        if low[i] in self.words["person_title"] and low[i] not in ("general", "partner", "capital", "major"):
            return True
        if low[i] in self.words["month_day"] or low[i - 1] in self.words["month_day"]:
            return True
        found = self.companies.get(i)
        return found is not None and not found[2] and low[i - 1] in self.words["common"]

    def _links(self, i: int, first: int, sentence: Sentence) -> bool:
        """Whether the token joins a word to the capitalised one after it: of, &, a hyphen, a full stop, apostrophe."""
        low, words, starts, ends = self.document.low, self.document.words, self.document.starts, self.document.ends
        tight = starts[i] == ends[i - 1] and starts[i + 1] == ends[i]
        word = words[i]
        if word in "-.'’/·" and tight:
            if word == "." and len(low[i - 1]) > 2 and words[i + 1][0].isupper():
                return False  # a missing space: "Calif.Cisco"
            return not (word in "'’" and low[i + 1] == "s")
        if word == "&":
            return starts[i] - ends[i - 1] <= 1 and starts[i + 1] - ends[i] <= 1
        if word == "and":
            return self._links_and(i, first, sentence)
        if low[i] in ("of", "for", "de", "en") or low[i] in _CONNECTORS:
            return (
                low[i - 1] in _HEADS_OF_OF
                or low[first] in _HEADS_OF_OF
                or (low[i] in ("do", "da", "dos", "das", "del") and i - 1 == first)
            )
        return False

    def _links_and(self, i: int, first: int, sentence: Sentence) -> bool:
        """Whether "and" joins two words of one name: "Dettwiler and Associates", "Communications and Space Agency"."""
        low = self.document.low
        if low[i + 1] in _HOUSE:
            return True
        return bool(_OFFICIAL & {low[first], low[i - 1]}) and self._ends_official(i + 1, sentence)

    def _ends_official(self, i: int, sentence: Sentence) -> bool:
        """Whether the capitalised words from i on end an authority's name, or are all that a ministry looks after."""
        end = i
        while end < sentence.last and end - i < 4 and self._is_capital(end) and (end == i or self._continues(end)):
            end += 1
        low = self.document.low
        before = low[max(0, i - 6) : i]
        return bool(_OFFICES & set(low[i:end])) or bool(_MINISTRY & set(before))

    def _is_elided(self, i: int, sentence: Sentence) -> bool:
        """Whether "d'" joins two capitalised words: "Caisse d'Epargne"."""
        words, starts, ends = self.document.words, self.document.starts, self.document.ends
        if i + 2 >= sentence.last or words[i + 1] not in "'’":
            return False
        return starts[i + 1] == ends[i] and starts[i + 2] == ends[i + 1] and self._is_capital(i + 2)
