"""Reading the warehouse: deals, query, verify, and what is safe to print."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.__main__ import main, without_every
from pipeline.dealtable import format_money
from pipeline.output import csv_cell
from tests import rows, test_write


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deals, one with a value, and an article without."""
    output = tmp_path_factory.mktemp("warehouse")
    plain = rows.read("a", with_deal=True)
    rich = rows.read("b", text="Gamma paid 5 for Delta.", with_deal=True, title="=Gamma buys Delta")
    assert rich.article is not None
    start = len(rich.article.title or "") + 2 + rich.article.text.index("5")
    deal = rich.deals[0]._replace(
        value_amount=Decimal(5_000_000), value_currency="EUR", value_qualifier="exact", status="completed",
        value_span_start=start, value_span_end=start + 1,
    )  # fmt: skip
    test_write.write(output, [plain, rich._replace(deals=[deal]), rows.read("c")], test_write.run_info())
    return output


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_deals_as_json_carry_everything(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "deals", "--output", str(warehouse), "--format", "json").splitlines()
    found = {deal["title"]: deal for deal in map(json.loads, lines)}
    rich = found["=Gamma buys Delta"]
    assert rich["value_amount"] == 5_000_000
    assert rich["parties"] == ["Gamma (acquirer)"]
    assert rich["quote"] == "Gamma paid 5 for Delta."
    assert rich["url"] == "https://news.example/b"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("flags", "count"),
    [
        (("--party", "gamma"), 1),
        (("--party", "nobody"), 0),
        (("--status", "completed"), 1),
        (("--type", "acquisition"), 2),
        (("--type", "merger"), 0),
        (("--since", "2026-03-01"), 2),
        (("--since", "2026-03-02"), 0),
    ],
)
def test_deals_that_fit(
    warehouse: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, str], count: int
) -> None:
    out = printed(capsys, "deals", "--output", str(warehouse), "--format", "json", *flags)
    assert len(out.splitlines()) == count


def test_csv_is_no_formula(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "deals", "--output", str(warehouse), "--format", "csv")
    titles = {row["title"] for row in csv.DictReader(io.StringIO(out))}
    assert titles == {"'=Gamma buys Delta", "Title of a"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        (-5, "-5"),
        (Decimal("-1.5"), "-1.5"),
        (None, ""),
        ("a=b", "a=b"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


def test_the_table_fits_and_names_the_site(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "deals", "--output", str(warehouse))
    assert "EUR 5m" in out
    assert "completed" in out


@pytest.mark.parametrize(
    ("amount", "currency", "qualifier", "text"),
    [
        (Decimal("1500000000"), "EUR", "exact", "EUR 1.5bn"),
        (Decimal("300000000"), "USD", "up_to", "up to USD 300m"),
        (Decimal("999"), "GBP", None, "GBP 999"),
        (None, None, None, ""),
    ],
)
def test_money(amount: Decimal | None, currency: str | None, qualifier: str | None, text: str) -> None:
    assert format_money(amount, currency, qualifier) == text


def test_query(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT disposition, count(*) AS n FROM v_entry GROUP BY 1 ORDER BY 1"
    out = printed(capsys, "query", sql, "--output", str(warehouse), "--format", "json")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"disposition": "deal", "n": 2},
        {"disposition": "non_deal", "n": 1},
    ]


def test_a_bad_query_is_one_line(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("query", "SELECT nonsense", "--output", str(warehouse))) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_sound_warehouse_verifies(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "clean" in printed(capsys, "verify", "--output", str(warehouse))


def test_verify_finds_what_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = rows.read("a", with_deal=True)
    wrong = outcome._replace(deals=[outcome.deals[0]._replace(quote="It says something else.", deal_type="theft")])
    test_write.write(tmp_path, [wrong], test_write.run_info())
    (stray,) = (tmp_path / "fact_run").rglob("*.parquet")
    (stray.parent / "stray.parquet").write_bytes(stray.read_bytes())
    (polls,) = (tmp_path / "fact_feed_poll").rglob("*.parquet")
    polls.unlink()
    assert main(("verify", "--output", str(tmp_path))) == 1
    out = capsys.readouterr().out
    assert "a quote is what its span reads" in out
    assert "fact_deal_mention.deal_type holds 'theft'" in out
    assert "stray.parquet is of no commit" in out
    assert "is committed and not there" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("deals", "--since", "yesterday"), "2026-01-31"),
        (("deals", "--type", "theft"), "acquisition"),
        (("deals", "--nonsense"), "--nonsense"),
        (("run", "--nonsense"), "--nonsense"),
        (("run", "--limit", "0"), "--limit"),
        (("run", "--every", "soon"), "15m"),
        (("run", "--allow_private_network", "here"), "10.0.0.0/8"),
        (("nonsense",), "nonsense"),
        (("deals", "--output", "nowhere"), "no warehouse"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    warehouse: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    if words[0] == "deals" and "--output" not in words:
        words = (*words, "--output", str(warehouse))
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert says in captured.err


def test_the_runs_of_every_do_not_repeat_themselves() -> None:
    assert without_every(["run", "--every", "15m", "--output", "w"]) == ["run", "--output", "w"]
    assert without_every(["run", "--every=15m", "--poll_all"]) == ["run", "--poll_all"]


def test_dates_print_as_days() -> None:
    assert csv_cell(datetime.datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04"
