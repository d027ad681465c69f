"""Plain data for the tagger: the cue lists and word lists of ``data/``, as tries over lower-case words.

``cues.csv`` and ``topics.csv`` have the columns ``kind,value,language,cues``; ``words.csv`` ``kind,language,words``.
Several words of one row stand in one cell, separated by ``|``. A word that ends in ``*`` matches every word that begins
so. An English verb is listed by its base form; the other forms are made here, irregular ones follow it after ``/``
(``buy/bought``, ``take over/took over/taken over``).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, TypeVar

from transforms.tag.tokens import split_words

Value = TypeVar("Value")
Node = dict[str, Any]
Hits = Sequence[tuple[int, Any]]  # number of words and payload of entries, the shorter ones first
_END = ""
_WILD = "*"
MAX_REMEMBERED = 200_000


class Cue(NamedTuple):
    """One entry of a cue list. form: base, s, past (or participle), ing; "" where it is no verb."""

    kind: str
    value: str
    form: str = ""


def read_rows(name: str) -> list[dict[str, str]]:
    """Returns the rows of a CSV file that ships beside this module."""
    text = resources.files("transforms.tag").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


class Start(NamedTuple):
    """What begins with a word. hits: the entries that are this word; nodes: those from which longer ones go on.

    words, letters: what the second words of longer ones are, or, with a wildcard, begin with.
    """

    hits: Hits
    nodes: tuple[Node, ...]
    words: frozenset[str]
    letters: frozenset[str]

    def match(self, words: Sequence[str], at: int) -> Hits:
        """Returns (number of words, payload) of every entry that stands at this place, where this word does."""
        at += 1
        if at >= len(words) or not (words[at] in self.words or words[at][:1] in self.letters):
            return self.hits
        found = list(self.hits)
        nodes, length = _step(self.nodes, words[at]), 2
        while nodes:
            for node in nodes:
                if _END in node:
                    found += [(length, payload) for payload in node[_END]]
            at += 1
            if at >= len(words):
                break
            nodes = _step(nodes, words[at])
            length += 1
        return found


class Remembered(dict[str, Value]):
    """What a function says of the words met so far; asked of a word for the first time, it says it and is remembered.

    So whole documents are looked up by ``map(remembered.__getitem__, words)``. Full, it begins anew.
    """

    def __init__(self, tell: Callable[[str], Value]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, word: str) -> Value:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        value = self[word] = self._tell(word)
        return value


class Trie:
    """Entries by their words; finds all that stand at a place. A last character ``*`` of a word is a wildcard."""

    __slots__ = ("_first", "_root")

    def __init__(self) -> None:
        self._root: Node = {}
        self._first: Remembered[Start | None] = Remembered(self._begin)

    def add(self, words: Sequence[str], payload: Any) -> None:
        """Files payload under a sequence of words."""
        node = self._root
        for word in words:
            if word.endswith(_WILD) and len(word) > 1:
                node = node.setdefault(_WILD, {}).setdefault(word[:-1], {})
            else:
                node = node.setdefault(word, {})
        node.setdefault(_END, []).append(payload)

    def match(self, words: Sequence[str], at: int) -> Hits:
        """Returns (number of words, payload) of every entry that stands at this place, the shorter ones first."""
        start = self._first[words[at]]
        return () if start is None else start.match(words, at)

    def begun(self, words: Sequence[str]) -> list[Start | None]:
        """For each word what begins with it; None for most of a text's words."""
        return list(map(self._first.__getitem__, words))

    def _begin(self, word: str) -> Start | None:
        """What begins with a word, or None."""
        nodes = _step((self._root,), word)
        if not nodes:
            return None
        hits = tuple((1, payload) for node in nodes for payload in node.get(_END, ()))
        words = frozenset(following for node in nodes for following in node if following not in (_END, _WILD))
        letters = frozenset(prefix[0] for node in nodes for prefix in node.get(_WILD, ()))
        return Start(hits, nodes, words, letters)

    def payloads(self, word: str) -> list[Any]:
        """The payloads of the entries that are this one word."""
        start = self._first[word]
        return [] if start is None else [payload for _, payload in start.hits]


def _step(nodes: tuple[Node, ...], word: str) -> tuple[Node, ...]:
    """The nodes that one more word leads to."""
    if word in (_END, _WILD):
        return ()  # no words of entries
    after: list[Node] = []
    for node in nodes:
        following = node.get(word)
        if following is not None:
            after.append(following)
        prefixes = node.get(_WILD)
        if prefixes is not None:
            after.extend(_wild(prefixes, word))
    return tuple(after)


def _wild(prefixes: dict[str, Node], word: str) -> Iterator[Node]:
    """Yields the nodes of the prefixes that a word begins with; a prefix has at most 20 letters."""
    for size in range(1, min(len(word), 20) + 1):
        node = prefixes.get(word[:size])
        if node is not None:
            yield node


class Vocabulary(NamedTuple):
    """All cue and word lists. cues, hints: language → trie; words: kind → set of words (lower case, joined by a space).

    The hints stand apart, since most words that begin one are no cue. grammar: language → its function words.
    """

    cues: dict[str, Trie]
    topics: Trie
    words: dict[str, frozenset[str]]
    hints: dict[str, Trie]
    grammar: dict[str, frozenset[str]]


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


def _trie(rows: Iterable[dict[str, str]]) -> Trie:
    trie = Trie()
    seen: set[tuple[str, Cue]] = set()
    for words, cue in _cue_entries(rows):
        if (words, cue) not in seen:
            seen.add((words, cue))
            trie.add(split_words(words.lower()), cue)
    return trie


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
    hints, others = [row for row in rows if row["kind"] == "hint"], [row for row in rows if row["kind"] != "hint"]
    return Vocabulary(
        _by_language(others, languages),
        _trie(read_rows("topics.csv")),
        {kind: frozenset(of) for kind, of in words.items()},
        _by_language(hints, languages),
        {language: _function_words(rows, language) for language in languages},
    )


def _function_words(rows: Iterable[dict[str, str]], language: str) -> frozenset[str]:
    grammar = (row["cues"] for row in rows if (row["kind"], row["language"]) == ("grammar", language))
    return frozenset(entry for cues in grammar for entry in cues.split("|"))


def _by_language(rows: Sequence[dict[str, str]], languages: Iterable[str]) -> dict[str, Trie]:
    return {language: _trie(row for row in rows if row["language"] == language) for language in languages}
