"""Rows → fact tables: ``WriteTables``, our own sink, because those of Beam 2.77 can lose or double rows.

Workers stage files behind a shuffle, so that a retry of the sink never fetches again, and hand on only their names;
one finalizer a commit checks the balance and commits (``commit.py``).
"""

from __future__ import annotations

import dataclasses
import hashlib
import threading
import typing
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import PaneInfoTiming, WindowedValue

from schemas import tables
from schemas.ids import make_id
from schemas.rows import Feed, Outcome, Poll, Reject, Run
from transforms._counts import count
from transforms._warehouse import parquet
from transforms._warehouse.memory import KnownIds, article_versions, known_ids
from transforms._warehouse.store import OutputHeld, Store, open_store
from transforms.write.balance import LedgerImbalance, count_staged
from transforms.write.commit import Staged, commit, commit_name, make_record, publish, staging_folder
from transforms.write.dims import write_dims
from transforms.write.settle import article_key, fact_rows, pack_outcome, settle_outcomes, unpack_outcome
from transforms.write.windows import Covered, all_so_far, commit_of, covered, restage, taken_articles, time_of

MAX_STAGED_ROWS = 250
"""A bundle's rows of one table go to a further file each time there are so many: memory must not grow with the run."""


@dataclass(frozen=True)
class RunInfo:
    """What a commit says of its run.

    commit_id: names the commit, and its rows' run_id; committed_at: their ingested_at.
    feeds, companies: what the dims list; only the finalizer needs them.
    epoch: what ``store.epoch()`` said when the run took the output; once it is higher, nothing is committed any more.
    """

    commit_id: str
    committed_at: Timestamp
    mode: str
    runner: str
    code_version: str
    beam_version: str
    options_sha256: str
    feeds: Sequence[Feed] = ()
    companies: Sequence[Mapping[str, Any]] = ()
    clock: Callable[[], Timestamp] = Timestamp.now
    epoch: int = 0

    def slim(self) -> RunInfo:
        """Without the long lists: Beam pickles, compresses and reads anew what a DoFn holds, for each that holds it."""
        return dataclasses.replace(self, feeds=(), companies=())


def stage_rows(store: Store, folder: str, name: str, rows: Sequence[Any], commit_id: str, at: Timestamp) -> Staged:
    """Writes rows of one table to a staged file. at: their ingested_at."""
    data = parquet.to_bytes(parquet.to_arrow(tables.FACTS[name], rows, commit_id, at))
    file = "%s/%s-%s.parquet" % (folder, name, uuid.uuid4().hex)
    store.stage(file, data)
    return Staged(name, file, len(rows), len(data), hashlib.sha256(data).hexdigest())


class _Settle(beam.DoFn):
    """(article or entry, its packed Outcomes) → settled Outcomes."""

    def __init__(self, output: str) -> None:
        self._output = output

    def start_bundle(self) -> None:
        self._known: KnownIds | None = None

    def process(self, element: tuple[str, Iterable[bytes]]) -> Iterator[Outcome]:
        key, packed = element[0], list(element[1])
        if not packed:  # the closing pane of a window whose outcomes went on before
            return
        known = None
        if not key.startswith("entry:"):
            store = open_store(self._output)
            if self._known is None:
                self._known = known_ids(store, tables.ARTICLE, "article_id")
            if key in self._known:
                known = article_versions(store, [key]).get(key)
        for outcome in settle_outcomes([unpack_outcome(data) for data in packed], known):
            count("entries_settled")
            yield outcome


class _Stage(beam.DoFn):
    """Elements → staged files. rows_of gives the rows an element leaves, each with its table's name."""

    def __init__(self, output: str, run: RunInfo, rows_of: Callable[[Any], Iterable[tuple[str, Any]]]) -> None:
        self._output = output
        self._run = run
        self._rows_of = rows_of

    def start_bundle(self) -> None:
        self._rows: dict[tuple[Any, str, str], list[Any]] = {}
        self._attempt = uuid.uuid4().hex

    def process(self, element: Any, window: Any = beam.DoFn.WindowParam, pane: Any = beam.DoFn.PaneInfoParam) -> Any:
        commit_id = commit_of(self._run.commit_id, window)
        # Apart, since publishing the commit of a window's first firing removes what is staged for it.
        folder = commit_id + "-late" if pane.timing == PaneInfoTiming.LATE else commit_id
        for table, row in self._rows_of(element):
            if table == tables.REJECT.name:
                count("rejects_" + row.error_code)
                row = _identify_reject(row, commit_id)
            key = (window, folder, table)
            rows = self._rows.setdefault(key, [])
            rows.append(row)
            if len(rows) >= MAX_STAGED_ROWS:
                yield self._flush(key)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for key in sorted(self._rows, key=lambda key: (key[0].end, *key[1:])):
            yield WindowedValue(self._flush(key), key[0].max_timestamp(), (key[0],))

    def _flush(self, key: tuple[Any, str, str]) -> Staged:
        window, folder, table = key
        rows, self._rows[key] = self._rows[key], []
        where = "%s/%s" % (staging_folder(folder), self._attempt)
        commit_id, at = commit_of(self._run.commit_id, window), time_of(self._run.committed_at, window)
        return stage_rows(open_store(self._output), where, table, rows, commit_id, at)


def _identify_reject(reject: Reject, commit_id: str) -> Reject:
    return reject._replace(reject_id=make_id(reject.stage, reject.subject_id, reject.error_code, commit_id))


def _poll_rows(element: tuple[str, Iterable[Poll]]) -> Iterator[tuple[str, Any]]:
    for poll in element[1]:
        yield tables.FEED_POLL.name, poll


def _reject_rows(element: tuple[str, Iterable[Reject]]) -> Iterator[tuple[str, Any]]:
    for reject in element[1]:
        yield tables.REJECT.name, reject


_finalizing = threading.Lock()
"""One commit of a process at a time: each must see the articles of those before it."""


class _Finalize(beam.DoFn):
    """(job, a window's staged files and tallies) → commit_id, once everything of it is visible."""

    def __init__(self, output: str, run: RunInfo) -> None:
        self._output = output
        self._run = run

    def process(
        self,
        element: tuple[str, Mapping[str, Iterable[Any]]],
        window: Any = beam.DoFn.WindowParam,
        pane: Any = beam.DoFn.PaneInfoParam,
    ) -> Iterator[str]:
        job, parts = element
        firing = max(0, pane.index)
        commit_id = commit_of(job, window, firing)
        store = open_store(self._output)
        with _finalizing:
            if store.read(commit_name(commit_id)) is not None:
                # An attempt before this one won: what this one staged is dropped, the winner's is published.
                publish(store, commit_id)
            elif not self._commit(store, commit_id, window, firing, parts):
                return
            write_dims(store, self._run.feeds, self._run.companies)
        yield commit_id

    def _commit(
        self, store: Store, commit_id: str, window: Any, firing: int, parts: Mapping[str, Iterable[Any]]
    ) -> bool:
        """Commits what is not committed yet. False: a firing has nothing new, or a later one does not balance yet."""
        run = self._run
        if store.epoch() > run.epoch:
            raise OutputHeld("a later run has taken the output; nothing of this one is committed any more")
        before = covered(store, run.commit_id, window)
        staged = [file for file in parts["staged"] if file.rows and file.name not in before.staged]
        if not staged and (firing or before.staged):
            return False
        taken_up = sum(number for name, number in parts["tallies"] if name == "taken_up") - before.taken_up
        covers = Covered([file.name for file in staged], taken_up)
        if not isinstance(window, GlobalWindow):
            taken = taken_articles(store, staged)
            if taken or firing:
                staged = restage(store, staged, commit_id, taken)
        try:
            counts = count_staged(store, staged, {"feeds": len(run.feeds), "taken_up": taken_up})
        except LedgerImbalance:
            if not firing:
                raise
            store.remove_folder(staging_folder(commit_id))
            return False
        staged.append(self._stage_run(store, commit_id, window, counts))
        day = time_of(run.committed_at, window).to_utc_datetime().date().isoformat()
        commit(store, commit_id, make_record(commit_id, staged, day, counts, covers._asdict()), run.epoch)
        return True

    def _stage_run(self, store: Store, commit_id: str, window: Any, counts: dict[str, int]) -> Staged:
        """Stages the row of fact_run."""
        run = self._run
        is_stream = not isinstance(window, GlobalWindow)
        at = time_of(run.committed_at, window)
        facts = Run(
            started_at=Timestamp(micros=window.start.micros) if is_stream else at,
            ended_at=run.clock(),
            window_start=Timestamp(micros=window.start.micros) if is_stream else None,
            window_end=at if is_stream else None,
            mode=run.mode,
            runner=run.runner,
            code_version=run.code_version,
            beam_version=run.beam_version,
            options_sha256=run.options_sha256,
            **counts,
        )
        folder = "%s/%s" % (staging_folder(commit_id), uuid.uuid4().hex)
        return stage_rows(store, folder, tables.RUN.name, [facts], commit_id, at)


@dataclass(eq=False)
class WriteTables(beam.PTransform[Any, "PCollection[str]"]):
    """Writes everything as one commit; of a stream, each window as one.

    In: a dict of PCollections: outcomes (a tuple of several), polls, rejects, and tallies (name, number) that the
    balance is checked with.
    Out: the commit_id, once all its rows are visible.
    Effects: ``OUTPUT/<table>/ingest_date=<day>/part-<commit_id>-<n>.parquet``, ``OUTPUT/_commits/<commit_id>.json``,
    ``OUTPUT/dim_*/dim_*.parquet``.
    Args: output: the warehouse; run: what the commit says of itself.
    """

    output: str
    run: RunInfo

    def expand(self, parts: Mapping[str, Any]) -> PCollection[str]:
        commit_id = self.run.commit_id
        # Packed before they are brought together: an engine holds what comes out of a Flatten.
        packed = [
            outcomes | "ByArticle%d" % n >> beam.Map(_packed_by_article).with_output_types(typing.Tuple[str, bytes])  # noqa: UP006
            for n, outcomes in enumerate(parts["outcomes"])
        ]
        settled = (
            packed
            | "AllOutcomes" >> beam.Flatten()
            | "Group" >> beam.GroupByKey()
            | "Settle" >> beam.ParDo(_Settle(self.output)).with_output_types(Outcome)
            | "StageOutcomes" >> beam.ParDo(_Stage(self.output, self.run.slim(), fact_rows))
        )
        polls = self._staged(parts["polls"], "Polls", Poll, _poll_rows)
        rejects = self._staged(parts["rejects"], "Rejects", Reject, _reject_rows)
        staged = (settled, polls, rejects) | "AllStaged" >> beam.Flatten()
        files, tallies = all_so_far(staged, "StagedSoFar"), all_so_far(parts["tallies"], "TalliesSoFar")
        return (
            {
                "staged": files | "StagedByCommit" >> beam.Map(lambda file: (commit_id, file)),
                "tallies": tallies | "TalliesByCommit" >> beam.Map(lambda tally: (commit_id, tally)),
            }
            | "ByCommit" >> beam.CoGroupByKey()
            | "Finalize" >> beam.ParDo(_Finalize(self.output, self.run))
        )

    def _staged(self, rows: PCollection[Any], label: str, row: type, rows_of: Callable[[Any], Any]) -> PCollection[Any]:
        """Stages polls or rejects, behind a shuffle of their own."""
        return (
            rows
            | "%sByFeed" % label >> beam.Map(_keyed_by_feed).with_output_types(typing.Tuple[str, row])  # noqa: UP006
            | "Group%s" % label >> beam.GroupByKey()
            | "Stage%s" % label >> beam.ParDo(_Stage(self.output, self.run.slim(), rows_of))
        )


def _packed_by_article(outcome: Outcome) -> tuple[str, bytes]:
    return article_key(outcome), pack_outcome(outcome)


def _keyed_by_feed(row: Any) -> tuple[str, Any]:
    return row.feed_id or "", row
