"""Names of companies of the lexicon: whole, in a fitting context, with the words that belong to them."""

from __future__ import annotations

from transforms.tag.lexicon import Company, Lexicon, Place, fold
from transforms.tag.mentions import Mention, NameContext, short_name
from transforms.tag.names_runs import NameRuns
from transforms.tag.script import COMPANY_ENDS, VERB_STARTS
from transforms.tag.tokens import Sentence

_DOING = frozenset(("verb", "light"))
_NO_NAMES = ("common", "month_day", "generic", "person_title", "place")


class ListedNames(NameRuns):
    """Reads the names of the lexicon."""

    def _joined_before(self, i: int, sentence: Sentence) -> bool:
        """Whether the word is the end of a longer one, as the Link of D-Link is."""
        starts, ends, words = self.document.starts, self.document.ends, self.document.words
        if i <= sentence.first or starts[i] != ends[i - 1]:
            return False
        return words[i - 1] in "@#_" or (
            words[i - 1] in "-–&./"
            and i - 2 >= sentence.first
            and ends[i - 2] == starts[i - 1]
            and self._is_capital(i - 2)
            and words[i - 1] != "/"
        )

    def _fits(self, i: int, length: int, sentence: Sentence, context: NameContext) -> bool:
        """Whether an ambiguous name is the company here: in a text of the field, and not as the ordinary word."""
        if not context.has_sector_words:
            return False
        low, words = self.document.low, self.document.words
        after = i + length
        if length > 1:
            return True
        if (
            i > sentence.first
            and self._is_capital(i - 1)
            and not any(low[i - 1] in self.words[kind] for kind in _NO_NAMES)
        ):
            return context.is_title_case
        following = low[after] if after < sentence.last else "."
        if following == ":":
            return False
        if words[i].islower():
            return context.language == "en"
        begins = i == sentence.first or words[i - 1] in '"“:–—-'
        if (
            begins
            and context.language == "en"
            and not (following in "',’.:" or following in VERB_STARTS or self._is_cue(following, _DOING))
        ):
            return following.isupper() or (after < sentence.last and self._is_capital(after))
        if begins or context.is_title_case:
            is_ordinary = low[i] in self.words["common"]
            if is_ordinary and not (following in "',’s" or following in VERB_STARTS):
                return False
        return True

    def _company(self, first: int, last: int, company: Company, sentence: Sentence, context: NameContext) -> Mention:
        numbered = self._after_number(last, sentence)
        if numbered > last:
            kind = "fleet" if company.kind == "satellite_operator" else "other"  # the satellite NileSat-301
            return Mention(first, numbered, numbered, kind, company.name, company, company.country)
        taken = self._extend(last, sentence, context)
        if (
            taken < sentence.last
            and self.document.words[taken] == "."
            and self.document.low[taken - 1] in self.words["legal"]
        ):
            taken += 1
        end = self._drop_legal(last, taken)
        own = [word for word in self.document.low[last:end] if word.isalnum()]
        is_extended = bool(own)
        name = company.name
        if is_extended:
            name = self._text(first, end)
            if last - first == 1 and any(word not in COMPANY_ENDS and self._country(word) is None for word in own):
                return Mention(first, end, taken, "org", name)  # "Spark Orbital" is not Spark
        else:
            name = short_name(company, self._text(first, last), context.language)
        low = company.name.lower()
        kind = "org"
        if low in self.words["outlet"] and company.kind not in ("state", "military"):
            kind = "regulator" if company.kind == "agency" else "outlet"
        elif low in self.words["adviser"]:
            kind = "adviser"
        return Mention(first, end, taken, kind, name, company, company.country, is_extended=is_extended)

    def _after_number(self, last: int, sentence: Sentence) -> int:
        """The end of "-301" after a name, or last."""
        words, starts, ends = self.document.words, self.document.starts, self.document.ends
        if (
            last + 1 < sentence.last
            and words[last] == "-"
            and words[last + 1][0].isdigit()
            and (starts[last] == ends[last - 1] and starts[last + 1] == ends[last])
        ):
            return last + 2
        return last

    def _country(self, word: str) -> Place | None:
        return place_of(self.lexicon, [fold(word).title()], 0)

    def _extend(self, last: int, sentence: Sentence, context: NameContext) -> int:
        """Takes in the capitalised words that follow a company's name: Wireless, Italia, International."""
        low, starts, ends = self.document.low, self.document.starts, self.document.ends
        end = last
        while end < sentence.last and end - last < 4 and starts[end] - ends[end - 1] <= 1:
            word = low[end]
            if word == "and" and end + 1 < sentence.last and self._links_and(end, last - 1, sentence):
                end += 2
                continue
            if not self._is_capital(end) or word in self.words["person_title"] or word in self.words["month_day"]:
                break
            if word in self.words["given_name"] or word in self.words["generic"]:
                break
            if end in self.companies and word not in COMPANY_ENDS:
                break
            if context.is_title_case and word not in COMPANY_ENDS and word not in self.words["legal"]:
                place = self.lexicon.place_at(self.folded, end)
                if place is None or place[1].form == "demonym":
                    break
            if context.is_title_case and word in self.words["common"] and word not in self.words["legal"]:
                break
            end += 1
        return end


def place_of(lexicon: Lexicon, words: list[str], at: int) -> Place | None:
    """The country that a word names, or None."""
    found = lexicon.place_at(words, at)
    return found[1] if found else None
