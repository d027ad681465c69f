"""The tagger: an article's title and text to its deals."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Tags
from transforms.tag.assemble import build_deal
from transforms.tag.deals import Draft, join_drafts
from transforms.tag.drafts import read_drafts
from transforms.tag.further import choose_further
from transforms.tag.guess import find_guess, find_more_guesses, guessed_draft
from transforms.tag.learned import refine
from transforms.tag.lexicon import Lexicon, load_lexicon
from transforms.tag.linear import MODELS, load_model
from transforms.tag.reading import Page, read_page
from transforms.tag.score import KEEP, evidence, probability
from transforms.tag.select import choose_deals
from transforms.tag.shares import split_drafts
from transforms.tag.vocabulary import Vocabulary, load_vocabulary

_RULES = "1"


def _version() -> str:
    """The rules' number and a hash of the modules and lists that they consist of."""
    digest = hashlib.sha256()
    package = resources.files("transforms.tag")
    for folder, ending in ((package, ".py"), (package.joinpath("data"), ".csv")):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(ending):
                digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return _RULES + "-" + digest.hexdigest()[:8]


TAGGER_VERSION = _version()


class Reading(NamedTuple):
    """The deals that the rules read, main deal first, or one that they only guess, and the drafts that they doubt.

    evidence: what the score goes by.
    """

    page: Page
    deals: list[Draft]
    doubted: list[Draft]
    evidence: list[str]

    @property
    def is_guess(self) -> bool:
        """Whether the rules found no deal, and the only one marks where one may be told."""
        return any(draft.source == "guess" for draft in self.deals)


class Tagger:
    """Tags articles. Loading lists and models takes about a quarter of a second; all taggers of a process share them.

    lexicon_files: further company lists, with the columns of ``data/companies.csv``.
    """

    def __init__(self, lexicon_files: Sequence[str] = ()) -> None:
        self.lexicon: Lexicon = load_lexicon(tuple(lexicon_files))
        self.vocabulary: Vocabulary = load_vocabulary()
        for name in MODELS:  # now, so that the processes that this one forks share them
            load_model(name)

    def tag(
        self, title: str | None, text: str, language: str | None = None, published_at: Timestamp | None = None
    ) -> Tags:
        """Returns the story's decision and its deals, main deal first; the same for the same arguments, always."""
        day = None if published_at is None else published_at.to_utc_datetime().date()
        reading = self.read(title, text, language, day.year if day else None)
        score = probability(reading.evidence)
        chosen = reading.deals[:1] if score >= KEEP else []
        if chosen:
            chosen += choose_further(reading.page, chosen[0], self.further(reading))
        refine(reading.page, chosen)
        deals = tuple(build_deal(reading.page, draft, i == 0, day, TAGGER_VERSION) for i, draft in enumerate(chosen))
        sectors = tuple(sector for sector in ("telecom", "satellite") if any(sector in deal.sectors for deal in deals))
        topics = Counter(topic for deal in deals for topic in deal.topics)
        return Tags(bool(deals), round(score, 4), sectors, tuple(sorted(topics)), deals)

    def read(self, title: str | None, text: str, language: str | None = None, year: int | None = None) -> Reading:
        """What the rules read of a story, or else the deal that they guess, before anything learned has its say."""
        page = read_page(title, text, language, year, self.lexicon, self.vocabulary)
        if not (page.amounts or page.stakes or page.terms):
            return Reading(page, [], [], evidence(page, [], None))
        drafts, doubted = choose_deals(page, split_drafts(page, join_drafts(read_drafts(page, self.vocabulary))))
        guess = find_guess(page, self.vocabulary)
        found = evidence(page, drafts, guess)
        if not drafts and guess is not None:
            drafts = choose_deals(page, [guessed_draft(page, self.vocabulary, guess)])[0]
        return Reading(page, drafts, doubted, found)

    def further(self, reading: Reading) -> list[Draft]:
        """What may be deals of a story beside its main one: read, doubted, or guessed where nothing was read."""
        if not reading.deals:
            return []
        page, drafts = reading.page, [*reading.deals[1:], *reading.doubted]
        told = {index for draft in (*reading.deals, *drafts) for index in draft.sentences}
        guesses = [
            guessed_draft(page, self.vocabulary, guess) for guess in find_more_guesses(page, self.vocabulary, told)
        ]
        kept, doubted = choose_deals(page, guesses)
        return sorted(drafts + kept + doubted, key=lambda draft: (draft.sentence, draft.at))


@lru_cache(maxsize=2)
def shared_tagger(lexicon_files: tuple[str, ...] = ()) -> Tagger:
    """The process's tagger for these lists."""
    return Tagger(lexicon_files)


def tag_article(
    title: str | None,
    text: str,
    language: str | None = None,
    published_at: Timestamp | None = None,
    lexicon_files: tuple[str, ...] = (),
) -> Tags:
    """Tags one article with the process's tagger; see ``Tagger.tag``."""
    return shared_tagger(lexicon_files).tag(title, text, language, published_at)
