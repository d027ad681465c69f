"""The clock of a stream: an element every few seconds, until the process is told to stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from transforms._engine import are_stopping

_FOR_EVER = 1 << 60


class _Ticks(RestrictionProvider):
    """The numbers of the ticks to come."""

    def initial_restriction(self, element: float) -> OffsetRange:
        return OffsetRange(0, _FOR_EVER)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(restriction)

    def restriction_size(self, element: float, restriction: OffsetRange) -> int:
        return 1

    def truncate(self, element: float, restriction: OffsetRange) -> None:
        """An engine that drains ends the clock at once."""


class _Clock(beam.DoFn):
    """Seconds between ticks → the number of each tick, at the time when it comes.

    Missed ticks are not made up for: a tick only says that it is time to look. PeriodicImpulse makes up for all, and
    cannot be ended, so that a stream on an engine without a drain would lose its last window.
    """

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(
        self,
        element: float,
        tracker: Any = beam.DoFn.RestrictionParam(_Ticks()),
        watermark: Any = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider()),
    ) -> Iterator[TimestampedValue[int]]:
        number = tracker.current_restriction().start
        if are_stopping():
            tracker.try_claim(_FOR_EVER - 1)  # all that is left, so that the stream ends and its last windows close
            return
        if tracker.try_claim(number):
            now = Timestamp.now()
            watermark.set_watermark(now)
            yield TimestampedValue(number, now)
            tracker.defer_remainder(Duration(micros=int(element * 1_000_000)))


@dataclass(eq=False)
class Tick(beam.PTransform[Any, PCollection[int]]):
    """An unbounded clock.

    Out: the numbers of the ticks, from 0; event time and watermark are the machine's time. Args: seconds between two.
    """

    seconds: float

    def expand(self, pipeline: Any) -> PCollection[int]:
        return pipeline | "Seconds" >> beam.Create([self.seconds]) | "Clock" >> beam.ParDo(_Clock())
