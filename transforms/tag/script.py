"""The words of a document as names are written in them: capitals, hyphens, legal forms."""

from __future__ import annotations

from collections.abc import Set

from transforms.tag.lexicon import Lexicon, fold
from transforms.tag.tokens import Document
from transforms.tag.vocabulary import Remembered, Vocabulary

COMPANY_ENDS = frozenset(
    "communications telecom telecommunications wireless mobile systems networks network cable cablevision "
    "satellite space capital partners holdings group technologies technology international telephone cellular "
    "broadband fiber fibre ventures infrastructure energy airlines airways bank fund media digital telekom "
    "telecoms telephone towers labs aerospace orbital dynamics solutions services industries electronics "
    "semiconductor software brands".split()
)

VERB_STARTS = frozenset(
    "has is was will would could may might said says had have and to in wants plans agrees buys sells signs wins "
    "takes launches offers plc s.a inc group est va ha ist hat wird sera a".split()
)


VERBAL = frozenset(("verb", "light", "grammar"))  # kinds of cues that are no nouns


class Script:
    """A document's words with what is asked of them while names are read."""

    def __init__(self, document: Document, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self.document = document
        self.lexicon = lexicon
        self.words = vocabulary.words
        self.cues = vocabulary.cues["en"]
        self.capital = list(map(_CAPITALS.__getitem__, document.words))
        for i in range(1, len(document.words) if "$" in document.words else 0):
            if document.words[i] == "$" and len(document.words[i - 1]) <= 3:
                self.capital[i - 1] = False  # A$, US$
        self.folded = document.words
        if not document.full.isascii():
            self.folded = [word if word.isascii() else fold(word) for word in document.words]
        places = [i for i, start in enumerate(lexicon.companies.begun(self.folded)) if start is not None]
        found = [lexicon.company_at(self.folded, i) for i in places]
        # By the word that it begins with: the longest name of a company, as (number of words, company, is_ambiguous).
        self.companies = {i: company for i, company in zip(places, found) if company is not None}

    def _is_capital(self, i: int) -> bool:
        return self.capital[i]

    def _is_cue(self, word: str, kinds: Set[str]) -> bool:
        """Whether a word is an English cue of one of some kinds."""
        return any(cue.kind in kinds for cue in self.cues.payloads(word))

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


def is_capital(word: str) -> bool:
    """Whether a word is written as names are: Vodafone, eBay, 3i, e.g. not 5G0 or 300."""
    if word[0].isupper():
        return True
    if word.islower() and not word[0].isdigit():
        return False
    if not word.isalnum() or word.isdigit():
        return False
    return any(c.isupper() for c in word) or (word[-1] == "i" and word[:-1].isdigit())


_CAPITALS = Remembered(is_capital)
