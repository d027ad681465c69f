"""Mentions: the names of a text, and what is asked of a name."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from transforms.tag.lexicon import Company, fold
from transforms.tag.tokens import Document, Sentence


@dataclass(slots=True, eq=False)
class Mention:
    """A name: tokens first ≤ i < end; its legal form is taken up to last.

    kind: org, state, place, person, outlet, regulator, adviser, fleet (a satellite that carries its owner's name),
    unclear (after "in"), weak (a headline's capitals only), other. name is its short form; described is
    the kind of company that the text says an unlisted one is.
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
    described: str = ""

    @property
    def key(self) -> str:
        """What two mentions of one company share."""
        if self.company is not None and not self.is_extended:
            return self.company.name.lower()
        return fold(self.name).lower()


@dataclass(slots=True)
class NameContext:
    """What is known of the whole document while its names are read. known, people: of the sentences read so far."""

    has_sector_words: bool
    known: Set[str]
    people: Set[str]
    language: str
    is_title_case: bool = False


def same_name(a: str, b: str) -> bool:
    """Whether one name is the other or begins it: "speedcast" and "speedcast international"."""
    if a == b:
        return True
    return a.startswith(b + " ") or b.startswith(a + " ")


def is_brand(mention: Mention) -> bool:
    """Whether a listed company is written by a name that is not its own: Electron, Starlink."""
    return mention.company is not None and mention.name.split()[0].lower() not in mention.company.name.lower()


def as_party(mention: Mention) -> Mention:
    """A country as the actor of a deal is its government."""
    if mention.kind != "place":
        return mention
    return Mention(
        mention.first, mention.end, mention.last, "state", "Government of " + mention.name, country=mention.country
    )


def is_title_case(document: Document, sentence: Sentence) -> bool:
    """Whether a line writes its ordinary words with capitals, as many English headlines do."""
    longer = [
        document.words[i]
        for i in range(sentence.first, sentence.last)
        if len(document.words[i]) >= 4 and document.words[i].isalpha()
    ]
    capitals = sum(word[0].isupper() for word in longer)
    return len(longer) >= 2 and capitals >= 0.75 * len(longer)


def short_name(company: Company, written: str, language: str) -> str:
    """The name to report: as the text writes it, but for abbreviations and another language's names of institutions.

    So a former name, a unit or a brand stays ("Linksys" of Cisco), and EIB becomes the European Investment Bank.
    """
    if written == company.name:
        return written
    own, listed = fold(written).lower(), fold(company.name).lower()
    if set(own.split()) <= set(listed.split()):
        return written
    initials = "".join(word[0] for word in listed.split())
    is_abbreviation = written.isupper() and own.replace("&", "") in (initials, initials[: len(own)])
    is_institution = language != "en" and company.kind in ("fund", "agency", "state", "military", "other")
    return company.name if is_abbreviation or is_institution else written
