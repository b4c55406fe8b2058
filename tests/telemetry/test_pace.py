"""A server says that it is busy once whoever comes would wait for too long."""

import asyncio
from collections.abc import Callable

import pytest

from tellback.core.errors import Overloaded
from tellback.telemetry.pace import EVERY, LONGEST_WAIT, Pace


class Loop:
    """A clock, and looks at it that come late."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.turned = asyncio.Semaphore(0)
        self.looked = asyncio.Semaphore(0)
        monkeypatch.setattr("tellback.telemetry.pace.asyncio.sleep", self._sleep)

    async def turn(self, late: float, *, times: int = 1) -> None:
        """Look, each time so many seconds after it was due."""
        for _ in range(times):
            self.now += EVERY + late
            self.turned.release()
            await self.looked.acquire()

    async def _sleep(self, seconds: float) -> None:
        self.looked.release()
        await self.turned.acquire()


@pytest.fixture
async def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    return Loop(monkeypatch)


def keeps_up(pace: Pace) -> bool:
    try:
        pace.check()
    except Overloaded:
        return False
    return True


async def started(loop: Loop) -> None:
    await loop.looked.acquire()


async def test_a_loop_that_is_late_for_long_is_busy_until_it_is_not(loop: Loop) -> None:
    pace = Pace(clock=lambda: loop.now)
    with pace.watched():
        await started(loop)
        assert keeps_up(pace)
        await loop.turn(1.0, times=10)
        assert not keeps_up(pace)
        await loop.turn(0.0, times=10)
        assert keeps_up(pace)


@pytest.mark.parametrize("late", [1.0, 10 * LONGEST_WAIT])
async def test_one_long_turn_is_no_overload(loop: Loop, late: float) -> None:
    pace = Pace(clock=lambda: loop.now)
    with pace.watched():
        await started(loop)
        await loop.turn(late)
        assert keeps_up(pace)
        await loop.turn(0.0)
        assert keeps_up(pace)


async def test_a_turn_that_does_not_end_is_one_behind_another(loop: Loop) -> None:
    pace = Pace(clock=lambda: loop.now)
    with pace.watched():
        await started(loop)
        loop.now += EVERY + LONGEST_WAIT
        assert keeps_up(pace)
        await loop.turn(0.0)
        loop.now += EVERY + LONGEST_WAIT
        assert not keeps_up(pace)


@pytest.mark.parametrize(
    ("oldest", "served"), [(LONGEST_WAIT - 1, True), (LONGEST_WAIT + 1, False)]
)
async def test_what_waits_to_be_written_counts(loop: Loop, oldest: float, *, served: bool) -> None:
    pace = Pace(lambda: oldest, clock=lambda: loop.now)
    with pace.watched():
        await started(loop)
        await loop.turn(0.0)
        assert keeps_up(pace) is served


async def test_nothing_is_refused_where_nobody_looks() -> None:
    now: Callable[[], float] = iter(range(0, 10_000, 100)).__next__
    pace = Pace(lambda: 60.0, clock=now)
    assert keeps_up(pace)
