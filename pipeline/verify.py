"""``verify``: the warehouse's invariants, each a statement that finds what breaks it."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from pipeline.errors import EXIT_DONE, EXIT_FAILED, UserError
from pipeline.warehouse import connect, fetch
from schemas import tables, taxonomy
from transforms._text import escape_unshown
from transforms._warehouse.store import COMMITS, STAGING, Store, StoreError, open_store

_TEXT = "(coalesce(a.title, '') || chr(10) || chr(10) || a.text)"
_MENTION_ARTICLE = "fact_deal_mention m JOIN fact_article a USING (article_id, article_version)"

CHECKS: dict[str, str] = {
    "every commit's new entries stand in the ledger, each once": """
        SELECT run_id AS what FROM
        (SELECT run_id, sum(entries_new) AS n FROM fact_feed_poll GROUP BY 1) p FULL JOIN
        (SELECT run_id, count(*) AS n FROM fact_entry WHERE attempt = 0 GROUP BY 1) e USING (run_id)
        WHERE coalesce(p.n, 0) <> coalesce(e.n, 0)""",
    "an entry and attempt stand once": """
        SELECT entry_id || ' attempt ' || attempt AS what FROM fact_entry
        GROUP BY entry_id, attempt HAVING count(*) > 1""",
    "an entry is taken up again only after it was deferred": """
        SELECT e.entry_id || ' attempt ' || e.attempt AS what FROM fact_entry e
        LEFT JOIN fact_entry b ON b.entry_id = e.entry_id AND b.attempt = e.attempt - 1
        WHERE e.attempt > 0 AND (b.disposition IS NULL OR b.disposition <> 'deferred')""",
    "a deferred entry says when it is tried again": """
        SELECT entry_id AS what FROM fact_entry WHERE (disposition = 'deferred') <> (next_attempt_at IS NOT NULL)""",
    "an entry read as an article has it": """
        SELECT entry_id AS what FROM fact_entry e WHERE disposition IN ('deal', 'non_deal')
        AND NOT EXISTS (SELECT 1 FROM fact_article a WHERE a.article_id = e.article_id)""",
    "an article and version stand once": """
        SELECT article_id || ' version ' || article_version AS what FROM fact_article
        GROUP BY article_id, article_version HAVING count(*) > 1""",
    "an article's words and hash are those of its text": """
        SELECT article_id AS what FROM fact_article WHERE text_sha256 <> sha256(text)""",
    "a mention stands once": """
        SELECT mention_id AS what FROM fact_deal_mention GROUP BY mention_id HAVING count(*) > 1""",
    "a mention has its article": """
        SELECT mention_id AS what FROM fact_deal_mention m WHERE NOT EXISTS (SELECT 1 FROM fact_article a
        WHERE a.article_id = m.article_id AND a.article_version = m.article_version)""",
    "a mention has a party, and a party its mention": """
        SELECT coalesce(m.mention_id, p.mention_id) AS what FROM (SELECT DISTINCT mention_id FROM fact_deal_mention) m
        FULL JOIN (SELECT DISTINCT mention_id FROM fact_deal_party) p USING (mention_id)
        WHERE m.mention_id IS NULL OR p.mention_id IS NULL""",
    "a deal story has a deal, and only it": """
        SELECT a.article_id AS what FROM fact_article a WHERE coalesce(is_deal_story, false) <> EXISTS
        (SELECT 1 FROM fact_deal_mention m
        WHERE m.article_id = a.article_id AND m.article_version = a.article_version)""",
    "a quote is what its span reads": """
        SELECT m.mention_id AS what FROM %s
        WHERE substr(%s, m.span_start + 1, m.span_end - m.span_start) <> m.quote""" % (_MENTION_ARTICLE, _TEXT),
    "a party's name is what its span reads": """
        SELECT p.mention_id || ' ' || p.name_as_written AS what FROM fact_deal_party p
        JOIN fact_deal_mention m USING (mention_id)
        JOIN fact_article a ON a.article_id = m.article_id AND a.article_version = m.article_version
        WHERE substr(%s, p.span_start + 1, p.span_end - p.span_start) <> p.name_as_written""" % _TEXT,
    "every span lies in the text": " UNION ALL ".join(
        "SELECT m.mention_id || ' %s' AS what FROM %s WHERE (%s_start IS NULL) <> (%s_end IS NULL)"
        " OR %s_start < 0 OR %s_end <= %s_start OR %s_end > length(%s)"
        % (span, _MENTION_ARTICLE, *("m." + span,) * 6, _TEXT)
        for span in ("span", "status_span", "value_span", "stake_span", "term_span")
    ),
    "a value has its currency and its span": """
        SELECT mention_id AS what FROM fact_deal_mention
        WHERE (value_amount IS NULL) <> (value_currency IS NULL)
        OR (value_amount IS NULL) <> (value_span_start IS NULL)""",
    "a party is a company that dim_company lists": """
        SELECT DISTINCT company_id AS what FROM fact_deal_party p
        WHERE NOT EXISTS (SELECT 1 FROM dim_company c WHERE c.company_id = p.company_id)""",
    "a feed polled is listed": """
        SELECT DISTINCT feed_id AS what FROM fact_feed_poll p
        WHERE NOT EXISTS (SELECT 1 FROM dim_feed f WHERE f.feed_id = p.feed_id)""",
}  # fmt: skip


def verify(args: argparse.Namespace) -> int:
    """The command: prints what is broken. Returns 1 if anything is."""
    try:
        broken = list(check_files(open_store(args.output)))
    except StoreError as error:
        raise UserError(str(error)) from None
    try:
        db = connect(args.output)
        broken += [*check_values(db), *check_rows(db)]
        counts = {name: fetch(db, "SELECT count(*) AS n FROM %s" % name)[0]["n"] for name in tables.FACTS}
    except (duckdb.Error, UserError) as error:
        if isinstance(error, UserError) and error.exit_code != EXIT_FAILED:
            raise
        broken.append("broken: the rows were not checked: %s" % str(error).splitlines()[0])
        counts = {}
    for line in broken:
        print(escape_unshown(line))
    if counts:
        print(", ".join("%s %d" % each for each in counts.items()))
    print("%d broken" % len(broken) if broken else "clean: %d checks" % (len(CHECKS) + 2))
    return EXIT_FAILED if broken else EXIT_DONE


def check_rows(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A line for each of CHECKS that something breaks, with an example."""
    for name, sql in CHECKS.items():
        found = [row["what"] for row in fetch(db, "SELECT what FROM (%s) ORDER BY what LIMIT 1000" % sql)]
        if found:
            yield "broken: %s: %d, first %s" % (name, len(found), found[0])


def check_values(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A line for each enumerated column that holds another value."""
    known: dict[str, Sequence[taxonomy.Value]] = {
        "outcome": taxonomy.OUTCOMES,
        "disposition": taxonomy.DISPOSITIONS,
        "deal_type": taxonomy.DEAL_TYPES,
        "status": taxonomy.STATUSES,
        "role": taxonomy.ROLES,
        "sector": taxonomy.SECTORS,
        "topic": taxonomy.TOPICS,
    }
    for table in tables.FACTS.values():
        for column, enum in table.enums.items():
            is_list = column in ("sectors", "topics")
            values = "SELECT unnest(%s) AS v FROM %s" if is_list else "SELECT %s AS v FROM %s"
            allowed = ", ".join("'%s'" % value.value for value in known[enum])
            null = "" if is_list else "v IS NULL OR "
            sql = "SELECT DISTINCT v FROM (%s) WHERE %sv NOT IN (%s)" % (values % (column, table.name), null, allowed)
            for row in fetch(db, sql):
                yield "broken: %s.%s holds %r" % (table.name, column, row["v"])


def check_files(store: Store) -> Iterator[str]:
    """A line for each file that is committed and not there or not whole, and for each that nobody committed."""
    committed = set()
    for name in store.files(COMMITS, ".json"):
        try:
            files = json.loads(store.read(name) or b"")["files"]
        except (ValueError, TypeError, KeyError):
            yield "broken: %s is no commit that can be read" % name
            continue
        commit_id = name.removeprefix(COMMITS + "/").removesuffix(".json")
        if store.files("%s/%s" % (STAGING, commit_id)):
            yield "broken: commit %s is not published yet; the next run completes it" % commit_id
        for file in files:
            committed.add(file["final"])
            yield from _check_file(store, file)
    for table in tables.FACTS:
        for name in store.files(table):
            if name not in committed:
                yield "broken: %s is of no commit" % name


def _check_file(store: Store, file: dict[str, Any]) -> Iterator[str]:
    data = store.read(file["final"])
    if data is None:
        yield "broken: %s is committed and not there" % file["final"]
    elif hashlib.sha256(data).hexdigest() != file["sha256"]:
        yield "broken: %s is not what was committed" % file["final"]
