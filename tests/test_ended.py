"""The end of a stream and of its windows: seen once, and an empty closing pane leaves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import FixedWindows, IntervalWindow, TimestampedValue
from apache_beam.utils.timestamp import Duration

from tests import rows
from tests.test_write import run_info
from transforms import _ended
from transforms._warehouse.store import LocalStore
from transforms.dedupe import _DropSeen
from transforms.write.transform import _Finalize, _Settle

WINDOW = IntervalWindow(rows.NOW, rows.NOW + Duration(seconds=60))


def test_the_end_is_seen_after_the_last_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ended, "_has_ended", _ended.threading.Event())
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        commits = pipeline | beam.Create(["c"]) | beam.Map(lambda name: TimestampedValue(name, rows.NOW))
        _ = commits | beam.WindowInto(FixedWindows(60)) | _ended.TellEnd()
        assert not _ended.has_ended()
    assert _ended.has_ended()


class TestEmptyPanes:
    """Engines other than Beam's local ones fire a window once more when it can no longer be late, with nothing."""

    @pytest.mark.parametrize("step", [_DropSeen, _Settle])
    def test_a_group_of_none_leaves_none(self, step: Any, tmp_path: Path) -> None:
        LocalStore(str(tmp_path)).prepare()
        do = step(str(tmp_path), 7.0) if step is _DropSeen else step(str(tmp_path))
        do.start_bundle()
        assert list(do.process(("0123456789abcdef", []))) == []

    def test_nothing_is_committed(self, tmp_path: Path) -> None:
        LocalStore(str(tmp_path)).prepare()
        again = type("Pane", (), {"index": 1})()
        finalize = _Finalize(str(tmp_path), run_info("job", mode="stream"))
        assert list(finalize.process(("job", {"staged": [], "tallies": []}), WINDOW, again)) == []
        assert not list(tmp_path.rglob("*.json"))
