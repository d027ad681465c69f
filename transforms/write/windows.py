"""A stream's commits: one a window, a further one where the engine fires a window again with rows that came late.

Each firing brings all that the window holds so far, and commits what others have not; an engine may finish a later one
first. Late rows come one by
one, a poll apart from its entries, so a late firing that does not balance waits for the next.

Two windows are read side by side, so one may stage an article that the other has committed meanwhile. Only the
finalizer sees that: it takes the article out again and settles its entries as duplicates.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.trigger import AccumulationMode
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp

from schemas import tables
from transforms._warehouse import parquet
from transforms._warehouse.memory import article_versions
from transforms._warehouse.store import COMMITS, Store
from transforms.write.commit import Staged, staging_folder


def commit_of(job: str, window: Any, firing: int = 0) -> str:
    """The commit_id of a window: the job's own in batch, else of (job, window end, firing)."""
    if isinstance(window, GlobalWindow):
        return job
    name = "%s-%s" % (job, window.end.to_utc_datetime().strftime("%Y%m%dT%H%M%SZ"))
    return name if firing == 0 else "%s-%d" % (name, firing)


def all_so_far(rows: PCollection[Any], label: str) -> PCollection[Any]:
    """The same rows, of which each firing of a window brings all; in batch, the rows themselves."""
    windowing = rows.windowing
    if windowing.is_default():
        return rows
    return rows | label >> beam.WindowInto(
        windowing.windowfn,
        accumulation_mode=AccumulationMode.ACCUMULATING,
        allowed_lateness=windowing.allowed_lateness,
    )


class Covered(NamedTuple):
    """What is committed of a window: the staged files, as they were handed on, and the number of entries taken up."""

    staged: Sequence[str]
    taken_up: int


def covered(store: Store, job: str, window: Any) -> Covered:
    """What the commits of a window hold, in whatever order an engine brought its firings."""
    names = [] if isinstance(window, GlobalWindow) else store.files(COMMITS, ".json", commit_of(job, window))
    records = (store.read(name) for name in names)
    covers = [json.loads(record)["covers"] for record in records if record is not None]
    return Covered([name for each in covers for name in each["staged"]], sum(each["taken_up"] for each in covers))


def time_of(began: Timestamp, window: Any) -> Timestamp:
    """The ingested_at of a window's rows: when the run began in batch, else the window's end."""
    return began if isinstance(window, GlobalWindow) else Timestamp(micros=window.end.micros)


def taken_articles(store: Store, staged: Sequence[Staged]) -> set[str]:
    """The staged articles that the warehouse has by now in that version, or a later one."""
    ours: dict[str, int] = {}
    for file in staged:
        if file.table == tables.ARTICLE.name:
            ours.update(parquet.read_columns(store, file.name, ["article_id", "article_version"]))
    known = article_versions(store, ours) if ours else {}
    return {article_id for article_id, version in ours.items() if known.get(article_id, (0, ""))[0] >= version}


def restage(store: Store, staged: Sequence[Staged], commit_id: str, taken: set[str]) -> list[Staged]:
    """Stages the files anew as those of commit_id, without the articles that are taken; empty files are left out."""
    folder = "%s/%s" % (staging_folder(commit_id), uuid.uuid4().hex)
    again = []
    for file in staged:
        data, rows = parquet.without_articles(store, tables.FACTS[file.table], file.name, commit_id, taken)
        if rows:
            name = "%s/%s-%s.parquet" % (folder, file.table, uuid.uuid4().hex)
            store.stage(name, data)
            again.append(Staged(file.table, name, rows, len(data), hashlib.sha256(data).hexdigest()))
    return again
