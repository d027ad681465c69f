"""articles → deals: ``TagDeals``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas.rows import Outcome, Reject, Tags
from transforms._children import ChildError, NoChildError
from transforms._counts import count
from transforms._engine import ConcurrentDoFn, EngineSettings
from transforms._text import describe_error
from transforms.tag.tagger import tag_article


def with_tags(outcome: Outcome, tags: Tags) -> Outcome:
    """Returns the outcome with its deals, the story's decision, and the entry's disposition if that is still open."""
    assert outcome.article is not None
    article = outcome.article._replace(
        is_deal_story=tags.is_deal_story, deal_score=tags.deal_score, sectors=tags.sectors, topics=tags.topics
    )
    disposition = outcome.entry.disposition or ("deal" if tags.is_deal_story else "non_deal")
    return outcome._replace(
        entry=outcome.entry._replace(disposition=disposition), article=article, deals=list(tags.deals)
    )


def without_tags(outcome: Outcome, reject: Reject) -> Outcome:
    """Returns the outcome with its article kept, untagged: is_deal_story stays null, and the dead letter says why."""
    entry = outcome.entry._replace(
        disposition=outcome.entry.disposition or "non_deal", detail="the tagger failed: %s" % reject.error_code
    )
    return outcome._replace(entry=entry, rejects=[*outcome.rejects, reject])


class _Tag(ConcurrentDoFn):
    """Outcome → Outcome."""

    def __init__(self, engine: EngineSettings | Callable[[], Any], lexicon_files: Sequence[str]) -> None:
        super().__init__(engine)
        self._lexicon_files = tuple(lexicon_files)

    def items(self, element: Any) -> Iterable[Any]:
        return (element,)

    async def work(self, item: Outcome) -> Sequence[Outcome]:
        article = item.article
        if article is None:
            return [item]
        args = (article.title, article.text, article.language, article.published_at, self._lexicon_files)
        try:
            return [with_tags(item, await self.engine.call(tag_article, *args))]
        except NoChildError:
            raise
        except ChildError as error:
            return [without_tags(item, self._reject(item, error.code.replace("extract", "tag"), error))]
        except Exception as error:  # a text that our rules trip over costs that text its deals, not the run
            return [without_tags(item, self._reject(item, "tag_crash", error))]

    def abandon(self, item: Outcome) -> Sequence[Outcome]:
        """An article that was read and not tagged is read again by a later run."""
        if item.article is None:
            return [item]
        entry = item.entry._replace(
            disposition="deferred", detail="the run was stopped", article_id=None, next_attempt_at=self.engine.now()
        )
        return [Outcome(entry, rejects=item.rejects)]

    def count(self, output: Outcome) -> None:
        count("deals", len(output.deals))

    def _reject(self, outcome: Outcome, code: str, error: Exception) -> Reject:
        entry = outcome.entry
        return Reject(
            stage="tag",
            error_code=code,
            subject_id=entry.entry_id,
            failed_at=self.engine.now(),
            error_class=type(error).__name__,
            message=describe_error(error),
            feed_id=entry.feed_id,
            entry_id=entry.entry_id,
            url=outcome.article.url if outcome.article else None,
        )


@dataclass(eq=False)
class TagDeals(beam.PTransform["PCollection[Outcome]", "PCollection[Outcome]"]):
    """Tags articles with their deals, in the engine's children.

    In: Outcomes. Out: one for each; those with an article come out tagged, with disposition deal or non_deal unless
    they had one. Rejects: stage ``tag``, in the Outcome, where an article made the tagger fail; the article is kept.
    Counts: deals. Args: engine: the process's engine settings; lexicon_files: company lists that add to, or override,
    the shipped one.
    """

    engine: EngineSettings | Callable[[], Any]
    lexicon_files: Sequence[str] = ()

    def expand(self, outcomes: PCollection[Outcome]) -> PCollection[Outcome]:
        return outcomes | "Tag" >> beam.ParDo(_Tag(self.engine, self.lexicon_files)).with_output_types(Outcome)
