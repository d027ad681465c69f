"""The warehouse in an object store: the methods of ``store.LocalStore`` over fsspec, and a lease in place of a lock.

Objects are whole or absent by nature. Put-if-absent is fsspec's ``mode="create"``: ``If-None-Match: *`` on S3,
``ifGenerationMatch=0`` on Google Cloud Storage. There is no link: publishing copies on the server's side.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import fsspec
import pyarrow.fs as pafs

from transforms._warehouse.fence import close_epoch
from transforms._warehouse.store import STAGING, OutputHeld, StoreError

LEASE_SECONDS = 120.0
RENEW_SECONDS = 30.0
_LEASES = "_lock"


class ObjectStore:
    """An output in a bucket. Names are relative to it, with ``/``."""

    def __init__(self, url: str) -> None:
        """url: s3://BUCKET/FOLDER or gs://BUCKET/FOLDER.

        Raises:
            ImportError: the scheme's library is not installed.
        """
        fs, root = fsspec.url_to_fs(url, use_listings_cache=False)
        self.url = url
        self.fs: Any = fs
        self.root = root.rstrip("/")
        self.arrow_fs: pafs.FileSystem | None = pafs.PyFileSystem(pafs.FSSpecHandler(fs))

    def path(self, name: str) -> str:
        """The object of that name: ``BUCKET/KEY``."""
        return "%s/%s" % (self.root, name)

    def prepare(self) -> None:
        """Checks that objects can be written.

        Raises:
            StoreError: they cannot: no bucket, no credentials, no permission.
        """
        probe = self.path("%s/.probe-%s" % (STAGING, uuid.uuid4().hex))
        try:
            self.fs.pipe_file(probe, b"bentpipe")
            self.fs.rm_file(probe)
        except Exception as error:  # each library has errors of its own; the user's way out is the same
            raise StoreError(
                "cannot write to the output %s: %s: %s; bucket and credentials are taken from the usual environment"
                % (self.url, type(error).__name__, str(error).splitlines()[0] if str(error) else "")
            ) from error

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the output by a lease that is renewed while the block runs, and expires where the process dies.

        Raises:
            OutputHeld: another run holds it.
        """
        epoch = self._take_lease()
        ended = threading.Event()
        renewer = threading.Thread(target=self._renew, args=(epoch, ended), name="lease", daemon=True)
        renewer.start()
        try:
            yield
        finally:
            ended.set()
            renewer.join()
            self._write_lease(epoch, 0.0)

    def epoch(self) -> int:
        """The newest lease's number; 0 before the first. Who took the output later has a higher one."""
        return max((int(name.rpartition("/")[2].partition(".")[0]) for name in self.files(_LEASES)), default=0)

    def _take_lease(self) -> int:
        newest = self.epoch()
        held = self.read(_lease(newest)) if newest else None
        if held is not None and json.loads(held)["expires"] > time.time():
            raise self._held()
        body = json.dumps({"expires": time.time() + LEASE_SECONDS}).encode()
        if not self.put_if_absent(_lease(newest + 1), body, STAGING):
            raise self._held()
        if newest:
            close_epoch(self, newest)
        for old in self.files(_LEASES)[:-1]:
            if old != _lease(newest + 1):
                self.fs.rm_file(self.path(old))
        return newest + 1

    def _held(self) -> OutputHeld:
        return OutputHeld(
            "another run holds the output %s; wait until it ends, or name another with --output" % self.url
        )

    def _write_lease(self, epoch: int, expires: float) -> None:
        self.fs.pipe_file(self.path(_lease(epoch)), json.dumps({"expires": expires}).encode())

    def _renew(self, epoch: int, ended: threading.Event) -> None:
        while not ended.wait(RENEW_SECONDS):
            self._write_lease(epoch, time.time() + LEASE_SECONDS)

    def read(self, name: str) -> bytes | None:
        """The object's bytes, None where there is no such object."""
        try:
            data: bytes = self.fs.cat_file(self.path(name))
            return data
        except FileNotFoundError:
            return None

    def files(self, folder: str, suffix: str = "", beginning: str = "") -> list[str]:
        """Names of all objects below folder that end with suffix, sorted. beginning: of the names in the folder."""
        cut = len(self.root) + 1
        found = self.fs.find(self.path(folder), refresh=True, **({"prefix": beginning} if beginning else {}))
        return sorted(path[cut:] for path in found if path.endswith(suffix))

    def folders(self, folder: str) -> list[str]:
        """Names of the folders directly in folder, sorted."""
        below = len(folder) + 1
        return sorted({name[below:].partition("/")[0] for name in self.files(folder) if "/" in name[below:]})

    def stage(self, name: str, data: bytes) -> None:
        """Writes an object that nobody else writes."""
        self.fs.pipe_file(self.path(name), data)

    def put_if_absent(self, name: str, data: bytes, scratch: str) -> bool:
        """Writes an object unless one of that name is there; says whether it did. scratch: not needed here."""
        try:
            self.fs.pipe_file(self.path(name), data, mode="create")
        except FileExistsError:
            return False
        return True

    def replace(self, name: str, data: bytes) -> bool:
        """Makes the object hold data; leaves it alone where it does already. Says whether it changed."""
        if self.read(name) == data:
            return False
        self.fs.pipe_file(self.path(name), data)
        return True

    def publish(self, staged: str, final: str) -> bool:
        """Copies a staged object to its final name; says whether it was this call that did.

        Raises:
            FileNotFoundError: there is neither a staged nor a final object.
        """
        if self.fs.exists(self.path(final)):
            return False
        self.fs.cp_file(self.path(staged), self.path(final))
        return True

    def remove_folder(self, folder: str) -> None:
        """Removes a folder and what it holds, if it is there."""
        names = [self.path(name) for name in self.files(folder)]
        if names:
            self.fs.rm(names)


def _lease(epoch: int) -> str:
    return "%s/%08d.json" % (_LEASES, epoch)
