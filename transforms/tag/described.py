"""What kind of company a text says that a name is: "launcher Astrobyte", "Kymeta, an antenna maker".

It counts for names that no list has, and for listed makers and launchers that do more than one thing.
``data/descriptions.csv`` has the phrases, ``kind,language,words``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from transforms.tag.mentions import Mention
from transforms.tag.tokens import Document, split_words
from transforms.tag.vocabulary import Trie, read_rows

REACH = 10  # words of an apposition that are looked at
MAX_WORDS = 5  # of a description
_ARTICLES = frozenset("a an the its un una une el la le il lo ein eine der die das o os um uma l ' ’".split())
_IS = frozenset(("is", "was", "es", "est", "è", "ist", "é"))
_ENDS = frozenset(
    ", . ; : ( ) – — - in of from that which with for based backed owned listed has said de del di du da do".split()
)
# What a company is called without saying what it does: the word before it tells.
_PLAIN = frozenset("company firm group operator provider startup specialist business maker owner house unit".split())


# What a text may call a listed company that does several things.
_TELLS_MORE = frozenset(("manufacturer", "launch", "integrator"))
_KIND_WORDS = {
    "military": (
        "army",
        "navy",
        "air force",
        "marine corps",
        "space force",
        "special operations",
        "bundeswehr",
        "armed forces",
        "armée",
        "coast guard",
    ),
    "agency": (
        "agency",
        "ministry",
        "department",
        "commission",
        "authority",
        "ministère",
        "ministerio",
        "ministero",
        "agence",
        "agenzia",
    ),
    "airline": ("airlines", "airways", "air lines", "airline", "aerolíneas"),
    "shipping": ("cruise", "shipping", "maritime lines", "ferries", "seaways", "tankers"),
    "fund": (
        "capital",
        "partners",
        "equity",
        "ventures",
        "fund",
        "investment",
        "holdings",
        "pension",
        "infrastructure partners",
        "bank",
        "banco",
        "banque",
        "banca",
    ),
    "launch": ("launch", "rocket"),
    "tower": ("tower",),
    "other": (
        "university",
        "railway",
        "railroad",
        "petroleum",
        "mining",
        "hospital",
        "motors",
        "insurance",
        "port of",
        "hotels",
        "logistics",
    ),
    "ground_segment": ("teleport", "ground station", "satellite services"),
    "equipment": ("antenna", "semiconductor", "microwave", "optical", "photonic"),
    "manufacturer": ("orbital", "space systems", "aerospace", "satellite systems", "satellite technolog"),
    "fibre": ("fibre", "fiber", "fibra", "glasfaser"),
    "cable": ("cable",),
    "satellite_operator": ("satellite", "satélite"),
    "mobile_operator": ("mobile", "wireless", "cellular", "telecom"),
    "fixed_operator": ("broadband", "telephone", "internet"),
    "media": ("television", "broadcasting"),
}


def kind_of(mention: Mention) -> str:
    """What kind of company a name is: by the list, by the text, by its own words; "" where nothing says it."""
    if mention.kind == "state":
        return "state"
    if mention.company is not None and not mention.is_extended and mention.described not in _TELLS_MORE:
        return mention.company.kind
    if mention.described:
        return mention.described
    low = mention.name.lower()
    for kind, words in _KIND_WORDS.items():
        if any(word in low for word in words):
            return kind
    return mention.company.kind if mention.company is not None else ""


@lru_cache(maxsize=1)
def load_descriptions() -> tuple[Trie, frozenset[str]]:
    """The phrases and their last words; loaded once a process."""
    trie, heads = Trie(), {*_PLAIN, "up"}
    for row in read_rows("descriptions.csv"):
        for phrase in row["words"].split("|"):
            words = split_words(phrase)
            trie.add(words, row["kind"])
            heads.add(words[-1])
    return trie, frozenset(heads)


def describe(document: Document, mentions: Sequence[Sequence[Mention]]) -> None:
    """Gives each name the kind that the text says it has, wherever in the text that is said."""
    known: dict[str, str] = {}
    named = [m for found in mentions for m in found if m.kind == "org"]
    for mention in named:
        if mention.key not in known:
            kind = _before(document.low, mention.first) or _after(document.low, mention.last)
            if kind:
                known[mention.key] = kind
    for mention in named:
        mention.described = known.get(mention.key, "")


def _before(low: list[str], at: int) -> str:
    """The kind in the words right before a name: "the Japanese cruise line"."""
    _, heads = load_descriptions()
    if at < 1 or low[at - 1] not in heads:
        return ""
    return _longest_at_end(low, max(0, at - MAX_WORDS), at)


def _after(low: list[str], at: int) -> str:
    """The kind in an apposition or a predicate: ", a Dutch cruise line", "is a cruise line", "(an airline)"."""
    if at + 2 >= len(low) or not (low[at] in (",", "(") or low[at] in _IS) or low[at + 1] not in _ARTICLES:
        return ""
    end = at + 2
    while end < min(len(low), at + 2 + REACH) and low[end] not in _ENDS:
        end += 1
    return _longest_at_end(low, max(at + 2, end - MAX_WORDS), end)


def _longest_at_end(low: list[str], first: int, end: int) -> str:
    """The kind of the longest phrase that ends right before ``end``, a plain "company" or "start-up" left out."""
    kind = _phrase(low, first, end)
    if not kind and low[end - 1] in _PLAIN:
        kind = _phrase(low, first - 1, end - 1)
    elif not kind and low[end - 3 : end] == ["start", "-", "up"]:
        kind = _phrase(low, first - 3, end - 3)
    return kind


def _phrase(low: list[str], first: int, end: int) -> str:
    trie, _ = load_descriptions()
    for i in range(max(0, first), end):
        for length, kind in trie.match(low, i):
            if i + length == end:
                return str(kind)
    return ""
