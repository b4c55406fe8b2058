"""Dear counts are made seldom, and never take all readers."""

import asyncio
from typing import Any, cast

import pytest

from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.web.dashboard.figures import Counter

SHOP = Project("a" * 32, "Shop", "shop", 0, ProjectSettings(), b"")


class Counting:
    """A database that only counts how often it is asked, at a price in seconds."""

    def __init__(self) -> None:
        self.price = 0.0
        self.now = 0.0
        self.asked = self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False

    def clock(self) -> int:
        return int(self.now * 1000)

    async def look(self, _query: Any, _project: Project, *_of: Any) -> int:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.gate.wait()
        self.now += self.price
        self.at_once -= 1
        if self.fails:
            raise RuntimeError("no")
        return self.asked


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def counter(counting: Counting) -> Counter:
    return Counter(cast(Database, counting), clock=lambda: counting.now)


async def test_what_costs_nothing_is_counted_every_time(
    counter: Counter, counting: Counting
) -> None:
    for number in (1, 2, 3):
        counting.now += 0.001
        assert (await counter.overview(SHOP, [], 0)).overview == number


async def test_what_costs_is_kept_for_a_while(counter: Counter, counting: Counting) -> None:
    counting.price = 0.1
    await counter.overview(SHOP, [], 0)
    counting.now += 1.9
    assert (await counter.overview(SHOP, [], 0)).overview == 1
    counting.now += 0.2
    assert (await counter.overview(SHOP, [], 0)).overview == 2


async def test_nobody_waits_for_what_is_dear_twice(counter: Counter, counting: Counting) -> None:
    counting.price = 3
    first = await counter.overview(SHOP, [], 0)
    counting.now += 100
    assert await counter.overview(SHOP, [], 0) is first
    await asyncio.sleep(0.01)
    assert (await counter.overview(SHOP, [], 0)).overview == 2


async def test_never_is_anything_kept_for_long(counter: Counter, counting: Counting) -> None:
    counting.price = 100
    assert (await counter.overview(SHOP, [], 0)).is_fresh(counting.now + 119)
    assert not (await counter.overview(SHOP, [], 0)).is_fresh(counting.now + 121)


async def test_many_who_ask_at_once_are_answered_by_one_count(
    counter: Counter, counting: Counting
) -> None:
    counting.gate.clear()
    waiting = [asyncio.ensure_future(counter.overview(SHOP, [], 0)) for _ in range(10)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    counting.gate.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert {answer.overview for answer in answers[1:]} == {1}  # type: ignore[union-attr]


async def test_different_counts_leave_readers_for_others(
    counter: Counter, counting: Counting
) -> None:
    counting.gate.clear()
    waiting = asyncio.gather(*(counter.overview(SHOP, [], start) for start in range(5)))
    await asyncio.sleep(0.01)
    assert counting.at_once == 2
    counting.gate.set()
    await waiting
    assert counting.asked == 5
    assert counting.most_at_once == 2


async def test_a_failure_is_told_and_forgotten(counter: Counter, counting: Counting) -> None:
    counting.fails = True
    with pytest.raises(RuntimeError):
        await counter.overview(SHOP, [], 0)
    counting.fails = False
    assert (await counter.overview(SHOP, [], 0)).overview == 2
