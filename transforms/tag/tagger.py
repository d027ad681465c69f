"""The tagger: an article's title and text to its deals."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Tags
from transforms.tag.assemble import build_deal
from transforms.tag.deals import Draft, join_drafts
from transforms.tag.drafts import read_drafts
from transforms.tag.guess import Guess, find_guess, guessed_draft
from transforms.tag.lexicon import Lexicon, load_lexicon
from transforms.tag.reading import Page, read_page
from transforms.tag.score import GUESS, KEEP, evidence, probability
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


class Tagger:
    """Tags articles. Loading the lists takes about half a second; the lists are shared by all taggers of a process.

    lexicon_files: further company lists, with the columns of ``data/companies.csv``.
    """

    def __init__(self, lexicon_files: Sequence[str] = ()) -> None:
        self.lexicon: Lexicon = load_lexicon(tuple(lexicon_files))
        self.vocabulary: Vocabulary = load_vocabulary()

    def tag(
        self, title: str | None, text: str, language: str | None = None, published_at: Timestamp | None = None
    ) -> Tags:
        """Returns the story's decision and its deals, main deal first; the same for the same arguments, always."""
        day = None if published_at is None else published_at.to_utc_datetime().date()
        page = read_page(title, text, language, day.year if day else None, self.lexicon, self.vocabulary)
        chosen, found, guess = self._weigh(page)
        score = probability(found)
        if chosen and score < KEEP:
            chosen = []
        elif not chosen and guess is not None and score >= GUESS:
            draft = guessed_draft(page, self.vocabulary, guess)
            chosen = choose_deals(page, join_drafts([draft]))
        deals = tuple(build_deal(page, draft, i == 0, day, TAGGER_VERSION) for i, draft in enumerate(chosen))
        sectors = tuple(sector for sector in ("telecom", "satellite") if any(sector in deal.sectors for deal in deals))
        topics = Counter(topic for deal in deals for topic in deal.topics)
        return Tags(bool(deals), round(score, 4), sectors, tuple(sorted(topics)), deals)

    def evidence(self, title: str | None, text: str, language: str | None = None) -> dict[str, float]:
        """Returns what the score of a story is made of; for the fitting of its weights."""
        return self._weigh(read_page(title, text, language, None, self.lexicon, self.vocabulary))[1]

    def _weigh(self, page: Page) -> tuple[list[Draft], dict[str, float], Guess | None]:
        """The deals that the rules read, what speaks for a deal, and the sentence that may tell of one."""
        drafts: list[Draft] = []
        guess = None
        if page.amounts or page.stakes or page.terms:
            drafts = choose_deals(page, split_drafts(page, join_drafts(read_drafts(page, self.vocabulary))))
            guess = find_guess(page, self.vocabulary)
        return drafts, evidence(page, drafts, guess), guess


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
