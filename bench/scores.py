"""Scores of an extraction against what a page should give, after the formulas that the public benchmarks document."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

_WORD = re.compile(r"\w+")
_AUTHORS = re.compile(r"\s*(?:[;,&|]|\band\b|\bund\b|\bet\b)\s*")


def shingle_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """F1 of mean precision and mean recall over 4-word shingles, each page normalised (scrapinghub's benchmark)."""
    precisions, recalls = [], []
    for expected, given in pairs:
        want, have = _shingles(expected), _shingles(given)
        common = sum((want & have).values())
        if have:
            precisions.append(common / sum(have.values()))
        if want:
            recalls.append(common / sum(want.values()))
    precision, recall = fmean(precisions or [0.0]), fmean(recalls or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)) if words)


def word_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean over pages of the F1 of their bags of words (WCXB)."""
    scores = []
    for expected, given in pairs:
        want, have = Counter(_WORD.findall(expected.lower())), Counter(_WORD.findall(given.lower()))
        common = sum((want & have).values())
        total = sum(want.values()) + sum(have.values())
        scores.append(2 * common / total if total else 1.0)
    return fmean(scores)


def title_is_right(expected: str, given: str | None) -> bool:
    """Equal but for case and punctuation."""
    return _fold(expected) == _fold(given or "")


def date_is_right(expected: str, given: str | None) -> bool:
    """The same day."""
    return (given or "")[:10] == expected[:10]


def authors_overlap(expected: Sequence[str], given: Sequence[str]) -> bool:
    """At least one name in common."""
    return bool(_names(expected) & _names(given))


_MONTHS = (
    "january janvier enero gennaio januar januari janeiro", "february février febrero febbraio februar fevereiro",
    "march mars marzo märz maart março", "april avril abril aprile", "may mai mayo maggio mei maio",
    "june juin junio giugno juni junho", "july juillet julio luglio juli julho", "august août agosto augustus",
    "september septembre septiembre settembre setembro", "october octobre octubre ottobre oktober outubro",
    "november novembre noviembre novembro", "december décembre diciembre dicembre dezember dezembro",
)  # fmt: skip


def states_date(source: str, expected: str) -> bool:
    """Whether a page's source holds the expected day (YYYY-MM-DD…), in digits or with the month's name."""
    year, month, day = expected[:10].split("-")
    names = _MONTHS[int(month) - 1].split()
    name = "(?:%s)" % "|".join(sorted({*names, *(each[:3] for each in names), "sept"[: 4 * (month == "09")]} - {""}))
    number = "0?%d(?:st|nd|rd|th|\\.|er|º)?" % int(day)
    forms = (
        r"%s(?P<sign>[-/.]?)%s(?P=sign)%s(?!\d)" % (year, month, day),
        r"%s[-/.]0?%d[-/.]0?%d(?!\d)" % (year, int(month), int(day)),
        r"(?<!\d)0?%d(?P<sign>[-/.])0?%d(?P=sign)%s" % (int(day), int(month), year),
        r"(?<!\d)0?%d(?P<sign>[-/.])0?%d(?P=sign)%s" % (int(month), int(day), year),
        r"\b%s\.?\s+%s,?\s+%s" % (name, number, year),
        r"(?<!\d)%s\s*(?:de\s+)?[- ]?%s\.?,?[- ]?\s*(?:de\s+)?%s" % (number, name, year),
    )
    return any(re.search(form, source, re.IGNORECASE) for form in forms)


def states_author(source: str, expected: Sequence[str]) -> bool:
    """Whether a page's source holds one of the expected names."""
    folded = " %s " % _fold(html.unescape(source))
    return any(" %s " % name in folded for name in _names(expected))


def _names(values: Sequence[str]) -> set[str]:
    parts = (part for value in values for part in _AUTHORS.split(value))
    return {folded for part in parts if (folded := _fold(re.sub(r"^(?:by|von|par|por)\s+", "", part, flags=re.I)))}


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
