"""collect: feeds → polls, entries, rejects."""

from transforms.collect.feedlist import FeedListError, read_feeds
from transforms.collect.parse import entries_of_file
from transforms.collect.seen import pack_seen
from transforms.collect.transform import Collected, CollectEntries

__all__ = ["CollectEntries", "Collected", "FeedListError", "entries_of_file", "pack_seen", "read_feeds"]
