"""What the words around a figure make of it: a qualifier, a price per share, a rate, a role."""

from __future__ import annotations

import re
from functools import cache

from transforms.tag._figures import phrases

_WINDOW = 72  # code points looked at on one side of a figure: about a dozen words
_MAX_WORDS_BEFORE = 8
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLAUSE_END = re.compile(r"(?<!approx)(?<!\bca)(?<!\bc)[.!?](?=\s|$)|[;:()\n—]")
_CLAUSE_END_COMMA = re.compile(r"[.!?](?=\s|$)|[,;:()\n—]")

_PER_SHARE = re.compile(
    r"(?: in cash)?,?[ -]?(?:(?:for )?(?:an?|per|each|every)|/|par|por|je|pro)[ -]?(?:ordinary |common |class [ab] )?"
    r"(?:shares?|stock|stücke?|aktie|action|acción|accion|azione|ação|ads|adr|unit)\b"
)
_SHARE_MOVE = re.compile(r"\b(?:shares?|stock|adrs?|titres?|aktien?|acciones|azioni|ações)\b")
_RATE = re.compile(
    r"(?:[ -](?:an?|per|each|every|par|por|pro|im|al|l')[ -]|/ ?|-a-)"
    r"(?:year|annum|quarter|month|week|day|hour|minute|second|user|subscriber|customer|line|mhz|megabit|megabyte|mb|gb|"
    r"gigabyte|kilobyte|kilo|kg|pound|launch|satellite|tower|site|home|household|premises|seat|pop|head|person|message|"
    r"text|call|transponder|handset|phone|device|vessel|terminal|kilometre|kilometer|km|an|mois|jour|año|mes|anno|mese|"
    r"jahr|monat|ano|mês)\b(?! (?:ago|earlier|before|later|after))"
    r"|[ -](?:annually|monthly|yearly|annuels?|anuales|annui|jährlich|anuais)\b|[ -]an? (?:month|year)ly\b| p\.a\."
)
_EXCHANGE = re.compile(r" ?[=≈] ?[$€£¥\d]")
_RATE_BEFORE = re.compile(r"\b(?:annual|monthly|yearly|weekly|daily)(?: [a-z]+){0,2} of(?: [a-z]+){0,2} $")
_SUPERSEDED = re.compile(r"\b(?:rais|increas|lift|rose|cut|lower|sweeten|improv|up|down|reduc|bump|boost|hik)[a-z]*\b")
# "for $5bn" is a price, whatever stands before: "sells its loss-making debt collector for $5bn".
_PRICE_BEFORE = re.compile(
    r"(?<!sued )(?<!sues )(?<!suing )\bfor (?:(?:about|around|up to|as much as|more than|some|over|nearly|an?) )?$"
)
_MOVED = re.compile(r"\b(?:went|goes|go|climbed|moved|rose|is|was|are|were|gone|shot)$")  # "went up to $600m" is exact
_MORE_AFTER = re.compile(r"[+]|-plus\b| or more\b| and up\b")
_CEILING_AFTER = re.compile(r"[ -](?:ceiling|cap|maximum)\b")
_ABOUT_AFTER = re.compile(r" or so\b")


def clause_before(low: str, start: int, floor: int) -> str:
    """Returns the words of the clause before start, none before floor."""
    window = low[max(floor, start - _WINDOW) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(window)]
    return window[ends[-1] :] if ends else window


def clause_after(low: str, end: int, ceiling: int) -> str:
    """Returns the words of the clause after end, up to its first comma."""
    window = low[end : min(ceiling, end + _WINDOW)]
    stop = _CLAUSE_END_COMMA.search(window)
    return window if stop is None else window[: stop.start()]


def qualifier(before: str, low: str, end: int) -> str:
    """Returns exact, approximately, up_to or at_least, from the words just before and after the figure."""
    if _MORE_AFTER.match(low, end):
        return "at_least"
    if _CEILING_AFTER.match(low, end):
        return "up_to"
    table = phrases("qualifier")
    words = before[-48:].split()[-5:]
    shortest = 1
    while words and words[-1] in ("a", "an", "of", "total", "the") and " ".join(words[-2:]) not in table:
        words.pop()
        shortest = 2  # "up to a total of $5m", but "under a $5m contract" is exact
    for count in range(min(4, len(words)), shortest - 1, -1):
        found = table.get(" ".join(words[-count:]))
        if found is not None and not (found == "up_to" and _MOVED.search(" ".join(words[:-count]))):
            return found
    return "approximately" if before.endswith("~") or _ABOUT_AFTER.match(low, end) else "exact"


def kind(before: str, low: str, end: int, is_small: bool) -> str:
    """Returns per_share, rate or value. is_small: a figure without a scale, such as the price of a share."""
    if _PER_SHARE.match(low, end) or (is_small and _SHARE_MOVE.search(before)):
        return "per_share"
    if before.endswith(("= ", "=")) or _EXCHANGE.match(low, end):
        return "rate"
    if _RATE.match(low, end) or (" of " in before and _RATE_BEFORE.search(before)):
        return "rate"
    return "value"


def role(before: str, after: str) -> str | None:
    """Returns what the figure is when it is no deal's value (debt, revenue, cost …), by the nearest cue; else None."""
    found = _role_after(after)
    if found is None and not _PRICE_BEFORE.search(before):
        found = _role_before(before)
    return found


def is_superseded(before: str, low: str, start: int) -> bool:
    """True for the old figure of "raised its bid to $3bn from $2bn"."""
    return before.rstrip().endswith("from") and _SUPERSEDED.search(clause_before(low, start, 0)) is not None


@cache
def _fillers() -> frozenset[str]:
    return frozenset(phrases("filler"))


@cache
def _first_words() -> frozenset[str]:
    return _fillers() | {cue.split(" ", 1)[0] for cue in phrases("role_after")}


def _role_after(after: str) -> str | None:
    first = _WORDS.search(after)
    if first is None or first[0] not in _first_words():
        return None
    cues, fillers = phrases("role_after"), _fillers()
    words = _WORDS.findall(after)[:7]
    for at in range(len(words)):
        for count in (3, 2, 1):
            found = cues.get(" ".join(words[at : at + count]))
            if found is not None:
                return None if found == "none" else found
        if words[at] not in fillers:
            return None
    return None


@cache
def _last_words() -> frozenset[str]:
    return frozenset(cue.rsplit(" ", 1)[-1] for cue in phrases("role_before"))


def _role_before(before: str) -> str | None:
    cues, last_words = phrases("role_before"), _last_words()
    words = _WORDS.findall(before)[-_MAX_WORDS_BEFORE:]
    for last in range(len(words), 0, -1):
        if words[last - 1] not in last_words:
            continue
        for count in (3, 2, 1):
            if count <= last:
                found = cues.get(" ".join(words[last - count : last]))
                if found is not None:
                    return None if found == "none" else found
    return None
