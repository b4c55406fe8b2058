"""The figures of this process, and of what waits in the database."""

import asyncio
import time
from collections.abc import Iterator

import structlog

from tellback.store.database import Database
from tellback.store.queues import Queue, Queues, measure_queues
from tellback.telemetry.exposition import Exposition, Gauge
from tellback.telemetry.figures import Figures

log = structlog.get_logger()
#: How long what waits is not counted again, in seconds, however many ask.
_FRESH = 5.0
_PATIENCE = 5.0


class Metrics:
    """What Prometheus reads.

    Counts are this process's alone, for the reader adds processes up. Gauges of what waits are the
    database's, the same from each process: take the greatest, not the sum.
    """

    def __init__(self, database: Database, figures: Figures) -> None:
        self._database = database
        self._exposition = Exposition(figures)
        self._queues: Queues | None = None
        self._queues_until = 0.0
        self._asking = asyncio.Lock()

    async def page(self, accept: str) -> tuple[bytes, str]:
        """The page and its content type."""
        async with self._asking:
            if time.monotonic() >= self._queues_until:
                self._queues = await self._measure()
                self._queues_until = time.monotonic() + _FRESH
        gauges = list(self._gauges(self._queues))
        return await asyncio.to_thread(self._exposition.write, gauges, accept)

    async def _measure(self) -> Queues | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._database.read_patiently(measure_queues, self._database.clock())
        except Exception as error:
            log.warning("queues not measured", error=type(error).__name__)
            return None

    def _gauges(self, queues: Queues | None) -> Iterator[Gauge]:
        jobs, age = self._database.waiting()
        yield _one("tellback_write_queue_jobs", "Jobs that wait to be written.", jobs)
        yield _one("tellback_write_queue_age_seconds", "How long the oldest has waited.", age)
        yield _one("tellback_database_up", "Whether the database answered.", queues is not None)
        if queues is not None:
            yield from _waiting(queues, self._database.clock())


def _one(metric: str, about: str, value: float) -> Gauge:
    return Gauge(metric, about, (), {(): value})


def _waiting(queues: Queues, now: int) -> Iterator[Gauge]:
    by_channel = {(channel,): queue for channel, queue in queues.invitations.items()}
    by_channel = {("email",): Queue(0, 0, None), **by_channel}
    yield Gauge(
        "tellback_invitations_due",
        "Invitations that may go now.",
        ("channel",),
        {channel: queue.due for channel, queue in by_channel.items()},
    )
    yield Gauge(
        "tellback_invitations_scheduled",
        "Invitations that may go later.",
        ("channel",),
        {channel: queue.later for channel, queue in by_channel.items()},
    )
    yield Gauge(
        "tellback_invitations_due_age_seconds",
        "For how long the oldest has been due.",
        ("channel",),
        {channel: _age(queue, now) for channel, queue in by_channel.items()},
    )
    yield _one("tellback_invitations_in_hand", "Invitations a sender holds.", queues.in_hand)
    yield _one(
        "tellback_invitations_unknown",
        "Invitations of which a crash has hidden whether they went.",
        queues.unknown,
    )
    yield _one("tellback_events_due", "Webhook events to post now.", queues.events.due)
    yield _one(
        "tellback_events_due_age_seconds",
        "For how long the oldest event has been due.",
        _age(queues.events, now),
    )


def _age(queue: Queue, now: int) -> float:
    return 0.0 if queue.first_due_at is None else max(0, now - queue.first_due_at) / 1000
