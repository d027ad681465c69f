"""Names of countries and their governments."""

from __future__ import annotations

from transforms.tag.lexicon import Lexicon, Place
from transforms.tag.mentions import Mention
from transforms.tag.script import COMPANY_ENDS, Script
from transforms.tag.tokens import Document, Sentence
from transforms.tag.vocabulary import Vocabulary

_STATE_WORDS = frozenset(
    "government state treasury gobierno gouvernement governo regierung bundesregierung estado état stato federal "
    "republic".split()
)

_MINISTRIES = frozenset(
    "ministère ministerio ministero ministério ministerium verteidigungsministerium armée ejército esercito "
    "exército".split()
)


_FORCES = frozenset("army navy force marine space air coast ministry department defence defense".split())
# What an office of a state is called, and what stands before it: "defence ministry", "air force".
_STATE_OFFICES = frozenset("ministry department agency force forces guard navy army police gendarmerie".split())
_LOOKS_AFTER = frozenset(
    "defence defense interior home foreign health education transport communications telecommunications telecom "
    "economy economic finance treasury justice digital emergency emergencies agriculture infrastructure science "
    "technology ict it information space air coast border national federal armed security special naval procurement "
    "privatisation aid development energy environment fisheries maritime weather meteorological post posts police "
    "industry trade labour public works civil aviation rural tourism culture media royal and".split()
)
_BY_THEMSELVES = frozenset(("navy", "army", "gendarmerie", "police"))


class PlaceNames(Script):
    """Reads countries, and governments by their country, capital or ministry."""

    def __init__(self, document: Document, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        super().__init__(document, lexicon, vocabulary)
        low = document.low
        # Where "the defence ministry" and the like may begin; the offices named with their country, and how.
        self.office_starts: set[int] = set()
        if not _STATE_OFFICES.isdisjoint(low):
            self.office_starts = {i + 1 for i, word in enumerate(low) if word in ("the", "a", "an")}
        self.offices: dict[tuple[str, str], str] = {}

    def _place(self, i: int, sentence: Sentence) -> Mention | None:
        found = self.lexicon.place_at(self.folded, i)
        if found is None or i + found[0] > sentence.last:
            return None
        length, place = found
        last = i + length
        low = self.document.low
        start = last + 2 if low[last : last + 2] in (["'", "s"], ["’", "s"]) else last
        office = self._office(start, sentence)
        if office:
            name = self._text(start if start > last and self._is_capital(start) else i, office)
            name = self.offices.setdefault((place.country, " ".join(low[start:office])), name)
            return Mention(i, office, office, "state", name, country=place.country)
        if start < sentence.last and low[start] in _STATE_WORDS and not self._is_company_run(start + 1, sentence):
            return Mention(i, start + 1, start + 1, "state", "Government of " + place.name, country=place.country)
        if place.form == "government":
            return Mention(i, last, last, "state", "Government of " + place.name, country=place.country)
        if last < sentence.last and self._is_capital(last) and self._continues(last):
            if place.form != "demonym":
                return None  # "Singapore Telecom": the run is one name
            if low[last] in COMPANY_ENDS or low[last] in _FORCES:
                return None
        if self._follows_state_word(i):
            return Mention(i, last, last, "state", "Government of " + place.name, country=place.country)
        return Mention(i, last, last, "place", place.name, country=place.country, is_demonym=place.form == "demonym")

    def _office(self, i: int, sentence: Sentence) -> int:
        """The end of the office of a state that begins at i, in small letters or large: "air force"; 0 for none."""
        low = self.document.low
        for k in range(i, min(i + 5, sentence.last)):
            if low[k] in _STATE_OFFICES:
                end = k + 1
                if low[k] == "guard" and end < sentence.last and low[end] == "service":
                    end += 1
                if end + 1 < sentence.last and low[end] in ("of", "for") and low[end + 1] in _LOOKS_AFTER:
                    end += 2
                    while end + 1 < sentence.last and low[end] in ("and", ",") and low[end + 1] in _LOOKS_AFTER:
                        end += 2
                elif k == i and low[k] not in _BY_THEMSELVES:
                    return 0
                return 0 if self._is_company_run(end, sentence) else end  # "Italy's space agency ASI"
            if low[k] not in _LOOKS_AFTER:
                return 0
        return 0

    def _own_office(self, i: int, sentence: Sentence) -> Mention | None:
        """An office that the text names by itself: "the defence ministry"."""
        end = self._office(i, sentence)
        if not end or self.document.low[i - 1] not in ("the", "a", "an") or self._is_capital(i):
            return None
        name = self._text(i, end)
        if any(office == name.lower() for _, office in self.offices):
            return None  # named before with its country
        return Mention(i, end, end, "state", name)

    def _foreign_state(self, i: int, sentence: Sentence) -> Mention | None:
        """The government of "il governo italiano", "le ministère belge", "die italienische Regierung"."""
        low = self.document.low
        if i + 1 >= sentence.last:
            return None
        for word, demonym in ((i, i + 1), (i + 1, i)):
            if low[word] in _STATE_WORDS or low[word] in _MINISTRIES:
                found = self.lexicon.demonyms.match(low, demonym)
                if found:
                    place: Place = found[0][1]
                    last = self._after_ministry(i + 2, sentence)
                    return Mention(i, i + 2, last, "state", "Government of " + place.name, country=place.country)
        return None

    def _after_ministry(self, i: int, sentence: Sentence) -> int:
        """Past "de la Défense" after the ministry of a country."""
        low = self.document.low
        k = i
        while k < min(sentence.last, i + 3) and low[k] in (
            "de",
            "la",
            "della",
            "du",
            "da",
            "do",
            "del",
            "l",
            "'",
            "’",
            "der",
            "für",
        ):
            k += 1
        return k + 1 if k > i and k < sentence.last and self._is_capital(k) else i

    def _follows_state_word(self, i: int) -> bool:
        low = self.document.low
        return (
            i >= 2 and low[i - 1] in ("of", "in", "de", "du", "von", "do", "da", "della") and low[i - 2] in _STATE_WORDS
        )

    def _is_company_run(self, i: int, sentence: Sentence) -> bool:
        return i < sentence.last and self._is_capital(i) and self._continues(i)
