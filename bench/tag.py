"""The tagger's figures on labelled stories, and its speed on articles and on hostile pages.

    python -m bench.tag [--seconds 10] [FOLDER]

FOLDER, by default what BENTPIPE_EVAL names, holds pairs ``X.stories.jsonl`` and ``X.gold.jsonl``; without it only the
speed is measured. The figures are those of ``tests/gate.py``, beside those of a keyword baseline (a sector word and a
deal word in one text). Times are one core's (CPU seconds of this process): of a long story with sums, of pages of other
news, most of which name companies or things of the field, too, and of hostile pages, which are made here.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.gate import FIGURES, STORIES, read_rows, score, tag_rows
from transforms.tag import Tagger
from transforms.tag.reading import read_page

MEGABYTE = 1_000_000
WORDS = 700  # of an article, as news writes them
FUZZED = 100_000
_SECTOR = re.compile(r"(?i)telecom|mobile|wireless|satellite|broadband|fib(re|er)|spectrum|carrier|operator")
_DEAL = re.compile(r"(?i)acqui|merge|takeover|\bbuy|contract|deal\b|agreement|stake|bid\b|partner|\bsell|award")


def hostile_pages() -> dict[str, str]:
    """Texts of a megabyte each that press on one part of the tagger."""
    return {
        "capitals": "Vodafone Orange Telefonica SES " * (MEGABYTE // 31),
        "one word": "a" * MEGABYTE,
        "commas": "Vodafone, " * (MEGABYTE // 10),
        "verbs": "Vodafone agreed to buy Orange and " * (MEGABYTE // 34),
        "nouns": "a contract of a deal of an order of " * (MEGABYTE // 36),
        "sums": "$1.2 billion 3 million euros " * (MEGABYTE // 29),
        "digits": "1,234.5" * (MEGABYTE // 7),
        "brackets": "(" * MEGABYTE,
        "full stops": ". A" * (MEGABYTE // 3),
        "newlines": "\n" * MEGABYTE,
    }


def fuzzed(rng: random.Random) -> str:
    """A text of words, marks and characters of every kind, some hundred characters long."""
    words = (
        "Vodafone",
        "SES",
        "agreed",
        "to",
        "buy",
        "a",
        "contract",
        "with",
        "$5",
        "bn",
        ",",
        ".",
        "(",
        ")",
        "’s",
        "-",
        "of",
        "the",
        "Starlink",
        "satellite",
        "\n",
        "\ud800",
        "İ",
        "\u200b",
        "ﬁ",
        "５",
        "٣",
        "é",
        "—",
        "“",
        "the company",
        "which",
        "said",
        "it",
    )
    return "".join(rng.choice(words) + rng.choice((" ", " ", " ", "", "\t")) for _ in range(rng.randrange(1, 40)))


def timed(action: Callable[[], object]) -> float:
    """CPU seconds that an action takes, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def filled(text: str) -> str:
    """A text of WORDS words: the text over and over."""
    words = (text + "\n").split(" ")
    return " ".join((words * (WORDS // len(words) + 1))[:WORDS])


def speed(tagger: Tagger, seconds: float) -> None:
    """Prints the speed on the longest labelled story, on those that are no deals, and on hostile pages."""
    rows = [row for row in read_rows(STORIES / "dev.stories.jsonl").values() if row.get("lang") == "en"]
    deals = {id_ for id_, row in read_rows(STORIES / "dev.gold.jsonl").items() if row["is_deal_story"]}
    long = max(rows, key=lambda row: len(row["text"]))
    others = [(row["title"], filled(row["text"])) for row in rows if row["id"] not in deals]
    lists = tagger.lexicon, tagger.vocabulary
    far = [(title, text) for title, text in others if not read_page(title, text, "en", None, *lists).amounts]
    for name, pages in (
        ("articles", [(long["title"], filled(long["text"]))]),
        ("%d pages of other news" % len(others), others),
        ("%d of them that name nothing of the field" % len(far), far),
    ):
        print("%s, %d words: %.0f/s" % (name, WORDS, pages_a_second(tagger, pages, seconds)))
    for name, page in hostile_pages().items():
        print(
            "hostile, 1 MB of %-11s %6.1f ms"
            % (name, 1000 * timed(lambda page=page: tagger.tag("Vodafone to buy", page)))
        )


def pages_a_second(tagger: Tagger, pages: Sequence[tuple[str, str]], seconds: float) -> float:
    """Pages tagged in a CPU second, all of them in turns."""
    start, n = time.process_time(), 0
    while (spent := time.process_time() - start) < seconds:
        for title, text in pages:
            tagger.tag(title, text, "en")
        n += len(pages)
    return n / spent


def fuzz(tagger: Tagger) -> None:
    rng = random.Random(1)
    for _ in range(FUZZED):
        title, text = fuzzed(rng), fuzzed(rng)
        full = title + "\n\n" + text
        for deal in tagger.tag(title, text).deals:
            assert full[deal.span_start : deal.span_end] == deal.quote
            for party in deal.parties:
                assert full[party.span_start : party.span_end] == party.name_as_written
    print("%d fuzzed texts: nothing raised, every span verifies" % FUZZED)


def figures(tagger: Tagger, folder: Path) -> None:
    print("%-20s" % "set" + "".join("%11s" % name for name in FIGURES))
    for gold in sorted(folder.glob("*.gold.jsonl")):
        name = gold.name.removesuffix(".gold.jsonl")
        stories, labels = read_rows(folder / (name + ".stories.jsonl")), read_rows(gold)
        found, _ = score(labels, tag_rows(stories, tagger))
        print("%-20s" % name + "".join("%11.3f" % found[figure] for figure in FIGURES))
        empty = {id_: {"is_deal_story": _is_keyworded(row), "deals": []} for id_, row in stories.items()}
        base, _ = score(labels, empty)
        print("%-20s" % "  keywords" + "".join("%11.3f" % base[figure] for figure in FIGURES[:3]))


def _is_keyworded(row: dict[str, str]) -> bool:
    text = (row.get("title") or "") + " " + row["text"]
    return bool(_SECTOR.search(text) and _DEAL.search(text))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("BENTPIPE_EVAL"))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--no_fuzz", action="store_true")
    args = parser.parse_args()
    start = time.process_time()
    tagger = Tagger()
    print("loading: %.2f s" % (time.process_time() - start))
    if args.folder:
        figures(tagger, Path(args.folder))
    else:
        print("no folder of labelled stories (BENTPIPE_EVAL): figures skipped")
    speed(tagger, args.seconds)
    if not args.no_fuzz:
        fuzz(tagger)
    return 0


if __name__ == "__main__":
    sys.exit(main())
