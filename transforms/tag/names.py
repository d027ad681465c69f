"""Names in a sentence: companies of the lexicon, companies that no list has, states, agencies; and what is none of these.

A run of capitalised words is a name. Headlines in title case say nothing by their capitals, so in them a run ends at
every ordinary word and begins only where the text below, or the lexicon, knows the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.tag.lexicon import Company, Lexicon, Place, fold
from transforms.tag.tokens import Document, Sentence
from transforms.tag.vocabulary import Vocabulary

MAX_NAME_WORDS = 9
_HEADS_OF_OF = frozenset(
    "ministry department bank government city university republic agency office port state institute board "
    "ministerio ministère ministero ministério gobierno banco agencia agence agenzia agência departamento state".split()
)
_CONNECTORS = frozenset("of de do da dos das del della di du des for en".split())
_STATE_WORDS = frozenset(
    "government state treasury gobierno gouvernement governo regierung bundesregierung estado état stato federal republic".split()
)
_MINISTRIES = frozenset("ministère ministerio ministero ministério ministerium verteidigungsministerium armée ejército esercito exército".split())
_LED = frozenset(
    "led based backed owned listed controlled born style made run wide bound funded speaking affiliated".split()
)
_COMPANY_ENDS = frozenset(
    "communications telecom telecommunications wireless mobile systems networks network cable cablevision satellite space "
    "capital partners holdings group technologies technology international telephone cellular broadband fiber fibre "
    "ventures infrastructure energy airlines airways bank fund media digital telekom telecoms telephone towers labs "
    "aerospace orbital dynamics solutions services industries electronics semiconductor software brands".split()
)
_GEOGRAPHY = frozenset("ocean sea island islands bay strait valley river mountains peninsula coast gulf desert lake county province district region".split())
_PLACE_PREPOSITIONS = frozenset("in at near outside across throughout around en à dans nel nella im em no na".split())


@dataclass(slots=True)
class Mention:
    """A name: tokens first ≤ i < end; its legal form is taken up to last.

    kind: org, fleet (a satellite that carries its owner's name), state, place, person, outlet, regulator, adviser, unclear (after "in"), weak (a headline's capitals only), other. name is its short form.
    """

    first: int
    end: int
    last: int
    kind: str
    name: str
    company: Company | None = None
    country: str | None = None
    is_possessive: bool = False
    is_demonym: bool = False
    is_extended: bool = False

    @property
    def key(self) -> str:
        """What two mentions of one company share."""
        if self.company is not None and not self.is_extended:
            return self.company.name.lower()
        return fold(self.name).lower()


@dataclass(slots=True)
class NameContext:
    """What is known of the whole document while its names are read."""

    is_title_case: bool = False
    has_sector_words: bool = False
    known: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    language: str = "en"


class NameReader:
    """Reads the names of one document's sentences."""

    def __init__(self, document: Document, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self.document = document
        self.lexicon = lexicon
        self.words = vocabulary.words
        self.cues = vocabulary.cues["en"]
        self.capital = [is_capital(word) for word in document.words]
        for i in range(1, len(document.words)):
            if document.words[i] == "$" and len(document.words[i - 1]) <= 3:
                self.capital[i - 1] = False  # A$, US$
        self.folded = [word if word.isascii() else fold(word) for word in document.words]

    def knows_a_company(self) -> bool:
        """Whether a telecom or satellite company stands in the text by a name that means nothing else."""
        for i, is_capital_word in enumerate(self.capital):
            if is_capital_word:
                found = self.lexicon.company_at(self.folded, i)
                if found is not None and found[1].sectors and not found[2]:
                    return True
        return False

    def read(self, sentence: Sentence, context: NameContext) -> list[Mention]:
        """Returns the names of a sentence in order; they do not overlap."""
        mentions: list[Mention] = []
        i = self._after_dateline(sentence)
        begins = self.lexicon.companies.begins
        is_foreign = context.language != "en"
        while i < sentence.last:
            if not (self.capital[i] or begins(self.folded[i]) or is_foreign):
                i += 1
                continue
            mention = self._at(i, sentence, context)
            if mention is None:
                i += 1
                continue
            self._mark_possessive(mention, sentence)
            mentions.append(mention)
            i = mention.last
        return mentions

    def _after_dateline(self, sentence: Sentence) -> int:
        """The first token after "PARIS (Agency) -", "By Jane Doe", "Agency -"; where names may begin."""
        words, low = self.document.words, self.document.low
        limit = min(sentence.first + 14, sentence.last - 3)
        for i in range(sentence.first + 1, limit):
            if words[i] not in "-–—:" or (
                self.document.starts[i] == self.document.ends[i - 1] and words[i] != ":" and words[i] != "—"
            ):
                continue
            head = words[sentence.first : i]
            if sentence.paragraph == 0:
                return sentence.first
            letters = [word for word in head if word.isalpha()]
            is_source = " ".join(low[sentence.first : i]) in self.words["outlet"] or ("(" in head and ")" == head[-1])
            is_capital = bool(letters) and letters[0].isupper() and len(letters[0]) > 2
            is_place = (
                low[sentence.first] in self.words["place"]
                and words[i] != ":"
                and all(w[0].isupper() or not w.isalpha() for w in head[:2])
            )
            return i + 1 if is_source or is_capital or is_place else sentence.first
        return sentence.first

    def _at(self, i: int, sentence: Sentence, context: NameContext) -> Mention | None:
        found = self.lexicon.company_at(self.folded, i)
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
            return None
        if found is not None and found[2] and self._run(i, sentence, context) == i + found[0]:
            return Mention(i, i + found[0], i + found[0], "other", self._text(i, i + found[0]))  # an orange is no Orange
        if self.document.low[i] in _FUNCTION_WORDS and i + 1 < sentence.last and self.capital[i + 1]:
            return None  # "The French government": the name begins after it
        return self._place(i, sentence) or self._unknown(i, sentence, context)

    # -- companies of the lexicon

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
        if i > sentence.first and self._is_capital(i - 1) and not any(low[i - 1] in self.words[kind] for kind in _NO_NAMES):
            return context.is_title_case
        following = low[after] if after < sentence.last else "."
        if following == ":":
            return False
        if words[i].islower():
            return context.language == "en"
        begins = i == sentence.first or words[i - 1] in '"“:–—-'
        kinds = {cue.kind for cue in self.cues.payloads(following)}
        if begins and context.language == "en" and not (following in "',’.:" or following in _VERB_STARTS or kinds & {"verb", "light"}):
            return following.isupper() or (after < sentence.last and self._is_capital(after))
        if begins or context.is_title_case:
            is_ordinary = low[i] in self.words["common"]
            if is_ordinary and not (following in "',’s" or following in _VERB_STARTS):
                return False
        return True

    def _company(self, first: int, last: int, company: Company, sentence: Sentence, context: NameContext) -> Mention:
        numbered = self._after_number(last, sentence)
        if numbered > last:
            kind = "fleet" if company.kind == "satellite_operator" else "other"  # the satellite NileSat-301
            return Mention(first, numbered, numbered, kind, company.name, company, company.country)
        taken = self._extend(last, sentence, context)
        if taken < sentence.last and self.document.words[taken] == "." and self.document.low[taken - 1] in self.words["legal"]:
            taken += 1
        end = self._drop_legal(last, taken)
        own = [word for word in self.document.low[last:end] if word.isalnum()]
        is_extended = bool(own)
        name = company.name
        if is_extended:
            name = self._text(first, end)
            if last - first == 1 and any(word not in _COMPANY_ENDS and self._country(word) is None for word in own):
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
        if last + 1 < sentence.last and words[last] == "-" and words[last + 1][0].isdigit() and (
            starts[last] == ends[last - 1] and starts[last + 1] == ends[last]
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
            if not self._is_capital(end) or word in self.words["person_title"] or word in self.words["month_day"]:
                break
            if word in self.words["given_name"] or word in self.words["generic"]:
                break
            if self.lexicon.company_at(self.folded, end) is not None and word not in _COMPANY_ENDS:
                break
            if context.is_title_case and word not in _COMPANY_ENDS and word not in self.words["legal"]:
                place = self.lexicon.place_at(self.folded, end)
                if place is None or place[1].form == "demonym":
                    break
            if context.is_title_case and word in self.words["common"] and word not in self.words["legal"]:
                break
            end += 1
        return end

    # -- countries and states

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
            if low[last] in _COMPANY_ENDS or low[last] in _FORCES:
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
        while k < min(sentence.last, i + 3) and low[k] in ("de", "la", "della", "du", "da", "do", "del", "l", "'", "’", "der", "für"):
            k += 1
        return k + 1 if k > i and k < sentence.last and self._is_capital(k) else i

    def _follows_state_word(self, i: int) -> bool:
        low = self.document.low
        return i >= 2 and low[i - 1] in ("of", "in", "de", "du", "von", "do", "da", "della") and low[i - 2] in _STATE_WORDS

    def _is_company_run(self, i: int, sentence: Sentence) -> bool:
        return i < sentence.last and self._is_capital(i) and self._continues(i)

    # -- names that no list has

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
                    low[first].endswith(_GERMAN_FIRMS)
                    if begins
                    else low[first - 1] in _GERMAN_BEFORE or low[first - 1].endswith(("er", "en", "e"))
                )
                or (end - first > 2 and low[first].endswith("er") and self._is_german_common(first + 1))
            ):
                first += 1  # "Regionalversorger Geestkraft"
        while last < sentence.last and (low[last - 1] in self.words["legal"] or (low[last - 1] == "." and last - 1 > end)) and (
            self.document.words[last] == "." or (low[last] in self.words["legal"] and self.capital[last])
        ):
            last += 1
        text = self._text(first, end)
        name = text.strip(" .-")
        lowered = name.lower()
        if _TICKER.match(text):
            return Mention(first, end, last, "other", name)
        if _UNITS & set(low[first:end]):
            return Mention(first, end, last, "other", name)  # "12 MHz of B Block"
        if words_end_in_number(self.document.words, first, end):
            return Mention(first, end, last, "other", name)
        if end - first >= 2 and self.document.words[end - 2] == "-" and low[end - 1] in self.words["generic"]:
            return Mention(first, end, last, "place", name, is_demonym=True)  # "Pan-African"
        if not name or self._is_no_name(first, end, lowered, begins, context):
            return Mention(first, end, last, "other", name or text)
        if low[end - 1] in _GEOGRAPHY and end - first > 1:
            return Mention(first, end, last, "place", name)
        if lowered in self.words["place"] or low[first] in self.words["place"] and end - first == 1:
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
        if first > sentence.first and low[first - 1] in _PLACE_PREPOSITIONS and low[end - 1] not in _COMPANY_ENDS:
            return Mention(first, end, last, "unclear", name)
        return Mention(first, end, last, "org", name)

    def _is_known(self, first: int, end: int, context: NameContext) -> bool:
        """Whether a name of a headline in title case is known from the text below, or looks like no ordinary word."""
        words = self.document.words[first:end]
        if any(sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word) for word in words):
            return True
        return fold(self._text(first, end)).lower() in context.known

    def _is_german_common(self, i: int) -> bool:
        return _is_german_noun(self.document.words[i]) or self.document.low[i] in self.words["common"]

    def _run(self, i: int, sentence: Sentence, context: NameContext) -> int:
        """The end of the run of capitalised words that begins at i."""
        low, words = self.document.low, self.document.words
        end = i
        while end < sentence.last and end - i < MAX_NAME_WORDS:
            if end > i and not self._continues(end):
                break
            word = words[end]
            if self._is_capital(end):
                if end > i and self._breaks(end, context):
                    break
                if context.is_title_case and low[end] in self.words["common"] and not self._hyphenated(end):
                    break
                end += 1
            elif self._links(end, i, sentence):
                end += 2
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
        found = self.lexicon.company_at(self.folded, i)
        return found is not None and not found[2] and low[i - 1] in self.words["common"]

    def _links(self, i: int, first: int, sentence: Sentence) -> bool:
        """Whether the token joins two capitalised words into one name: of, &, a hyphen, a full stop, an apostrophe."""
        low, words, starts, ends = self.document.low, self.document.words, self.document.starts, self.document.ends
        if i + 1 >= sentence.last or not self._is_capital(i + 1):
            return False
        tight = starts[i] == ends[i - 1] and starts[i + 1] == ends[i]
        word = words[i]
        if word in "-.'’/·" and tight:
            if word == "." and len(low[i - 1]) > 2 and words[i + 1][0].isupper():
                return False  # a missing space: "Calif.Cisco"
            return not (word in "'’" and low[i + 1] == "s")
        if word == "&":
            return starts[i] - ends[i - 1] <= 1 and starts[i + 1] - ends[i] <= 1
        if low[i] in ("of", "for", "de", "en") or low[i] in _CONNECTORS:
            return (
                low[i - 1] in _HEADS_OF_OF
                or low[first] in _HEADS_OF_OF
                or (low[i] in ("do", "da", "dos", "das", "del") and i - 1 == first)
            )
        return False

    def _is_no_name(self, first: int, end: int, lowered: str, begins: bool, context: NameContext) -> bool:
        low = self.document.low
        if all(
            word in self.words["month_day"] or word in self.words["generic"] or not any(c.isalpha() for c in word)
            for word in low[first:end]
        ):
            return True
        if (
            lowered in self.words["generic"]
            or lowered in self.words["month_day"]
            or lowered in self.words["person_title"]
        ):
            return True
        single = end - first == 1
        if single and len(lowered) < 2:
            return True
        if single and begins and self._noun_follows(end):
            return True
        if single and lowered in self.words["common"]:
            return True
        if context.language == "de" and single:
            word = self.document.words[first]
            if lowered in context.known or any(c.isupper() for c in word[1:]):
                return False
            before = low[first - 1] if first else "."
            described = (
                before in _GERMAN_BEFORE
                or before.isdigit()
                or (before.endswith(("en", "er", "es", "e")) and self.document.words[first - 1][0].islower())
            )
            return described or _is_german_noun(word) or lowered in self.words["common"]
        return single and begins and lowered.endswith(("ing", "ly")) and lowered not in context.known

    def _noun_follows(self, end: int) -> bool:
        """Whether an ordinary noun follows, so that a first word is one, too: "Ground station firm", "Citrus farmers"."""
        low = self.document.low
        if end >= len(low) or low[end] not in self.words["common"] or not self._continues(end):
            return False
        kinds = {cue.kind for cue in self.cues.payloads(low[end])}
        return not kinds & {"verb", "light", "grammar"} and low[end] not in _VERB_STARTS

    def _is_person(self, first: int, end: int, context: NameContext) -> bool:
        low = self.document.low
        words = low[first:end]
        if words[-1] in _COMPANY_ENDS or words[-1] in self.words["legal"]:
            return False
        if (len(words) == 1 and words[0] in context.people) or (len(words) > 1 and words[0] in self.words["person_title"]):
            return True
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

    # -- letters

    def _is_capital(self, i: int) -> bool:
        return self.capital[i]

    def _continues(self, i: int) -> bool:
        return (
            self.document.starts[i] - self.document.ends[i - 1] <= 1
            and "\n" not in self.document.full[self.document.ends[i - 1] : self.document.starts[i]]
        )

    def _hyphenated(self, i: int) -> bool:
        words, starts, ends = self.document.words, self.document.starts, self.document.ends
        return i + 1 < len(words) and words[i + 1] in "-&" and starts[i + 1] - ends[i] <= 1

    def _drop_legal(self, least: int, end: int) -> int:
        """Leaves out legal forms at the end of a name; at least the tokens before ``least`` stay."""
        low = self.document.low
        while end > least and (low[end - 1] in self.words["legal"] or not low[end - 1].isalnum()):
            end -= 1
        return end

    def _text(self, first: int, end: int) -> str:
        return self.document.full[self.document.starts[first] : self.document.ends[end - 1]].replace("\n", " ")

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
            if low[last] in _DESCRIBED and (mention.kind == "place" or mention.last - mention.first == 1):
                mention.is_demonym = True
            elif (
                mention.kind == "place"
                and words[last].isalpha()
                and not {cue.kind for cue in self.cues.payloads(low[last])} & {"verb", "light", "grammar"}
                and low[last] not in _AFTER_PLACE
                and not self._is_capital(last)
            ):
                mention.is_demonym = True


_LED_OTHER = frozenset("based born style made bound wide speaking".split())
_DESCRIBED = frozenset(
    "company companies firm firms operator operators group carrier maker manufacturer start startup airline provider vendor "
    "bank fund supplier giant rival telco agency unit arm subsidiary team regulator court market".split()
)
_AFTER_PLACE = frozenset(
    "is was has will would said says and or in on at to for from with by as after of that which who are were have had may "
    "could wants plans agrees signs buys sells picks selects orders awards gives chooses but negotiates talks a ha es est".split()
)
_UNITS = frozenset(("mhz", "ghz", "khz", "mbps", "gbps", "tbps"))
_TICKER = re.compile(r"[A-Z]{1,5}\.[A-Z]{1,3}$")  # VZ.N
_FUNCTION_WORDS = frozenset(
    "the a an in on at for from with by as after before but and or while when if since under le la les un une el los las una "
    "il lo gli i der die das den dem ein eine o os as um uma en dans nel em im".split()
)
_NO_NAMES = ("common", "month_day", "generic", "person_title", "place")
_FORCES = frozenset("army navy force marine space air coast ministry department defence defense".split())
_VERB_STARTS = frozenset(
    "has is was will would could may might said says had have and to in wants plans agrees buys sells signs wins takes "
    "launches offers plc s.a inc group est va ha ist hat wird sera a".split()
)
_GERMAN_FIRMS = ("versorger", "anbieter", "betreiber", "konzern", "hersteller", "riese", "bauer", "spezialist", "händler", "investor")
_GERMAN_BEFORE = frozenset(
    "der die das dem den des ein eine einen einem einer eines im am zum zur vom beim ins sein seine ihre ihr".split()
)
_GERMAN_ENDS = (
    "ung",
    "heit",
    "keit",
    "schaft",
    "tion",
    "ät",
    "ment",
    "nis",
    "tum",
    "ismus",
    "anz",
    "enz",
    "ler",
    "ner",
    "ger",
    "ber",
    "chen",
    "lein",
    "ungen",
    "tionen",
    "träge",
    "trag",
    "netz",
    "netze",
    "dienst",
    "dienste",
    "preis",
    "preise",
    "firma",
    "konzern",
    "kunden",
    "kunde",
    "markt",
    "gesellschaft",
    "werk",
    "zahl",
    "zahlen",
    "jahr",
    "jahre",
    "fonds",
    "masten",
    "türme",
    "anteil",
    "anteile",
    "behörde",
    "amt",
    "geschäft",
    "sparte",
    "tochter",
    "chef",
    "kreise",
    "kreisen",
    "hersteller",
    "versorger",
    "händler",
    "riese",
    "bauer",
    "spezialist",
    "investor",
    "verkauf",
    "kauf",
    "standorte",
    "anbieter",
    "betreiber",
    "leitung",
    "kabel",
    "satelliten",
    "rakete",
    "raketen",
    "start",
    "starts",
    "haushalte",
    "bau",
)


def _is_german_noun(word: str) -> bool:
    """Whether a single capitalised German word looks like a common noun."""
    return not word.isupper() and word.lower().endswith(_GERMAN_ENDS)


def same_name(a: str, b: str) -> bool:
    """Whether one name is the other or begins it: "speedcast" and "speedcast international"."""
    if a == b:
        return True
    return a.startswith(b + " ") or b.startswith(a + " ")


def is_brand(mention: Mention) -> bool:
    """Whether a listed company is written by a name that is not its own: Electron, Starlink."""
    return mention.company is not None and mention.name.split()[0].lower() not in mention.company.name.lower()


def is_title_case(document: Document, sentence: Sentence) -> bool:
    """Whether a line writes its ordinary words with capitals, as many English headlines do."""
    longer = [
        document.words[i]
        for i in range(sentence.first, sentence.last)
        if len(document.words[i]) >= 4 and document.words[i].isalpha()
    ]
    capitals = sum(word[0].isupper() for word in longer)
    return len(longer) >= 2 and capitals >= 0.75 * len(longer)


def is_capital(word: str) -> bool:
    """Whether a word is written as names are: Vodafone, eBay, 3i, e.g. not 5G0 or 300."""
    if word[0].isupper():
        return True
    if word.islower() and not word[0].isdigit():
        return False
    if not word.isalnum() or word.isdigit():
        return False
    return any(c.isupper() for c in word) or (word[-1] == "i" and word[:-1].isdigit())


def words_end_in_number(words: list[str], first: int, end: int) -> bool:
    """Whether a name ends in a hyphen and a number, as satellites and rockets do: "Orion-4"."""
    return end - first >= 3 and words[end - 1].isdigit() and words[end - 2] == "-"


def short_name(company: Company, written: str, language: str) -> str:
    """The name to report: as the text writes it, but for abbreviations and another language's names of institutions.

    So a former name, a unit or a brand stays ("Linksys" of Cisco), and EIB becomes the European Investment Bank.
    """
    own, listed = fold(written).lower(), fold(company.name).lower()
    if set(own.split()) <= set(listed.split()):
        return written
    initials = "".join(word[0] for word in listed.split())
    is_abbreviation = written.isupper() and own.replace("&", "") in (initials, initials[: len(own)])
    is_institution = language != "en" and company.kind in ("fund", "agency", "state", "military", "other")
    return company.name if is_abbreviation or is_institution else written


def place_of(lexicon: Lexicon, words: list[str], at: int) -> Place | None:
    """The country that a word names, or None."""
    found = lexicon.place_at(words, at)
    return found[1] if found else None
