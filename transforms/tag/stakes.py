"""Stakes in the text of news: "a 49% stake", "25 percent plus one share", "51 Prozent der Anteile", "50-50".

A per cent sign is a stake only where the words around it speak of a holding; growth, share-price moves, market shares
and interest rates do not. The cost is linear in the text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.tag._figures import lowered, number_words_before, parse_digits, places

MAX_FOUND = 200
_BEFORE, _AFTER = 80, 64

_SIGNS = ("%", "percent", "per cent", "pct", "prozent", "por ciento", "pour cent", "por cento", "per cento", "procent")
_DIGITS_BEFORE = re.compile("(?<![\\d.,])(\\d{1,3}(?:[.,]\\d{1,4})?)[ \u00a0\u202f-]{0,2}$")
_HALVES = ("50-50", "50/50", "50:50", "fifty-fifty")
_HALVES_AFTER = re.compile(r"[ -](?:chance|odds|probability|split of|likelihood|shot)")

_HOLDING = (
    r"(?:stakes?|shareholdings?|holdings?|shareholders?|equity|ownership|participation|owned|owner|beteiligung|anteile?|"
    r"anteils|aktien|aktienpaket|participación|participação|partecipazione|quota|quote|acciones|azioni|ações)\b"
)
_NOT_FILLER = r"(?!(?:after|before|in|on|as|to|when|while|since|and|from|of|by|for|the|its|because)\b)"
_AFTER_IS_HOLDING = re.compile(
    r"(?:-|,? (?:%s[a-z&.'’-]+ ){0,3}?)%s"
    r"|[ -](?:joint venture|voting (?:stake|rights|power|control))\b"
    r"|[ -](?:[a-z]+ )?interest (?:in|held by)\b"
    r"|[ -](?:controlling|minority|majority|economic|beneficial|voting) interest\b"
    r"|,? (?:plus|\+) (?:one|1|a) (?:single )?(?:share|vote)\b"
    r"| plus une action| plus eine aktie| più un'azione| más una acción"
    r"| share (?:in|of (?:the )?(?:company|venture|firm|business|unit|group|capital|equity|operator))\b"
    r"| (?:is |are |was |will be |being |now )?(?:held|owned|controlled) by\b" % (_NOT_FILLER, _HOLDING)
)
_OF_WHAT = re.compile(
    r" (?:of|in|de|del|della|di|da|do|du|des|d['’]|von|an|am|der)[ ](?:the |its |their |his |la |le |el |der |all |"
    r"total ){0,3}"
    r"(?!\d|(?:[a-z]+[ -]){0,2}?(?:markets?|sales|revenues?|turnover|customers?|subscribers?|population|"
    r"households|homes|"
    r"users?|traffic|workforce|staff|employees|profits?|income|jobs|lines|networks?|country|countries|people|"
    r"spectrum|"
    r"capacity|calls|phones|handsets|cost|costs|price|value|gdp|economy|year|territory|premises|respondents|"
    r"companies|"
    r"bandwidth|spending|orders|shipments|voters|americans|internet|data|time|world|sites|assets under|total|debt|"
    r"mercado|marché|markt|ventas|ingresos|clientes?|clients|umsatz|ricavi|receitas?|población|población|"
    r"population)\b)"
)
_TRADE = re.compile(
    r"\b(?:own|owns|owned|owning|hold|holds|holding|held|acquire[sd]?|acquiring|buy|buys|bought|buying|sell|"
    r"sells|sold|selling|take|takes|took|taking|taken|control|controls|controlled|purchase[sd]?|purchasing|retain\w*|keep|keeps|"
    r"kept|gets?|gain\w*|secur\w+|offload\w*|divest\w*|offer\w*|stake|bid|transfer\w*|acquisition|sale|purchase|"
    r"compr\w+|vend\w+|adquir\w+|posee|controla|détien\w*|acquér\w+|acqui\w+|cède|céder|rach\w+|possied\w+|"
    r"detiene|deten\w+|cede\w*|hält|halten|besitzt|kauft\w*|verkauf\w*|übern\w+|erwirbt|erwerben)\b[^;]{0,34}$"
)
_HAS = re.compile(r"\b(?:has|have|had)\b[^;]{0,14}$")
_HOLDING_BEFORE = re.compile(
    r"\b(?:stakes?|shareholdings?|holdings?|ownership|interests? in|participation|beteiligung|anteil|participación|"
    r"participação|partecipazione|quota)\b[^;]{0,48}\b(?:of|to|from|at|below|above|de|del|al|a|à|di|da|von|"
    r"auf|para|em)"
    r"(?: (?:about|around|up to|at least|more than|over|just|nearly|almost|under|approximately|hasta|un|el|den))*\s$"
)
_REST_BEFORE = re.compile(
    r"\b(?:remaining|other|rest of the|outstanding|restant\w*|restante|übrigen|restlichen|rimanente)\s$"
)
_CHANGE_BEFORE = re.compile(
    r"\b(?:rose|ris\w+|fell|fall\w*|grew|grow\w*|gain(?:ed|s)?|los[te]|dropp\w+|slipp\w+|jump\w+|surg\w+|"
    r"climb\w+|shed|"
    r"declin\w+|decreas\w+|up|down|soar\w*|tumbl\w+|plung\w+|discount|premium|yield\w*|interest rate|margin|by)"
    r"(?: (?:about|around|nearly|almost|some|more than|over|another|as much as|to|an?|just|only))*\s$"
)
_PRICE_AFTER = re.compile(
    r" (?:to|at|premium|discount|higher|lower|growth|increase|drop|decline|rise|fall|gain|cut|more|less|market)\b"
)
_TO_FIGURE = re.compile(r" to (?:about |around |just |over )?\d")
_PAIRED = re.compile(r"\b(?:and|with|while|y|et|und|e)\b[^.;]{0,40}$|[,/]\s?(?:[^.,;]{0,30})$")
_PAIRED_AFTER = re.compile(r"[.,;)]|$| (?:by|to|for)\b|\n")


class Stake(NamedTuple):
    """A shareholding: the code points of its figure ("49.9 per cent"), and its size in per cent."""

    start: int
    end: int
    pct: Decimal


def find_stakes(text: str) -> list[Stake]:
    """Returns the stakes in text, in order. A "majority stake" has no figure and is none."""
    low = lowered(text)
    signs = sorted((at, at + len(sign)) for sign in _SIGNS for at in places(low, sign))
    found: list[Stake] = []
    for at, end in signs:
        if low[end - 1] != "%" and low[end : end + 1].isalpha():
            continue  # "percentage points"; "per cento" is a sign of its own
        number = _number_before(low, at)
        if number is None or not 0 < number[1] <= 100:
            continue
        previous = found[-1] if found else None
        if _is_stake(low, number[0], end, previous):
            found.append(Stake(number[0], end, number[1]))
            if len(found) >= MAX_FOUND:
                break
    found += [
        Stake(at, at + len(form), Decimal(50))
        for form in _HALVES
        for at in places(low, form, MAX_FOUND)
        if not _HALVES_AFTER.match(low, at + len(form)) and not low[max(0, at - 1) : at].isdigit()
    ]
    return sorted(found)[:MAX_FOUND]


def _number_before(low: str, end: int) -> tuple[int, Decimal] | None:
    match = _DIGITS_BEFORE.search(low, max(0, end - 12), end)
    if match is not None:
        value = parse_digits(match[1], "")
        return None if value is None else (match.start(1), value)
    return number_words_before(low, end)


def _is_stake(low: str, start: int, end: int, previous: Stake | None) -> bool:
    after = low[end : end + _AFTER]
    before = low[max(0, start - _BEFORE) : start]
    before = before[max(before.rfind(". "), before.rfind(";"), before.rfind("\n")) + 1 :]
    if _AFTER_IS_HOLDING.match(after):
        return True
    if _HOLDING_BEFORE.search(before) and (_TO_FIGURE.match(after) or not _PRICE_AFTER.match(after)):
        return True
    if _CHANGE_BEFORE.search(before) or _PRICE_AFTER.match(after):
        return False
    if _OF_WHAT.match(after) is not None:
        has = after.startswith(" of ") and _HAS.search(before) is not None
        if has or _TRADE.search(before) or _REST_BEFORE.search(before):
            return True
    return _is_paired(low, start, end, previous)


def _is_paired(low: str, start: int, end: int, previous: Stake | None) -> bool:
    """True for the 40% of "X will own 60% of the venture and Y 40%."."""
    if previous is None or start - previous.end > 70:
        return False
    joint = low[previous.end : start]
    return ". " not in joint and _PAIRED.search(joint) is not None and _PAIRED_AFTER.match(low, end) is not None
