"""Names of countries and their governments."""

from __future__ import annotations

from transforms.tag.lexicon import Place
from transforms.tag.mentions import Mention
from transforms.tag.script import COMPANY_ENDS, Script
from transforms.tag.tokens import Sentence

_STATE_WORDS = frozenset(
    "government state treasury gobierno gouvernement governo regierung bundesregierung estado état stato federal "
    "republic".split()
)

_MINISTRIES = frozenset(
    "ministère ministerio ministero ministério ministerium verteidigungsministerium armée ejército esercito "
    "exército".split()
)


_FORCES = frozenset("army navy force marine space air coast ministry department defence defense".split())


class PlaceNames(Script):
    """Reads countries, and governments by their country, capital or ministry."""

    def _place(self, i: int, sentence: Sentence) -> Mention | None:
        found = self.lexicon.place_at(self.folded, i)
        if found is None or i + found[0] > sentence.last:
            return None
        length, place = found
        last = i + length
        low = self.document.low
        start = last + 2 if low[last : last + 2] in (["'", "s"], ["’", "s"]) else last
        if start > last and "ministry" in low[start : start + 3]:
            start = low.index("ministry", start)  # "Kazakhstan's space ministry"
            return Mention(i, start + 1, start + 1, "state", "Government of " + place.name, country=place.country)
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
