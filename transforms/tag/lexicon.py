"""The company lexicon and the countries: who the names of a text are.

``companies.csv``: ``id,name,aliases,kind,country,parent,sectors,ambiguous``, one company a row; several aliases are
separated by ``|``; ``ambiguous`` repeats the names that are ordinary words or other things as well and count only in a
fitting context. A file given to ``load_lexicon`` has the same columns; a row replaces an earlier one of its name.
``places.csv``: ``country,name,demonyms,capital,government_aliases,languages_names``.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.ids import make_id
from transforms.tag.tokens import split_words
from transforms.tag.vocabulary import Hits, Trie, read_rows

LEGAL_MARKS = str.maketrans("", "", ".,'’")


class LexiconError(ValueError):
    """A company list that cannot be read; the message says which, and why."""


class Company(NamedTuple):
    """A company of the lexicon. sectors: subset of telecom, satellite."""

    company_id: str
    name: str
    kind: str
    country: str | None
    parent: str | None
    sectors: tuple[str, ...]


class Place(NamedTuple):
    """A name of a country. form: name, demonym, capital, government (a word that means its government)."""

    country: str
    name: str
    form: str


class Lexicon(NamedTuple):
    """Tries over words without accents, case kept. companies: payload (Company, is_ambiguous); places: Place."""

    companies: Trie
    places: Trie
    by_name: dict[str, Company]
    demonyms: Trie

    def company_at(self, words: Sequence[str], at: int) -> tuple[int, Company, bool] | None:
        """The longest company name that begins at a word: (number of words, company, is_ambiguous)."""
        found = self.companies.match(words, at)
        if not found:
            return None
        length, (company, is_ambiguous) = _longest(found)
        return length, company, is_ambiguous

    def place_at(self, words: Sequence[str], at: int) -> tuple[int, Place] | None:
        """The longest name of a country that begins at a word."""
        found = self.places.match(words, at)
        return _longest(found) if found else None


def _longest(found: Hits) -> tuple[int, Any]:
    """The longest of some entries; of several the one listed first."""
    return found[0] if len(found) == 1 else max(found, key=lambda hit: hit[0])


def fold(text: str) -> str:
    """Returns text without accents; the number of characters may change."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def company_id_of(name: str) -> str:
    """Returns the id of a company that has no Wikidata id: x: and the hash of its normalised name."""
    return "x:" + make_id(" ".join(fold(name).lower().translate(LEGAL_MARKS).split()))


def _variants(alias: str, is_ambiguous: bool) -> Iterator[str]:
    """The ways news writes a name: as listed, capitalised, and in capitals where that is no other word."""
    yield alias
    if alias[:1].islower():
        yield alias[0].upper() + alias[1:]
    letters = alias.replace(" ", "").replace("-", "")
    if (
        len(letters) >= 5 or (len(letters) >= 3 and not alias.islower() and alias != alias.title())
    ) and not is_ambiguous:
        yield alias.upper()


def _add_company(lexicon: Lexicon, row: dict[str, str]) -> None:
    name = row["name"].strip()
    if not name:
        return
    sectors = tuple(sector for sector in ("telecom", "satellite") if sector in row["sectors"])
    company = Company(
        row["id"].strip() or company_id_of(name),
        name,
        row["kind"].strip() or "other",
        row["country"].strip() or None,
        row["parent"].strip() or None,
        sectors,
    )
    lexicon.by_name[name] = company
    ambiguous = set(row["ambiguous"].split("|"))
    aliases = [name, *filter(None, (alias.strip() for alias in row["aliases"].split("|")))]
    for alias in dict.fromkeys(aliases):
        for variant in dict.fromkeys(_variants(alias, alias in ambiguous)):
            lexicon.companies.add(split_words(fold(variant)), (company, alias in ambiguous))


def _add_place(lexicon: Lexicon, row: dict[str, str]) -> None:
    forms = {
        "name": [row["name"], *row["languages_names"].split("|")],
        "demonym": row["demonyms"].split("|"),
        "capital": row["capital"].split("|"),
        "government": row["government_aliases"].split("|"),
    }
    for form, names in forms.items():
        for name in dict.fromkeys(filter(None, names)):
            lexicon.places.add(split_words(fold(name)), Place(row["country"], row["name"], form))


@lru_cache(maxsize=4)
def load_lexicon(files: tuple[str, ...] = ()) -> Lexicon:
    """Loads the shipped lists and then the given files; a later row of the same name replaces an earlier one."""
    lexicon = Lexicon(Trie(), Trie(), {}, Trie())
    for row in lexicon_rows(files):
        _add_company(lexicon, row)
    for row in read_rows("places.csv"):
        _add_place(lexicon, row)
    names = {row["country"]: row["name"] for row in read_rows("places.csv")}
    for row in read_rows("demonyms.csv"):
        for stem in row["stems"].split("|"):
            lexicon.demonyms.add(
                split_words(stem), Place(row["country"], names.get(row["country"], row["country"]), "demonym")
            )
    return lexicon


def lexicon_rows(files: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of the shipped company list and of the files; a later row of the same name replaces an earlier one.

    Raises:
        LexiconError: a file that cannot be read.
    """
    rows = {row["name"]: row for row in read_rows("companies.csv")}
    for file in files:
        rows.update({row["name"]: row for row in _read_list(file)})
    return list(rows.values())


def _read_list(file: str) -> list[dict[str, str]]:
    """Returns the rows of a company list; raises LexiconError."""
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if "name" not in (reader.fieldnames or ()):
                raise LexiconError(
                    "%s: no company list; its first line must name the columns %s" % (file, ",".join(_COLUMNS))
                )
            return [{key: row.get(key) or "" for key in _COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LexiconError("%s: %s" % (file, error)) from error


_COLUMNS = ("id", "name", "aliases", "kind", "country", "parent", "sectors", "ambiguous")
