"""TagDeals: articles → deals."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.utils.timestamp import Timestamp

from schemas.rows import Outcome, Reject
from transforms.tag.tagger import Tagger

MAX_MESSAGE_CHARS = 500


def tag_outcome(outcome: Outcome, tagger: Tagger) -> Outcome:
    """Returns the outcome with its article tagged: deals, the story's decision, and the entry's disposition.

    An outcome without an article, or with a disposition, is returned as it is. Where the tagger fails the article is
    kept, untagged (is_deal_story None, disposition non_deal), and a Reject of stage ``tag`` says why.
    """
    article = outcome.article
    if article is None or outcome.entry.disposition is not None:
        return outcome
    try:
        tags = tagger.tag(article.title, article.text, article.language, article.published_at)
    except Exception as error:
        entry = outcome.entry._replace(disposition="non_deal", detail="the tagger failed")
        return outcome._replace(entry=entry, rejects=(*outcome.rejects, _reject(outcome, error)))
    deals = tuple(
        deal._replace(
            article_id=article.article_id, article_version=article.article_version, published_at=article.published_at
        )
        for deal in tags.deals
    )
    tagged = article._replace(
        is_deal_story=tags.is_deal_story, deal_score=tags.deal_score, sectors=tags.sectors, topics=tags.topics
    )
    entry = outcome.entry._replace(disposition="deal" if tags.is_deal_story else "non_deal")
    return outcome._replace(entry=entry, article=tagged, deals=deals)


def _reject(outcome: Outcome, error: Exception) -> Reject:
    entry, article = outcome.entry, outcome.article
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Reject(
        stage="tag",
        error_code="tagger_error",
        subject_id=article.article_id if article else entry.entry_id,
        failed_at=(article.fetched_at if article else None) or Timestamp.now(),
        error_class=type(error).__name__,
        message=("%s (%s:%s)" % (error, last.name, last.lineno))[:MAX_MESSAGE_CHARS]
        .encode("ascii", "backslashreplace")
        .decode(),
        retryable=False,
        feed_id=entry.feed_id,
        entry_id=entry.entry_id,
        url=article.url if article else entry.url,
    )


class _TagOutcomes(beam.DoFn):
    """Outcome → Outcome; the lists are loaded once a process and shared."""

    def __init__(self, lexicon_files: Sequence[str]) -> None:
        self._lexicon_files = tuple(lexicon_files)

    def setup(self) -> None:
        self._tagger = Tagger(self._lexicon_files)

    def process(self, outcome: Outcome) -> Iterator[Outcome]:
        yield tag_outcome(outcome, self._tagger)


@dataclass(eq=False)
class TagDeals(beam.PTransform[PCollection[Outcome], PCollection[Outcome]]):
    """Articles → articles with their deals.

    In: Outcomes. Out: one Outcome for each; those with an article and no disposition come out tagged.
    Rejects: stage ``tag``, inside the Outcome, where an article made the tagger fail; the article is kept.
    Args: lexicon_files: company lists that add to, or override, the shipped one.
    """

    lexicon_files: Sequence[str] = ()

    def expand(self, outcomes: PCollection[Outcome]) -> PCollection[Outcome]:
        return outcomes | "Tag" >> beam.ParDo(_TagOutcomes(self.lexicon_files)).with_output_types(Outcome)
