"""The entry_ids a feed has brought before, as FeedState carries them: 8 bytes each, sorted, concatenated."""

from __future__ import annotations

from collections.abc import Callable, Iterable

ID_BYTES = 8


def pack_seen(entry_ids: Iterable[str]) -> bytes:
    """Returns the packed form of entry_ids (16 hex digits each), duplicates once."""
    return b"".join(sorted({bytes.fromhex(entry_id) for entry_id in entry_ids}))


def is_new(entry_id: str, seen: bytes) -> bool:
    """Whether entry_id is not among the packed ones; takes log2 of their number steps."""
    wanted = bytes.fromhex(entry_id)
    low, high = 0, len(seen) // ID_BYTES
    while low < high:
        middle = (low + high) // 2
        if seen[middle * ID_BYTES : (middle + 1) * ID_BYTES] < wanted:
            low = middle + 1
        else:
            high = middle
    return seen[low * ID_BYTES : (low + 1) * ID_BYTES] != wanted


def add_seen(seen: bytes, entry_ids: Iterable[str]) -> bytes:
    """Returns the packed form of the packed ids and entry_ids."""
    return merge_seen(seen, pack_seen(entry_ids))


def keep_seen(seen: bytes, is_kept: Callable[[str], bool]) -> bytes:
    """Returns the packed form of those of the packed ids for which is_kept says so."""
    ids = (seen[at : at + ID_BYTES] for at in range(0, len(seen), ID_BYTES))
    return b"".join(id_ for id_ in ids if is_kept(id_.hex()))


def merge_seen(one: bytes, other: bytes) -> bytes:
    """Returns the packed form of both."""
    if not one or not other:
        return one or other
    both = one + other
    return b"".join(sorted({both[at : at + ID_BYTES] for at in range(0, len(both), ID_BYTES)}))
