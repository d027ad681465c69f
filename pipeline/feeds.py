"""``feeds``: how every feed does; ``feeds check F`` polls without writing."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterable
from typing import Any

from pipeline.errors import EXIT_DONE, EXIT_FAILED, UserError
from pipeline.output import print_rows
from pipeline.warehouse import connect, fetch
from schemas.rows import Entry, FeedState
from transforms._urls import redact_url

_FEEDS = """
SELECT coalesce(f.title, f.url) AS feed, p.polled_at AS last_poll, p.outcome, p.failures, p.entries_seen AS entries,
       round(e.n / greatest(1, date_diff('day', e.since, now()::TIMESTAMPTZ)), 1) AS entries_a_day,
       round(30.0 * coalesce(d.n, 0) / greatest(1, date_diff('day', e.since, now()::TIMESTAMPTZ)), 1) AS deals_a_month,
       CASE WHEN p.is_retired THEN NULL ELSE p.next_poll_at END AS next_poll, p.interval_reason AS why, f.url
FROM dim_feed f
LEFT JOIN (
    SELECT * FROM fact_feed_poll QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY polled_at DESC) = 1
) p USING (feed_id)
LEFT JOIN (
    SELECT feed_id, count(*) AS n, min(first_seen_at) AS since FROM fact_entry WHERE attempt = 0 GROUP BY feed_id
) e USING (feed_id)
LEFT JOIN (
    SELECT a.feed_id, count(*) AS n FROM v_mention m JOIN fact_article a USING (article_id, article_version)
    GROUP BY a.feed_id
) d USING (feed_id)
ORDER BY p.outcome IN ('ok', 'not_modified', 'same_body', 'empty'), p.failures DESC, feed
"""


def feeds(args: argparse.Namespace) -> int:
    """The command. Returns 1 where a feed that was checked gave no entries."""
    if not args.check:
        print_rows(fetch(connect(args.output), _FEEDS), args.format)
        return EXIT_DONE
    if args.check[0] != "check" or len(args.check) < 2:
        raise UserError("write `bentpipe feeds`, or `bentpipe feeds check F`")
    rows = _check(args.check[1:], tuple(args.allow_private_network))
    print_rows(rows, args.format)
    return EXIT_DONE if all(row["outcome"] == "ok" for row in rows) else EXIT_FAILED


def _check(lists: list[str], networks: tuple[str, ...]) -> list[dict[str, Any]]:
    """Polls the feeds of the lists once, and tells what came of each."""
    from pipeline.run import listed_feeds
    from transforms._engine import Engine, EngineSettings
    from transforms._http import FetchSettings
    from transforms.collect.transform import poll_feed

    engine = Engine(EngineSettings(FetchSettings(allow_private_networks=networks)))
    try:
        states = [FeedState(feed) for feed in listed_feeds(lists)]
        polled = [future.result() for future in [engine.submit(poll_feed(state, engine)) for state in states]]
        return [
            {
                "feed": redact_url(state.feed.url),
                "outcome": result.poll.outcome,
                "format": result.poll.format,
                "entries": result.poll.entries_seen,
                "newest": _newest(result.entries),
                "error": result.poll.error,
            }
            for state, result in zip(states, polled)
        ]
    finally:
        engine.close()


def _newest(entries: Iterable[Entry]) -> datetime.datetime | None:
    return max((entry.published_at.to_utc_datetime() for entry in entries if entry.published_at), default=None)
