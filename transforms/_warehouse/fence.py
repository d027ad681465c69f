"""Numbered places for the commits of an object store's holders, so that one who was overtaken commits nothing more.

A holder that sleeps through its lease may wake up between looking at the lease and committing: no look before the
commit can be one step with it. So each commit first takes the next number of its holder's epoch, by putting its record
there if nothing is there; and who takes the output over puts ``closed`` at the next number of the epoch before. Of the
two one comes first: either the sleeper finds its epoch closed, or the new holder finds its commit, and completes it.
"""

from __future__ import annotations

from transforms._warehouse.store import STAGING, OutputHeld, Store

_FENCE = "_fence"
_CLOSED = b"closed"
KEPT_NUMBERS, KEPT_EPOCHS = 50, 10
"""So many are kept. Who has looked up the newest puts his own within moments, not so many commits or holders later."""


def _folder(epoch: int) -> str:
    return "%s/%08d" % (_FENCE, epoch)


def _place(epoch: int, number: int) -> str:
    return "%s/%08d.json" % (_folder(epoch), number)


def _newest(store: Store, epoch: int) -> int:
    """The newest number taken in an epoch, 0 where there is none."""
    taken = store.files(_folder(epoch))
    return int(taken[-1].rpartition("/")[2].partition(".")[0]) if taken else 0


def take_number(store: Store, epoch: int, record: bytes) -> None:
    """Takes the next number of the epoch for a commit, which stands from then on.

    Raises:
        OutputHeld: the epoch is closed: a later run has taken the output.
    """
    number = _newest(store, epoch)
    if not number or store.read(_place(epoch, number)) != _CLOSED:
        number += 1
    while not store.put_if_absent(_place(epoch, number), record, STAGING):
        if store.read(_place(epoch, number)) == _CLOSED:
            raise OutputHeld("a later run has taken the output; nothing of this one is committed any more")
        number += 1
    for name in store.files(_folder(epoch))[:-KEPT_NUMBERS]:
        store.remove_folder(name)


def close_epoch(store: Store, epoch: int) -> None:
    """Lets no further commit of the epoch happen, and drops what the epochs before it have left."""
    number = _newest(store, epoch) + 1
    while not store.put_if_absent(_place(epoch, number), _CLOSED, STAGING):
        number += 1
    for name in store.folders(_FENCE):
        if int(name) <= epoch - KEPT_EPOCHS:
            store.remove_folder(_folder(int(name)))


def numbered(store: Store) -> list[bytes]:
    """The records of the commits that took a number, oldest first; some may have got no further."""
    found = (store.read(name) for name in store.files(_FENCE))
    return [record for record in found if record and record != _CLOSED]
