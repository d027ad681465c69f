"""A text as tokens and sentences, with offsets in code points of the whole text; linear in its length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import NamedTuple

MAX_CHARS = 10_000  # read in full, some 1,500 words; the news of longer texts stands before
MAX_FURTHER = 2_000  # characters of the sentences further down that speak of a deal
MAX_LOOKED_AT = 40_000  # where the search for those ends
MIN_FURTHER = 150
MAX_TOKENS = 2_100
MAX_SENTENCE_TOKENS = 120
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)+|\w+|[^\w\s]")
_TOKEN_AND_GAP = re.compile(r"(%s)(\s*)" % _TOKEN.pattern)
_LATER = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]*")
_DEALS = re.compile(
    r"(?i)\b(?:acqui|buy|bought|purchas|sold|sell|sale\b|merg|takeover|stake|contract|agreed|agreement|deal\b|deals\b|"
    r"order|award|invest|loan|bond|spectrum|licen[cs]e|venture|partner|lease|compr|achet|rachet|vend|vertrag|kauf|verkauf|"
    r"übern|contrat|acuerdo|accord|acordo|signed|won\b)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ABBREVIATIONS = frozenset(
    "inc corp co ltd mr mrs ms dr st no vs jan feb mar apr jun jul aug sept sep oct nov dec calif fla mass tex "
    "wash gen col lt sen rep gov prof bros dept est approx cos jr sr mio mrd bzw ca z b u s a d h p n j ing sra "
    "vol nr art av ave".split()
)
_CLOSERS = frozenset(".!?\"”»’'")
_OPENERS = frozenset(
    "the it in a an but he she they on at for this that as we its both under if when with no some".split()
)


class Sentence(NamedTuple):
    """Tokens first ≤ i < last of a document. paragraph 0 is the title."""

    first: int
    last: int
    paragraph: int


class Document(NamedTuple):
    """The title and the text, joined by an empty line, taken apart. spaced: white space stands before the token."""

    full: str
    title_end: int
    words: list[str]
    low: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[Sentence]


def split_words(text: str) -> list[str]:
    """Returns the words and marks of a text; a wildcard mark stays with its word."""
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word == "*" and words:
            words[-1] += word
        else:
            words.append(word)
    return words


def read_document(title: str | None, text: str) -> Document:
    """Takes a title and a text apart: its beginning, and of what is further down the sentences that speak of a deal.

    In ``full`` the rest stands as empty lines, so that places are those of the whole text.
    """
    full = _shortened((title or "") + "\n\n" + text[:MAX_LOOKED_AT])
    safe = _SURROGATE.sub("\ufffd", full)
    # Tokens and the white space after them in turns: their lengths give every place.
    parts = list(chain.from_iterable(_TOKEN_AND_GAP.findall(safe)[:MAX_TOKENS]))
    bounds = list(accumulate(map(len, parts), initial=len(safe) - len(safe.lstrip())))
    words, starts, ends = parts[::2], bounds[:-1:2], bounds[1::2]
    low = list(map(str.lower, words))
    title_end = len(title or "")
    return Document(
        full, title_end, words, low, starts, ends, _sentences(parts[1::2], title_end, words, low, starts, ends)
    )


def _shortened(full: str) -> str:
    """The text with empty lines for what is not read, up to the last sentence that is."""
    if len(full) <= MAX_CHARS:
        return full
    line = full.rfind("\n", MAX_CHARS - MAX_FURTHER, MAX_CHARS)
    cut = line if line > 0 else MAX_CHARS
    parts, at, room = [full[:cut]], cut, MAX_FURTHER
    is_next = False  # the sentence after a deal's, which may tell its price
    for match in _LATER.finditer(full, cut, MAX_LOOKED_AT):
        speaks = _DEALS.search(match[0]) is not None
        if (speaks or is_next) and len(match[0]) <= room:
            parts += ["\n" * (match.start() - at) if match.start() - at > 1 else full[at : match.start()], match[0]]
            at, room = match.end(), room - len(match[0])
        is_next = speaks
        if room < MIN_FURTHER:
            break
    return "".join(parts)


def _sentences(
    gaps: Sequence[str], title_end: int, words: list[str], low: list[str], starts: list[int], ends: list[int]
) -> list[Sentence]:
    """The sentences of a document's words. gaps: the white space after each word."""
    found: list[Sentence] = []
    first = 0
    paragraph = 0 if title_end else 1
    # The others stand in the middle of a line: nearly every word.
    stops = [i for i, gap in enumerate(gaps) if (gap != " " and gap) or words[i] in _CLOSERS]
    if words and (not stops or stops[-1] < len(words) - 1):
        stops.append(len(words) - 1)
    for i in stops:
        last = i + 1
        while last - first > MAX_SENTENCE_TOKENS:
            found.append(Sentence(first, first + MAX_SENTENCE_TOKENS, paragraph))
            first += MAX_SENTENCE_TOKENS
        is_full = last - first == MAX_SENTENCE_TOKENS
        new_line = last >= len(words) or "\n" in gaps[i]
        if starts[i] < title_end and not (is_full or new_line or starts[last] >= title_end):
            continue
        if not (new_line or is_full or _ends_sentence(words, low, starts, ends, i)):
            continue
        found.append(Sentence(first, last, paragraph))
        first = last
        if new_line:
            paragraph += 1
    return found


def _ends_sentence(words: list[str], low: list[str], starts: list[int], ends: list[int], i: int) -> bool:
    """Whether the token ends a sentence: a full stop, question or exclamation mark, or the quotation mark after it."""
    mark = words[i]
    if mark in "\"”»’'" and i > 0 and words[i - 1] in ".!?" and ends[i - 1] == starts[i]:
        mark = words[i - 1]
    elif mark not in ".!?" or (
        i + 1 < len(words)
        and starts[i + 1] == ends[i]
        and not (i > 1 and words[i - 1] == words[i - 2] == "." != words[i + 1])
    ):
        return False
    if mark == "." and i > 1 and words[i - 1] == words[i - 2] == ".":
        return True
    if i + 1 >= len(words):
        return True
    following = words[i + 1]
    if not (following[0].isupper() or following[0].isdigit() or following in "\"“„«‘'¿¡("):
        return False
    if mark != ".":
        return True
    before = low[i - 1] if i else ""
    if before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha()):
        return low[i + 1] in _OPENERS and before not in ("mr", "mrs", "ms", "dr", "st", "no")
    return True
