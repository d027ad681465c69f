"""Names in a sentence: companies of the lexicon and others, states, agencies; and what is none of these.

A run of capitalised words is a name. Headlines in title case say nothing by their capitals, so in them a run ends at
every ordinary word and begins only where the text below, or the lexicon, knows the name.
"""

from __future__ import annotations

from transforms.tag.mentions import Mention, NameContext
from transforms.tag.names_listed import ListedNames
from transforms.tag.names_places import PlaceNames
from transforms.tag.names_unlisted import UnlistedNames
from transforms.tag.script import VERBAL
from transforms.tag.tokens import Sentence

_LED = frozenset(
    "led based backed owned listed controlled born style made run wide bound funded speaking affiliated".split()
)

_LED_OTHER = frozenset("based born style made bound wide speaking".split())

_DESCRIBED = frozenset(
    "company companies firm firms operator operators group carrier maker manufacturer start startup airline "
    "provider vendor bank fund supplier giant rival telco agency unit arm subsidiary team regulator court "
    "market".split()
)

_AFTER_PLACE = frozenset(
    "is was has will would said says and or in on at to for from with by as after of that which who are were have "
    "had may could wants plans agrees signs buys sells picks selects orders awards gives chooses but negotiates "
    "talks a ha es est".split()
)

_DASHES = frozenset("-–—:")

_FUNCTION_WORDS = frozenset(
    "the a an in on at for from with by as after before but and or while when if since under le la les un une el "
    "los las una il lo gli i der die das den dem ein eine o os as um uma en dans nel em im".split()
)


class NameReader(ListedNames, PlaceNames, UnlistedNames):
    """Reads the names of one document's sentences."""

    def may_know_a_company(self) -> bool:
        """Whether something in the text can be the name of a telecom or satellite company."""
        return any(company.sectors for _, company, _ in self.companies.values())

    def knows_a_company(self) -> bool:
        """Whether a telecom or satellite company stands in the text by a name that means nothing else."""
        return any(
            self.capital[i] and company.sectors and not is_ambiguous
            for i, (_, company, is_ambiguous) in self.companies.items()
        )

    def read(self, sentence: Sentence, context: NameContext) -> list[Mention]:
        """Returns the names of a sentence in order; they do not overlap."""
        mentions: list[Mention] = []
        end = self._after_dateline(sentence)
        capital, companies, is_foreign = self.capital, self.companies, context.language != "en"
        begins = self.office_starts
        for i in [i for i in range(end, sentence.last) if capital[i] or i in companies or is_foreign or i in begins]:
            if i < end:
                continue
            mention = self._at(i, sentence, context)
            if mention is not None:
                self._mark_possessive(mention, sentence)
                mentions.append(mention)
                end = mention.last
        return mentions

    def _after_dateline(self, sentence: Sentence) -> int:
        """The first token after "PARIS (Agency) -", "By Jane Doe", "Agency -"; where names may begin."""
        words, low = self.document.words, self.document.low
        limit = min(sentence.first + 14, sentence.last - 3)
        if _DASHES.isdisjoint(words[sentence.first + 1 : limit]):
            return sentence.first
        for i in range(sentence.first + 1, limit):
            if words[i] not in _DASHES or (
                self.document.starts[i] == self.document.ends[i - 1] and words[i] != ":" and words[i] != "—"
            ):
                continue
            head = words[sentence.first : i]
            if sentence.paragraph == 0:
                return sentence.first
            letters = [word for word in head if word.isalpha()]
            is_source = " ".join(low[sentence.first : i]) in self.words["outlet"] or ("(" in head and head[-1] == ")")
            is_capital = bool(letters) and letters[0].isupper() and len(letters[0]) > 2
            is_place = (
                low[sentence.first] in self.words["place"]
                and words[i] != ":"
                and all(w[0].isupper() or not w.isalpha() for w in head[:2])
            )
            return i + 1 if is_source or is_capital or is_place else sentence.first
        return sentence.first

    def _at(self, i: int, sentence: Sentence, context: NameContext) -> Mention | None:
        found = self.companies.get(i)
        if found is not None and i + found[0] <= sentence.last and not self._joined_before(i, sentence):
            length, company, is_ambiguous = found
            is_ambiguous = is_ambiguous or (
                length == 1 and self.document.words[i].islower() and context.language != "en"
            )
            if not is_ambiguous or self._fits(i, length, sentence, context):
                place = self.lexicon.place_at(self.folded, i)
                if place is None or place[0] <= length:
                    return self._company(i, i + length, company, sentence, context)
        state = self._foreign_state(i, sentence) if context.language != "en" else None
        if state is not None:
            return state
        if not self._is_capital(i):
            return self._own_office(i, sentence) if i in self.office_starts else None
        if found is not None and found[2] and self._run(i, sentence, context) == i + found[0]:
            return Mention(
                i, i + found[0], i + found[0], "other", self._text(i, i + found[0])
            )  # an orange is no Orange
        if self.document.low[i] in _FUNCTION_WORDS and i + 1 < sentence.last and self.capital[i + 1]:
            return None  # "The French government": the name begins after it
        return self._place(i, sentence) or self._unknown(i, sentence, context)

    def _mark_possessive(self, mention: Mention, sentence: Sentence) -> None:
        """Notes 's and s', and names that only describe: "Paris-based", "the Denver airline", "the Solna company"."""
        low, words = self.document.low, self.document.words
        last = mention.last
        if last < sentence.last and words[last] in "'’":
            following = low[last + 1] if last + 1 < sentence.last else ""
            mention.is_possessive = following == "s" or (low[last - 1].endswith("s") and following != "")
        if last + 1 < sentence.last and words[last] == "-" and low[last + 1] in _LED and low[last + 1] != "led":
            mention.kind = "other" if low[last + 1] in _LED_OTHER else mention.kind
            mention.is_demonym = True
        if last < sentence.last and mention.kind in ("place", "org") and mention.company is None:
            mention.is_demonym = mention.is_demonym or self._only_describes(mention, last)

    def _only_describes(self, mention: Mention, last: int) -> bool:
        """Whether a noun follows that a place, or a single word, describes."""
        low = self.document.low
        if low[last] in _DESCRIBED and (mention.kind == "place" or mention.last - mention.first == 1):
            return True
        if mention.kind != "place" or not low[last].isalpha() or low[last] in _AFTER_PLACE or self._is_capital(last):
            return False
        return not self._is_cue(low[last], VERBAL)
