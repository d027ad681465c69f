"""The one engine of a process: a loop thread that fetches, children that parse, shared by all DoFn instances.

``ConcurrentDoFn`` is how a DoFn uses it: ``process`` only enqueues and yields what is ready, ``finish_bundle`` drains.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from transforms._children import PRELOAD, WALL_SECONDS, Children
from transforms._http import Fetcher, FetchSettings, Request, Response

MAX_PAGES_AHEAD = 16
"""Pages fetched and not yet extracted, a process."""
LOT_SECONDS = 0.05
"""How long what is done gathers before it is taken up: to wake for each took a tenth more CPU of a run."""


@dataclass(frozen=True)
class EngineSettings:
    """How a process fetches and parses.

    workers: children that parse; one page at a time each.
    wall_seconds: what a page may cost before its child is killed.
    clock: the time now; injected so that a recorded history replays.
    item_seconds: work on an item beyond this is abandoned, so that a stream's window does not wait for one slow site.
    """

    fetch: FetchSettings = field(default_factory=FetchSettings)
    workers: int = 2
    wall_seconds: float = WALL_SECONDS
    clock: Callable[[], Timestamp] = Timestamp.now
    item_seconds: float | None = None


class Engine:
    """Fetches on a loop thread and parses in children. Use ``shared``: politeness by site needs one a process."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()
        self._fetcher = Fetcher(settings.fetch, settings.clock)
        self._children = Children(settings.workers, wall_seconds=settings.wall_seconds, preload=PRELOAD)
        self._ahead = asyncio.Semaphore(MAX_PAGES_AHEAD)
        self._tasks: dict[asyncio.Task[Any], concurrent.futures.Future[Any]] = {}
        self.begun: dict[Any, Any] = {}
        """Work begun in one bundle and collected in a later one, by whose it is."""
        self.is_stopping = False

    def now(self) -> Timestamp:
        """The injected clock's time."""
        return self._settings.clock()

    async def fetch(self, request: Request, admit: Callable[[], Awaitable[None]] | None = None) -> Response:
        """Fetches when the site's turn has come; what the network does wrong is in the response."""
        return await self._fetcher.fetch(request, admit)

    async def admit(self) -> None:
        """Waits until fewer than MAX_PAGES_AHEAD pages are fetched and not extracted; pair it with ``release``."""
        await self._ahead.acquire()

    def release(self) -> None:
        """Gives the place of ``admit`` back."""
        self._ahead.release()

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Runs function(*args) in a child.

        Raises:
            ChildError: the child took too long, too much memory, or crashed.
            NoChildError: there can be no children here.
            Exception: whatever function raises.
        """
        return (await self.timed(function, *args))[0]

    async def timed(self, function: Callable[..., Any], *args: Any) -> tuple[Any, float]:
        """``call``, with the seconds that the child took; waiting for a free one is not counted."""
        job, done = self._children.submit(function, *args), self._loop.create_future()
        job.add_done_callback(lambda _: self._loop.call_soon_threadsafe(_set, done))
        try:
            await done
        except asyncio.CancelledError:
            job.cancel()
            raise
        return job.result(), job.seconds

    def submit(self, coroutine: Coroutine[Any, Any, Any]) -> concurrent.futures.Future[Any]:
        """Starts a coroutine on the loop; ``stop`` cancels it."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(self._start, coroutine, future)
        return future

    def _start(self, coroutine: Coroutine[Any, Any, Any], future: concurrent.futures.Future[Any]) -> None:
        task = self._loop.create_task(coroutine)
        self._tasks[task] = future
        task.add_done_callback(self._end)
        if self.is_stopping:
            self._loop.call_soon(task.cancel)  # once it has begun: else its work would end unseen

    def _end(self, task: asyncio.Task[Any]) -> None:
        """Hands on what came of a task; thousands wait, so there is nothing between it and its future."""
        future = self._tasks.pop(task)
        if task.cancelled():
            future.cancel()
            future.set_running_or_notify_cancel()
        elif error := task.exception():
            future.set_exception(error)
        else:
            future.set_result(task.result())

    def stop(self) -> None:
        """Cancels all work under way and to come: what is not done is put off to a later run."""
        self.is_stopping = True
        self._loop.call_soon_threadsafe(lambda: [self._loop.call_soon(task.cancel) for task in self._tasks])

    def close(self) -> None:
        """Ends the children, the connections and the loop."""
        self._children.close()
        asyncio.run_coroutine_threadsafe(self._fetcher.close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


def _set(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


_engines: dict[EngineSettings, Engine] = {}
_engines_lock = threading.Lock()
_are_stopping = threading.Event()


def shared_engine(settings: EngineSettings) -> Engine:
    """The process's engine for these settings, started when first asked for."""
    with _engines_lock:
        if settings not in _engines:
            _engines[settings] = Engine(settings)
            if _are_stopping.is_set():
                _engines[settings].stop()
        return _engines[settings]


def stop_engines() -> None:
    """Stops all engines of the process (see ``Engine.stop``), those to come before ``close_engines`` too.

    May be called by a signal handler: it waits for nothing, not even for an engine that is being started.
    """
    _are_stopping.set()
    for engine in list(_engines.values()):
        engine.stop()


def are_stopping() -> bool:
    """Whether the process was told to stop."""
    return _are_stopping.is_set()


def close_engines() -> None:
    """Closes all engines of the process."""
    with _engines_lock:
        while _engines:
            _engines.popitem()[1].close()
        _are_stopping.clear()


class ConcurrentDoFn(beam.DoFn):
    """A DoFn whose elements are worked on at the same time by the process's engine.

    In: (site, items), as a GroupByKey by site leaves them, so that one worker owns a site. ``process`` enqueues
    ``work(item)`` for each and yields what is ready; ``finish_bundle`` drains. Every output keeps the window of its
    element, and its timestamp unless it is a TimestampedValue.
    """

    def __init__(self, engine: EngineSettings | Callable[[], Any]) -> None:
        """engine: the settings of the process's engine, or a factory of a fake one."""
        self._engine_of = engine

    def setup(self) -> None:
        of = self._engine_of
        self.engine = shared_engine(of) if isinstance(of, EngineSettings) else of()
        self._item_seconds = of.item_seconds if isinstance(of, EngineSettings) else None
        self._notes: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def items(self, element: Any) -> Iterable[Any]:
        """What of an element is worked on at the same time: the items of (site, items)."""
        items: Iterable[Any] = element[1]
        return items

    async def work(self, item: Any) -> Sequence[Any]:
        """What comes of an item: outputs for the main output, or TaggedOutputs."""
        raise NotImplementedError

    def abandon(self, item: Any) -> Sequence[Any]:
        """What comes of an item whose work was stopped before its end."""
        raise NotImplementedError

    def count(self, output: Any) -> None:
        """Called once for each output, on the bundle's thread."""

    def note(self, write: Callable[..., None], *args: Any) -> None:
        """Has ``write(*args)`` called on the bundle's thread: how ``work`` counts and measures."""
        self._notes.put(partial(write, *args))

    def start_bundle(self) -> None:
        self._ready: queue.SimpleQueue[tuple[concurrent.futures.Future[Any], Any, Any]] = queue.SimpleQueue()
        self._under_way = 0

    def process(
        self,
        element: Any,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        for item in self.items(element):
            future = self.engine.submit(self._outputs(item))
            self._under_way += 1
            future.add_done_callback(partial(self._keep, timestamp, window))
        while not self._ready.empty():
            yield from self._next()

    def finish_bundle(self) -> Iterator[Any]:
        while self._under_way:
            if self._ready.empty():
                time.sleep(LOT_SECONDS)
            yield from self._next()

    def _keep(self, timestamp: Timestamp, window: Any, future: concurrent.futures.Future[Any]) -> None:
        self._ready.put((future, timestamp, window))

    async def _outputs(self, item: Any) -> Sequence[Any]:
        try:
            # Who is cancelled before the start must notice here: work that never waits would be done, and its result
            # thrown away.
            await asyncio.sleep(0)
            async with asyncio.timeout(self._item_seconds):
                return await self.work(item)
        except (asyncio.CancelledError, TimeoutError):
            return self.abandon(item)

    def _next(self) -> Iterator[Any]:
        future, timestamp, window = self._ready.get()
        self._under_way -= 1
        while not self._notes.empty():
            self._notes.get()()
        for output in future.result():
            tag, value = (output.tag, output.value) if isinstance(output, TaggedOutput) else (None, output)
            stamped = value if isinstance(value, TimestampedValue) else TimestampedValue(value, timestamp)
            self.count(stamped.value if tag is None else TaggedOutput(tag, stamped.value))
            windowed = WindowedValue(stamped.value, stamped.timestamp, (window,))
            yield windowed if tag is None else TaggedOutput(tag, windowed)
