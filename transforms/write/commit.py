"""Commit, then publish, roll forward.

A commit is one file ``_commits/<commit_id>.json``, put there whole or not at all, that lists the staged and final
names of the files of all tables. Before it nothing is visible; after it everything will be: publishing gives each
staged file its final name, may be repeated, and is completed by any later run. Staged files of no commit are deleted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from transforms._warehouse.fence import numbered, take_number
from transforms._warehouse.store import COMMITS, STAGING, Store


class Staged(NamedTuple):
    """A staged file: its table, name under the output, rows, bytes and the hash of its bytes."""

    table: str
    name: str
    rows: int
    bytes: int
    sha256: str


def commit_name(commit_id: str) -> str:
    """The file that makes a commit."""
    return "%s/%s.json" % (COMMITS, commit_id)


def staging_folder(commit_id: str) -> str:
    """Where the files of a commit are staged, one folder an attempt."""
    return "%s/%s" % (STAGING, commit_id)


def final_names(staged: Sequence[Staged], commit_id: str, ingest_date: str) -> dict[str, str]:
    """The final name of each staged file, in an order that does not depend on the attempt."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for file in sorted(staged, key=lambda s: (s.table, s.sha256, s.name)):
        number = counts.get(file.table, 0)
        counts[file.table] = number + 1
        names[file.name] = "%s/ingest_date=%s/part-%s-%04d.parquet" % (file.table, ingest_date, commit_id, number)
    return names


def make_record(
    commit_id: str, staged: Sequence[Staged], ingest_date: str, facts: dict[str, Any], covers: dict[str, Any]
) -> bytes:
    """The commit's record: what was written under which names, and the run's facts for whoever reads along.

    covers: what a later firing of the same window need not commit again.
    """
    finals = final_names(staged, commit_id, ingest_date)
    files = [{**file._asdict(), "final": finals[file.name]} for file in sorted(staged, key=lambda s: finals[s.name])]
    return json.dumps(
        {"commit_id": commit_id, "files": files, "run": facts, "covers": covers}, indent=1, sort_keys=True
    ).encode()


def commit(store: Store, commit_id: str, record: bytes, epoch: int = 0) -> None:
    """Makes the commit unless one of that id stands, and publishes the one that stands.

    epoch: the holder's, as ``store.epoch()`` gave it; 0 where the kernel sees to it that there is one.

    Raises:
        OutputHeld: a later run has taken the output.
    """
    reached("before commit")
    if epoch:
        take_number(store, epoch, record)
        reached("numbered")
    store.put_if_absent(commit_name(commit_id), record, staging_folder(commit_id))
    reached("committed")
    publish(store, commit_id)


def publish(store: Store, commit_id: str) -> None:
    """Gives every file of a commit its final name, then drops what is staged. May be repeated."""
    record = store.read(commit_name(commit_id))
    if record is None:
        raise FileNotFoundError(commit_name(commit_id))
    for file in json.loads(record)["files"]:
        store.publish(file["name"], file["final"])
        reached("published a file")
    store.remove_folder(staging_folder(commit_id))


def recover(store: Store) -> list[str]:
    """Completes commits that were not published to the end, and deletes staged files of no commit.

    Call it with the output held. Returns the ids of the commits completed.
    """
    completed = []
    for record in numbered(store):
        commit_id = json.loads(record)["commit_id"]
        store.put_if_absent(commit_name(commit_id), record, STAGING)
    for commit_id in store.folders(STAGING):
        if store.read(commit_name(commit_id)) is not None:
            publish(store, commit_id)
            completed.append(commit_id)
        # Not the folder of all: who is overtaken just here must not remove what the new holder stages.
        store.remove_folder("%s/%s" % (STAGING, commit_id))
    if not store.epoch():
        store.remove_folder(STAGING)  # the kernel holds the output: nobody else stages
    return completed


def reached(step: str) -> None:
    """Names a step of the protocol, at which the fault tests stop the process."""
