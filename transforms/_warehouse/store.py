"""Files under the output folder: whole or not there at all, durable once they are.

Layout: ``<table>/ingest_date=<day>/part-….parquet``, ``<dimension>/<dimension>.parquet``; everything else begins with
``_`` (``_staging``, ``_commits``, ``_lock``), so that readers of a table never see it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

STAGING = "_staging"
COMMITS = "_commits"
_LOCK = "_lock"
EXTRAS = {"s3": "aws", "gs": "gcp"}
"""The schemes of object stores, and the extra of this package that each needs."""


class StoreError(Exception):
    """The output cannot be used; the message says why and what to do."""


class OutputHeld(StoreError):
    """Another run holds the output."""


class Store(Protocol):
    """An output: a folder, or an object store. The methods are described at LocalStore."""

    arrow_fs: Any

    def path(self, name: str) -> Any: ...
    def prepare(self) -> None: ...
    def lock(self) -> contextlib.AbstractContextManager[None]: ...
    def epoch(self) -> int: ...
    def read(self, name: str) -> bytes | None: ...
    def files(self, folder: str, suffix: str = "", beginning: str = "") -> list[str]: ...
    def folders(self, folder: str) -> list[str]: ...
    def stage(self, name: str, data: bytes) -> None: ...
    def put_if_absent(self, name: str, data: bytes, scratch: str) -> bool: ...
    def replace(self, name: str, data: bytes) -> bool: ...
    def publish(self, staged: str, final: str) -> bool: ...
    def remove_folder(self, folder: str) -> None: ...


class LocalStore:
    """An output folder on a file system. Names are relative to it, with ``/``.

    arrow_fs: the file system that pyarrow reads ``path`` with; None is the machine's own.
    """

    arrow_fs = None

    def __init__(self, root: str) -> None:
        self.root = Path(root)

    def path(self, name: str) -> Path:
        """The file of that name."""
        return self.root / name

    def prepare(self) -> None:
        """Makes the folder and checks that it can be written.

        Raises:
            StoreError: it cannot.
        """
        try:
            (self.root / COMMITS).mkdir(parents=True, exist_ok=True)
            # Not among what is staged: the run that holds the output may be clearing that away.
            probe = self.root / "_probe"
            probe.write_bytes(b"bentpipe")
            probe.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                "cannot write to the output %s: %s; name another with --output" % (self.root, error.strerror)
            ) from error

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the output; the kernel frees it when the process ends, however it ends.

        Raises:
            OutputHeld: another process holds it.
        """
        with open(self.root / _LOCK, "a+b") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OutputHeld(
                    "another run holds the output %s; wait until it ends, or name another with --output" % self.root
                ) from None
            yield

    def epoch(self) -> int:
        """Who holds the output, as a number that grows with each holder; always 0 here, where the kernel sees to it."""
        return 0

    def read(self, name: str) -> bytes | None:
        """The file's bytes, None where there is no such file."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def files(self, folder: str, suffix: str = "", beginning: str = "") -> list[str]:
        """Names of all files below folder that end with suffix, sorted. beginning: of a file's own name."""
        top = self.path(folder)
        return sorted(
            str(Path(where, file).relative_to(self.root))
            for where, _, files in os.walk(top)
            for file in files
            if file.endswith(suffix) and file.startswith(beginning)
        )

    def folders(self, folder: str) -> list[str]:
        """Names of the folders directly in folder, sorted."""
        top = self.path(folder)
        return sorted(entry.name for entry in top.iterdir() if entry.is_dir()) if top.is_dir() else []

    def stage(self, name: str, data: bytes) -> None:
        """Writes a file that nobody else writes, durable on return."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        _sync_folder(path.parent)

    def put_if_absent(self, name: str, data: bytes, scratch: str) -> bool:
        """Writes a file whole unless one of that name is there; says whether it did. scratch: a staging folder."""
        temporary = "%s/put-%s" % (scratch, uuid.uuid4().hex)
        self.stage(temporary, data)
        try:
            return self.publish(temporary, name)
        finally:
            self.path(temporary).unlink()

    def replace(self, name: str, data: bytes) -> bool:
        """Makes the file hold data, atomically; leaves it alone where it does already. Says whether it changed."""
        if self.read(name) == data:
            return False
        temporary = "%s/replace-%s" % (STAGING, uuid.uuid4().hex)
        self.stage(temporary, data)
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path(temporary), path)
        _sync_folder(path.parent)
        return True

    def publish(self, staged: str, final: str) -> bool:
        """Gives a staged file its final name too, at once; says whether it was this call that did.

        Raises:
            FileNotFoundError: there is neither a staged nor a final file.
        """
        path = self.path(final)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self.path(staged), path)
        except FileExistsError:
            return False
        except FileNotFoundError:
            if path.exists():
                return False
            raise
        _sync_folder(path.parent)
        return True

    def remove_folder(self, folder: str) -> None:
        """Removes a folder and what it holds, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.path(folder))


def _sync_folder(folder: Path) -> None:
    """Makes a folder's new names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_store(output: str) -> Store:
    """The store of an output: a folder, or an object store where it has a scheme.

    Raises:
        StoreError: the output has a scheme that no store knows, or whose library is not installed.
    """
    scheme, _, rest = output.partition("://")
    if not rest:
        return LocalStore(output)
    if scheme not in EXTRAS:
        raise StoreError("no store for %s; write a folder, %s" % (output, " or ".join(EXTRAS) + "://BUCKET/FOLDER"))
    try:
        from transforms._warehouse.objects import ObjectStore

        return ObjectStore(output)
    except ImportError:
        raise StoreError("%s:// needs a library; `pip install 'bentpipe[%s]'`" % (scheme, EXTRAS[scheme])) from None
