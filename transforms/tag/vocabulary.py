"""Plain data for the tagger: the cue lists and word lists of ``data/``, as tries over lower-case words.

``cues.csv`` and ``topics.csv`` have the columns ``kind,value,language,cues``; ``words.csv`` has ``kind,language,words``.
Several words of one row stand in one cell, separated by ``|``. A word that ends in ``*`` matches every word that begins
so. An English verb is listed by its base form; the other forms are made here, irregular ones follow it after ``/``
(``buy/bought``, ``take over/took over/taken over``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from transforms.tag.tokens import split_words

Node = dict[str, Any]
_END = ""
_WILD = "*"


class Cue(NamedTuple):
    """One entry of a cue list. form: base, s, past (or participle), ing; "" where it is no verb."""

    kind: str
    value: str
    form: str = ""


class Vocabulary(NamedTuple):
    """All cue and word lists. cues: language → trie; words: kind → set of words (lower case, joined by a space)."""

    cues: dict[str, Node]
    topics: Node
    words: dict[str, frozenset[str]]


def read_rows(name: str) -> list[dict[str, str]]:
    """Returns the rows of a CSV file that ships beside this module."""
    with resources.files("transforms.tag").joinpath("data", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_to_trie(root: Node, words: Sequence[str], payload: Any) -> None:
    """Files payload under a sequence of words; a last character ``*`` of a word is a wildcard."""
    node = root
    for word in words:
        if word.endswith(_WILD) and len(word) > 1:
            prefixes = node.setdefault(_WILD, {})
            node = prefixes.setdefault(word[:-1], {})
        else:
            node = node.setdefault(word, {})
    node.setdefault(_END, []).append(payload)


def match_trie(root: Node, words: Sequence[str], at: int) -> list[tuple[int, Any]]:
    """Returns (number of words, payload) of every entry that stands at this place, in the order of the lists."""
    found: list[tuple[int, Any]] = []
    nodes = [root]
    length = 0
    while nodes and at + length < len(words):
        word = words[at + length]
        length += 1
        after: list[Node] = []
        for node in nodes:
            following = node.get(word) if word not in (_END, _WILD) else None
            if following is not None:
                after.append(following)
            prefixes = node.get(_WILD)
            if prefixes is not None:
                after.extend(_wild(prefixes, word))
        for node in after:
            found.extend((length, payload) for payload in node.get(_END, ()))
        nodes = after
    return found


def _wild(prefixes: dict[str, Node], word: str) -> Iterator[Node]:
    """Yields the nodes of the prefixes that a word begins with; a prefix has at most 20 letters."""
    for size in range(1, min(len(word), 20) + 1):
        node = prefixes.get(word[:size])
        if node is not None:
            yield node


def inflect(entry: str) -> Iterator[tuple[str, str]]:
    """Yields (words, form) of the English verb of a cue list: base, third person, past and participle, -ing form."""
    base, *irregular = entry.split("/")
    verb, _, rest = base.partition(" ")
    tail = " " + rest if rest else ""
    yield base, "base"
    yield _third(verb) + tail, "s"
    yield from ((form + tail, "ing") for form in _gerunds(verb))
    yield from ((form, "past") for form in irregular or [form + tail for form in _pasts(verb)])


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "ch", "sh", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


def _stems(verb: str) -> list[str]:
    """The stems that take -ed and -ing: with the last consonant doubled, too, where the ending allows it."""
    if len(verb) > 2 and verb[-1] not in "aeiouwxyh" and verb[-2] in "aeiou" and verb[-3] not in "aeiou":
        return [verb, verb + verb[-1]]
    return [verb]


def _gerunds(verb: str) -> list[str]:
    if verb.endswith("e") and not verb.endswith(("ee", "ye")):
        return [verb[:-1] + "ing"]
    return [stem + "ing" for stem in _stems(verb)]


def _pasts(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb + "d"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb[:-1] + "ied"]
    return [stem + "ed" for stem in _stems(verb)]


def _cue_entries(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, Cue]]:
    for row in rows:
        for entry in row["cues"].split("|"):
            if row["kind"] in ("verb", "light") and row["language"] == "en":
                for words, form in inflect(entry):
                    yield words, Cue(row["kind"], row["value"], form)
            else:
                yield entry, Cue(row["kind"], row["value"])


def _trie(rows: Iterable[dict[str, str]]) -> Node:
    root: Node = {}
    seen: set[tuple[str, Cue]] = set()
    for words, cue in _cue_entries(rows):
        if (words, cue) not in seen:
            seen.add((words, cue))
            add_to_trie(root, split_words(words.lower()), cue)
    return root


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Loads the lists once a process."""
    words: dict[str, set[str]] = {}
    for row in read_rows("words.csv"):
        words.setdefault(row["kind"], set()).update(row["words"].split("|"))
    rows = read_rows("cues.csv")
    for entry, cue in _cue_entries(rows):
        if cue.kind in ("verb", "light", "noun", "object", "status") and " " not in entry:
            words["common"].add(entry)
    languages = dict.fromkeys(row["language"] for row in rows)
    cues = {language: _trie(row for row in rows if row["language"] == language) for language in languages}
    return Vocabulary(cues, _trie(read_rows("topics.csv")), {kind: frozenset(of) for kind, of in words.items()})
