"""Numbers as news writes them, in digits and in words, and the word lists that read them.

Shared by amounts, terms and stakes. Everything here is linear in the text: patterns without nested quantifiers, and
windows of a fixed size.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
MAX_DIGITS = 24  # a longer run of digits is an identifier, not a number of anything
MAX_FIGURES = 500  # numbers looked at in one text (a 700-word article has about 30): bounds the time of a hostile one

_DIGITS = re.compile("[0-9][0-9.,]*")
# More groups of thousands, parted by a space or an apostrophe: 1 200 000,50.
_GROUPS = re.compile("(?:[ \u00a0\u202f\u2009'’][0-9]{3}){1,5}(?![0-9])(?:[.,][0-9]{1,2}(?![0-9]))?")
_NOT_DIGIT = re.compile(r"[^\d.,]")
_GROUP_SIGNS = frozenset(" \u00a0\u202f\u2009'’")
_WORD_BEFORE = re.compile("([^\\W\\d_]+)[ \u00a0\\-]{1,2}$")

MAX_NUMBER_WORDS = 6


def read_table(name: str) -> list[dict[str, str]]:
    """Returns the rows of a CSV file of the package's data folder."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def phrases(kind: str) -> dict[str, str]:
    """Returns phrase → value of one kind of row of amount_words.csv."""
    return {
        phrase: row["value"]
        for row in read_table("amount_words.csv")
        if row["kind"] == kind
        for phrase in row["phrases"].split("|")
    }


@cache
def _number_words() -> dict[str, Decimal]:
    return {phrase: Decimal(value) for phrase, value in phrases("number").items()}


def lowered(text: str) -> str:
    """Returns text in lower case, code point for code point, so that offsets stay good (İ has a longer lower case)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def places(low: str, needle: str, limit: int = MAX_FIGURES) -> Iterator[int]:
    """Yields where needle stands in low, at most limit times."""
    at = low.find(needle)
    while at >= 0 and limit > 0:
        yield at
        at = low.find(needle, at + len(needle))
        limit -= 1


def digit_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of the numbers in digits, at most MAX_FIGURES of them."""
    done = 0
    for count, match in enumerate(_DIGITS.finditer(text)):
        if count >= MAX_FIGURES:
            return
        start, end = match.span()
        if start < done:
            continue
        while text[end - 1] in ".,":
            end -= 1
        if end - start <= 3 and text[end : end + 1] in _GROUP_SIGNS and text[start:end].isdigit():
            groups = _GROUPS.match(text, end)
            end = end if groups is None else groups.end()
        done = end
        yield start, end


def parse_digits(raw: str, grouping: str = ",") -> Decimal | None:
    """Returns the number that raw writes, or None where it is none (a version, a date, an identifier).

    grouping: the signs that part thousands where one sign and three digits leave it open: "1.125" is 1⅛ with "," and
    1125 with ".".
    """
    body = _NOT_DIGIT.sub("", raw).rstrip(".,")
    if not body or len(body) > MAX_DIGITS or not body.isascii():
        return None
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return Decimal(body)
    if dots and commas:
        decimal, thousands = (".", ",") if body.rindex(".") > body.rindex(",") else (",", ".")
        whole, _, fraction = body.rpartition(decimal)
        groups = whole.split(thousands)
        return Decimal("".join(groups) + "." + fraction) if _grouped(groups) and decimal not in whole else None
    sign = "." if dots else ","
    groups = body.split(sign)
    if len(groups) == 2 and not (_grouped(groups) and sign in grouping):
        return Decimal("%s.%s" % (groups[0], groups[1]))
    return Decimal("".join(groups)) if _grouped(groups) else None


def _grouped(groups: list[str]) -> bool:
    """True when the groups are thousands: 1,200 or, in India, 1,20,000."""
    inner = all(len(group) in (2, 3) for group in groups[1:-1])
    return 0 < len(groups[0]) <= 3 and groups[0] != "0" and inner and len(groups[-1]) == 3


def number_words_before(low: str, end: int) -> tuple[int, Decimal] | None:
    """Returns (start, number) of the longest number in words that ends just before end, a space or hyphen between."""
    words: list[str] = []
    starts: list[int] = []
    at = end
    while len(words) < MAX_NUMBER_WORDS:
        match = _WORD_BEFORE.search(low, max(0, at - 20), at)
        if match is None or not _joins(match[1]):
            break
        at = match.start(1)
        words.insert(0, match[1])
        starts.insert(0, at)
    for skip in range(len(words)):
        value = parse_words(words[skip:])
        if value is not None:
            return starts[skip], value
    return None


_JOINTS = frozenset({"and", "a", "of", "point", "quarter", "quarters", "half"})


def _joins(word: str) -> bool:
    return word in _JOINTS or word in _number_words()


def parse_words(words: list[str]) -> Decimal | None:
    """Returns the number that the words write ("two hundred and fifty", "half a", "two point five"), else None."""
    table = _number_words()
    whole = table.get(" ".join(words))
    if whole is not None:
        return whole
    if "point" in words:
        return _parse_point(words)
    total, part, last = Decimal(0), Decimal(0), ""
    for word in words:
        value = table.get(word)
        if word == "and" and last in ("hundred", "thousand"):
            last = word
            continue
        if value is None or value != int(value) or (word in ("a", "an") and word is not words[0]):
            return None
        if value == 1000:
            total, part = total + (part or 1) * value, Decimal(0)
        elif value == 100 and part < 100:
            part = (part or 1) * value
        elif part and (part % 100 != 0 if value >= 10 else part % 10 != 0 or part % 100 == 10):
            return None
        else:
            part += value
        last = word
    return total + part if last != "and" and total + part else None


def _parse_point(words: list[str]) -> Decimal | None:
    at = words.index("point")
    whole, digits = parse_words(words[:at]) if at else None, [_number_words().get(w) for w in words[at + 1 :]]
    if whole is None or not digits or any(d is None or d >= 10 or d != int(d) for d in digits):
        return None
    return Decimal("%d.%s" % (whole, "".join(str(d) for d in digits)))
