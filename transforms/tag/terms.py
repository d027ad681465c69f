"""Contract terms and stakes in the text of news: "a five-year deal", "until 2034", "a 49% stake".

A term is found by its unit word ("year", "mois") and then the words around it are asked whether it measures an
agreement: it needs a contract, a lease or the like beside it. Ages, lows of five years, design lives, options to
extend and spans of the past have none. The cost is linear in the text. Stakes are read in ``stakes.py``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag._figures import MAX_FIGURES, lowered, number_words_before, parse_digits, parse_words, places
from transforms.tag.stakes import Stake, find_stakes

__all__ = ["Stake", "Term", "find_stakes", "find_terms"]

MAX_FOUND = 200
MAX_UNITS = 250  # how often one unit word is looked at: bounds the time of a hostile text
MAX_MONTHS = 99 * 12  # longer is an age; a lease of 99 years is the longest in use
MAX_YEARS_AHEAD = 40  # "until 2080" is no contract's end
_BEFORE, _AFTER = 70, 64

_AGREEMENT = (
    r"\b(?:contracts?|deals?|agreements?|pacts?|accords?|arrangements?|leases?|licen[cs]es?|concessions?|"
    r"partnerships?|"
    r"alliances?|commitments?|frameworks?|loans?|facility|terms?|tenancy|orders?|tie-up|collaboration|"
    r"renewal|extension|"
    r"subscription|outsourcing|supply|services?|memorandum|mou|subcontract|contrat|bail|partenariat|"
    r"contratos?|acuerdos?|"
    r"alianza|concesión|licencia|arrendamiento|alquiler|contratt[oi]|accord[oi]|concessione|licenza|vertrag|vertrags|"
    r"vertrages|verträge|rahmenvertrag|abkommen|vereinbarung|mietvertrag|lizenz|auftrag|acordos?|concessão|licença|"
    r"parceria|arrendamento)\b"
)
_UNIT = re.compile(
    r"(?:(years?|yrs?|ans|années?|años?|anni|jahren?|jahre|anos?)|(months?|mois|meses|mesi|monaten?|"
    r"monate))\b(?!['’])"
)
_UNIT_STEMS = ("year", "yr", " ans", " ann", " año", " ano", " jahr", "month", " mois", " mes", " monat")
_GERMAN = re.compile(r"(\d{1,2}|[a-zü]{3,9})-?(jähr|monat)ig(?:en?|er|es|em)?\b")

_DIGITS_BEFORE = re.compile("(?<![\\d.,])(\\d{1,3}(?:[.,]5)?)[ \u00a0-]{1,2}$")
_HALF_BEFORE = re.compile(r"(?<![\d.,\w])(\d{1,2}|[a-z]{2,8})[ -]and[ -]a[ -]half[ -]$")
_SPAN_BEFORE = re.compile(r"\d(?: ?[-–] ?| to | or |-to-|-or-)$")  # "three to five years" has no one length

_HEAD = re.compile(_AGREEMENT)
_HEAD_STOP = re.compile(
    r"\b(?:in|for|to|with|at|on|by|from|that|which|as|since|after|of|while|when|is|was|has|had|will|would|"
    r"said|says)\b|[.!?]\s"
)
_NOT_AFTER = re.compile(
    r"[ -](?:[a-z]+ ){0,2}(?:life|lifetime|lifespan|warranty|options?|optional|low|lows|high|highs|old|olds|"
    r"ago|earlier|"
    r"later|before|after|veteran|bonds?|notes?|anniversary|sentence|average|cagr|forecast|moratorium|ban|delay)\b"
)
_NOT_BEFORE = re.compile(
    r"\b(?:options?|optional|renewable|plus|previous|earlier|former|past|last(?! for)|since|ago|aged|prison|"
    r"jail|sentenced|"
    r"design life|lifetime|life|lifespan|appointed|elected|chairman|chief|first time in|has been|have been|"
    r"had been)\b"
    r"(?: [^\s.;]+){0,5} ?$"
)
_COUNTED = re.compile(r"\b(?:two|three|four|five|several|further|additional|\d)\s$")
_EXTENSIONS = re.compile(r"[ -](?:extensions?|renewals?|periods?|terms?|options?)\b")

_FOR = re.compile(
    r"\b(?:contracts?|contracted|agreements?|deals?|leases?|leased|licen[cs]es?|licen[cs]ed|concession|pact|accord|"
    r"partnership|term|period|extend\w*|extension|renew\w*|rent\w*|hire[sd]?|sign\w*|agreed|committed|runs?|"
    r"running|lasts?|"
    r"lasting|spans?|spanning|valid|exclusive|exclusively|provide[sd]?|suppl\w+|use|lend|lent|outsourc\w+|"
    r"award\w*|order\w*|"
    r"contratos?|acuerdo|contrat|accord|contratto|accordo|vertrag|acordo|durée|duración|durata|laufzeit|"
    r"duração|prazo|"
    r"plazo|per[ií]odo|période|zeitraum|licencia|licence|licenza|lizenz|licença|bail|arrendar\w*|alquil\w*|"
    r"firm\w+|signé)\b"
)
_FOR_LINK = re.compile(
    r"\b(?:for|over|of|lasting|spanning|spans|lasts|runs|by|covering|term:|pour|sur|por|durante|a|de|per|di|"
    r"für|über|von|um)"
    r"(?: (?:up to|at least|a|an|the|next|coming|following|initial|first|minimum|further|another|more than|"
    r"about|around|"
    r"period of|term of|another|additional|total of|une|durée de|duración de|un|periodo de|plazo de|"
    r"período de|período|"
    r"die|nächsten|los|próximos|les|prochaines|prossimi|i|os|weitere)){0,4}\s$"
)
_OVER_NEXT = re.compile(r"\b(?:over|for|during|across)(?: the| a| an)? (?:next|coming|following|period of|term of) $")
_NOT_FOR = re.compile(
    r"\b(?:clos\w+|complet\w+|deliver\w*|talks|negotiat\w+|notice|grow\w*|grew|ris\w+|rose|forecasts?|worked|"
    r"experience|"
    r"jail|prison|delay\w*|waited|fell|average)\b"
)

_YEAR = re.compile(r"20\d\d")
_UNTIL = re.compile(
    r"\b(?:through|through to|until|till|up to|expir(?:es|ing) in|ending in|ends in|runs? to|bis|jusqu['’]en|"
    r"jusqu['’]à|"
    r"hasta|fino al?|até)\s(?:at least )?(?:(?:the )?(?:end of|end|late|early|mid|fin|la fin de|ende|"
    r"zum jahr|finales de|"
    r"final de|la fine del|el|ao fim de)[ -])?(?:(?:january|february|march|april|may|june|july|august|"
    r"september|october|"
    r"november|december) )?$"
)
_UNTIL_FOR = re.compile(
    r"\b(?:contracts?|deals?|agreements?|leases?|leased|pacts?|accords?|extend\w*|extension|renew\w*|runs?|"
    r"running|valid|"
    r"partnership|licen[cs]es?|concession|supply|provide|services?|signed|contrat|contratos?|acuerdo|"
    r"contratto|accordo|"
    r"vertrag|acordo)\b"
)


class Term(NamedTuple):
    """A contract term: the code points of its words, and its length in months."""

    start: int
    end: int
    months: int


def find_terms(text: str, published_year: int | None = None) -> list[Term]:
    """Returns the contract terms in text, in order; options to extend are none.

    published_year: the year of the story, from which "until 2034" is counted; without it such an end gives no term.
    """
    low = lowered(text)
    found = {}
    for stem in _UNIT_STEMS:
        for at in places(low, stem, MAX_UNITS):
            match = _UNIT.match(low, at + (stem[0] == " "))
            term = None if match is None else _unit_term(low, match)
            if term is not None:
                found[term.start] = term
    terms = [*found.values(), *_german_terms(low)]
    if published_year is not None:
        terms += _until_terms(low, published_year)
    return sorted(terms)[:MAX_FOUND]


def _unit_term(low: str, match: re.Match[str]) -> Term | None:
    number = _number_before(low, match.start())
    if number is None:
        return None
    start, value = number
    months = value * (12 if match[1] else 1)
    if not 1 <= months <= MAX_MONTHS or months != int(months) or _SPAN_BEFORE.search(low, max(0, start - 6), start):
        return None
    is_adjective = low[match.start() - 1] == "-" or match[0] in ("year", "month", "yr")
    before = _clause_before(low, start)
    after = low[match.end() : match.end() + _AFTER]
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
        return None
    if _EXTENSIONS.match(after) and _COUNTED.search(before):
        return None
    is_term = _is_adjective_term(after) if is_adjective else _is_period(before, after, match[1] is not None)
    return Term(start, match.end(), int(months)) if is_term else None


def _number_before(low: str, end: int) -> tuple[int, Decimal] | None:
    """Returns (start, number) of the number that stands before a unit word: "10-", "two-and-a-half-", "1.5 "."""
    if end == 0 or low[end - 1] not in " \u00a0-":
        return None
    floor = max(0, end - 24)
    half = _HALF_BEFORE.search(low, floor, end)
    if half is not None:
        whole = Decimal(half[1]) if half[1].isdigit() else parse_words([half[1]])
        return None if whole is None else (half.start(1), whole + Decimal("0.5"))
    match = _DIGITS_BEFORE.search(low, floor, end)
    if match is not None:
        value = parse_digits(match[1])
        return None if value is None else (match.start(1), value)
    words = number_words_before(low, end)
    return None if words is None or low[words[0] : end - 1] in ("a", "an") else words


def _is_adjective_term(after: str) -> bool:
    """True for "-year … contract": an agreement follows before any word that ends the noun phrase."""
    head = _HEAD.search(after)
    return head is not None and _HEAD_STOP.search(after, 0, head.start()) is None


def _is_period(before: str, after: str, is_years: bool) -> bool:
    """True for "a contract for five years", "over the next seven years", "five years contract"."""
    if _NOT_FOR.search(before):
        return False
    head = _HEAD.match(after, 1)
    if head is not None and after[0] == " ":
        return True
    if _FOR.search(before) is None:
        return is_years and _OVER_NEXT.search(before) is not None
    return _OVER_NEXT.search(before) is not None or _FOR_LINK.search(before) is not None


def _clause_before(low: str, start: int) -> str:
    window = low[max(0, start - _BEFORE) : start]
    return window[max(window.rfind(". "), window.rfind(";"), window.rfind("\n")) + 1 :]


def _german_terms(low: str) -> list[Term]:
    """Returns the terms that one German adjective writes: "fünfjähriger Vertrag", "24-monatiges Abkommen"."""
    found = []
    for stem, months in (("jährig", 12), ("monatig", 1)):
        for at in places(low, stem, MAX_FOUND):
            match = _GERMAN.search(low, max(0, at - 10), min(len(low), at + 12))
            if match is None or match.start(2) != at or not _is_adjective_term(low[match.end() : match.end() + _AFTER]):
                continue
            value = Decimal(match[1]) if match[1].isdigit() else parse_words([match[1]])
            if value is not None and 1 <= value * months <= MAX_MONTHS:
                found.append(Term(match.start(), match.end(), int(value) * months))
    return found


def _until_terms(low: str, published_year: int) -> list[Term]:
    """Returns the terms that are given by their last year; a term's span is the words from "until" on."""
    found = []
    for count, match in enumerate(_YEAR.finditer(low)):
        if count >= MAX_FIGURES:
            break
        years = int(match[0]) - published_year
        if not 0 < years <= MAX_YEARS_AHEAD or low[match.end() : match.end() + 1].isalnum():
            continue
        until = _UNTIL.search(low, max(0, match.start() - 40), match.start())
        if until is not None and _UNTIL_FOR.search(_clause_before(low, until.start())):
            found.append(Term(until.start(), match.end(), 12 * years))
    return found
