"""Dates as pages write them."""

from __future__ import annotations

import pytest
from apache_beam.utils.timestamp import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.dates import date_of_url, parse_date

NOW = Timestamp.from_rfc3339("2026-11-24T12:00:00Z")


def shown(text: str, *, is_day_first: bool = True) -> tuple[str, str, int | None] | None:
    date = parse_date(text, NOW, is_day_first)
    if date is None:
        return None
    return date.at.to_utc_datetime().isoformat(timespec="seconds"), date.precision, date.utc_offset_minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-18T09:30:00+00:00", ("2025-12-18T09:30:00", "second", 0)),
        ("2025-07-05T06:03:42+0800", ("2025-07-04T22:03:42", "second", 480)),
        ("2024-03-06T02:16:49.123-08:00", ("2024-03-06T10:16:49", "second", -480)),
        ("2025-12-18T09:30Z", ("2025-12-18T09:30:00", "minute", 0)),
        ("2025-12-18 09:30", ("2025-12-18T09:30:00", "minute", None)),
        ("2025-12-18", ("2025-12-18T00:00:00", "day", None)),
        ("2025/12/18", ("2025-12-18T00:00:00", "day", None)),
        ("20251218", ("2025-12-18T00:00:00", "day", None)),
        ("20251218T093001Z", ("2025-12-18T09:30:01", "second", 0)),
        ("Tue, 18 Nov 2025 10:11:12 GMT", ("2025-11-18T10:11:12", "second", 0)),
        ("Tue, 18 Nov 2025 10:11:12 +0100", ("2025-11-18T09:11:12", "second", 60)),
        ("March 27, 2025", ("2025-03-27T00:00:00", "day", None)),
        ("Published on Sept. 3rd, 2025 at 4:05 p.m. EDT", ("2025-09-03T20:05:00", "minute", -240)),
        ("12. März 2025, 08:30 Uhr", ("2025-03-12T08:30:00", "minute", None)),
        ("3 de marzo de 2025", ("2025-03-03T00:00:00", "day", None)),
        ("1er août 2025", ("2025-08-01T00:00:00", "day", None)),
        ("2025年3月4日", ("2025-03-04T00:00:00", "day", None)),
        ("12.05.2025 08:30", ("2025-05-12T08:30:00", "minute", None)),
        ("1732440000", ("2024-11-24T09:20:00", "second", 0)),
        ("1732440000000", ("2024-11-24T09:20:00", "second", 0)),
    ],
)
def test_written_dates(text: str, expected: tuple[str, str, int | None]) -> None:
    assert shown(text) == expected


def test_the_order_of_day_and_month() -> None:
    assert shown("03/04/2025", is_day_first=True) == ("2025-04-03T00:00:00", "day", None)
    assert shown("03/04/2025", is_day_first=False) == ("2025-03-04T00:00:00", "day", None)
    assert shown("03/14/2025", is_day_first=True) == ("2025-03-14T00:00:00", "day", None)
    assert shown("14/03/2025", is_day_first=False) == ("2025-03-14T00:00:00", "day", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2025",
        "March 2025",
        "2025-02-30",
        "31/31/2025",
        "0001-01-01",
        "9999-12-31",
        "1994-12-31",
        "2026-11-26",
        "25:61 2025-13-01",
        "call 2025550199",
    ],
)
def test_no_date(text: str) -> None:
    assert shown(text) is None


def test_nothing_lies_in_the_future() -> None:
    for text in ("2026-11-25", "2026-11-24T12:30:00Z", "2026-11-24T20:00:00", "2026-11-25T01:00:00+13:00"):
        date = parse_date(text, NOW)
        assert date is not None, text
        assert date.at <= NOW, text


@given(st.text(alphabet=st.sampled_from("0123456789-/.:T+Z ,apmMarchJuneéde年月日"), max_size=60))
def test_any_text_gives_a_date_in_bounds_or_none(text: str) -> None:
    date = parse_date(text, NOW)
    assert date is None or Timestamp.from_rfc3339("1994-12-30T00:00:00Z") < date.at <= NOW


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/03/04/title", "2026-03-04"),
        ("https://a.example/2026/3/4/title", "2026-03-04"),
        ("https://a.example/news/2026-03-04-title.html", "2026-03-04"),
        ("https://a.example/title-20260304.html", "2026-03-04"),
        ("https://a.example/2026/03/title", None),
        ("https://a.example/2025-12_title", None),
        ("https://a.example/20260304567", None),
    ],
)
def test_days_in_addresses(url: str, day: str | None) -> None:
    date = date_of_url(url, NOW)
    assert (date.at.to_utc_datetime().date().isoformat() if date else None) == day
