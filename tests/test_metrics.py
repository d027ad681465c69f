"""Beam's counters and distributions: counted at the steps, read back, told in a line."""

from __future__ import annotations

import apache_beam as beam
import pytest
from apache_beam.metrics.cells import DistributionData, DistributionResult
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipeline.metrics import Measured, read_metrics, summarise
from tests import rows
from tests.fakes import FakeEngine, answer
from transforms.extract.transform import ExtractArticles

PAGE = "<html><body><article><h1>Port</h1>%s</article></body></html>" % ("<p>The ferry left the port at noon.</p>" * 40)
PAGES = {"https://news.example/%s" % name: answer("https://news.example/" + name, PAGE) for name in "ab"}


@pytest.fixture(scope="module")
def measured() -> Measured:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    entries = [rows.entry(name) for name in ("a", "b", "missing")]
    _ = pipeline | beam.Create(entries) | ExtractArticles(lambda: FakeEngine(PAGES))
    result = pipeline.run()
    result.wait_until_finish()
    return read_metrics(result)


def test_what_the_steps_count_and_measure_is_read_back(measured: Measured) -> None:
    assert measured.counters == {"pages": 3, "bytes": 2 * len(PAGE)}
    fetched = measured.distributions["fetch_ms"]
    assert (fetched.count, fetched.sum, fetched.max) == (3, 15, 5)
    assert measured.distributions["extract_ms"].count == 2  # the one that is missing has nothing to extract


def test_the_line() -> None:
    spread = DistributionResult(DistributionData(sum=60, count=3, min=5, max=40))
    codes = {"rejects_" + code: n for n, code in enumerate(("http_4xx", "bad_date", "dns", "tls", "connect"), 1)}
    told = summarise(Measured({"bytes": 1_240_000, **codes}, {"fetch_ms": spread, "extract_ms": spread}))
    assert told == (
        "1.2 MB fetched · a page fetched in 20 ms (most 40) · extracted in 20 ms (most 40) · "
        "rejects: connect 5, tls 4, dns 3, bad_date 2, …"
    )
    assert summarise(Measured({}, {})) == ""
