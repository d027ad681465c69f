"""Bodies decoded while they arrive, never beyond a limit."""

from __future__ import annotations

import zlib

from transforms._http.errors import FetchError

_GZIP_MAGIC = b"\x1f\x8b"


class Plain:
    """A body without coding."""

    def __init__(self, max_bytes: int):
        self._left = max_bytes
        self.is_full = False

    def feed(self, data: bytes) -> bytes:
        """Returns data, cut at the limit; is_full tells that something was cut."""
        self.is_full = len(data) > self._left
        data = data[: self._left]
        self._left -= len(data)
        return data

    def finish(self) -> None:
        """Nothing can be missing that Content-Length does not tell."""


class Gzip:
    """A gzip body of one or more members (RFC 1952 section 2.2); other bytes after a member are ignored."""

    def __init__(self, max_bytes: int):
        self._left = max_bytes
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._fed = False
        self.is_full = False

    def feed(self, data: bytes) -> bytes:
        """Returns what data decodes to, cut at the limit; raises FetchError bad_encoding."""
        out = []
        while data and not self.is_full:
            if self._inflate.eof:
                if data[:2] != _GZIP_MAGIC[: len(data)]:
                    break
                self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                # One byte more than is left tells "just full" from "too long".
                piece = self._inflate.decompress(data, self._left + 1)
            except zlib.error as error:
                raise FetchError("bad_encoding", "gzip: %s" % error, "zlib.error") from None
            self._fed = True
            self.is_full = len(piece) > self._left
            piece = piece[: self._left]
            self._left -= len(piece)
            out.append(piece)
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        return b"".join(out)

    def finish(self) -> None:
        """Raises FetchError short_body when the last member is not whole."""
        if self._fed and not self._inflate.eof:
            raise FetchError("short_body", "gzip body ends before its end mark")


def decoder(content_encoding: str, max_bytes: int) -> Plain | Gzip:
    """Returns the decoder of a Content-Encoding header; raises FetchError bad_encoding for all but one gzip."""
    codings = [coding.strip().lower() for coding in content_encoding.split(",") if coding.strip()]
    if codings in ([], ["identity"]):
        return Plain(max_bytes)
    if codings in (["gzip"], ["x-gzip"]):
        return Gzip(max_bytes)
    raise FetchError("bad_encoding", "content coding %s was not asked for" % ", ".join(codings)[:100])
