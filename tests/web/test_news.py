"""Who watches is told of what is new, and nobody looks while nobody watches."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from tellback.core.errors import Unavailable
from tellback.store.feed import Position
from tellback.web.news import MOST, MOST_EACH, News, Watch

#: So long nothing is waited for that is to come; in seconds.
LONG, SHORT = 10.0, 0.01


class Projects:
    """The newest response of each project, and how often it was asked for."""

    def __init__(self) -> None:
        self.newest: dict[str, Position] = {}
        self.asked: list[list[str]] = []
        self.away = False
        self.looked = asyncio.Event()

    async def __call__(self, project_ids: Collection[str]) -> Mapping[str, Position]:
        self.asked.append(sorted(project_ids))
        self.looked.set()
        if self.away:
            raise Unavailable
        return self.newest

    async def once_more(self) -> None:
        """Wait until they have been asked for once more, and what came of it was told."""
        for _ in range(2):
            self.looked.clear()
            await self.looked.wait()


@pytest.fixture
def projects() -> Projects:
    return Projects()


@pytest.fixture
def news(projects: Projects) -> News:
    return News(projects, every=0.001)


async def settled(watch: Watch, projects: Projects) -> None:
    """Take what is told at first."""
    await projects.once_more()
    assert await watch.wait(LONG)


async def test_what_is_new_is_told_to_all_who_watch_that_project(
    news: News, projects: Projects
) -> None:
    projects.newest = {"shop": (1, "a"), "other": (1, "b")}
    with news.watching("shop", "alice") as hers, news.watching("shop", "bob") as his:
        with news.watching("other", "charlie") as others:
            for watch in (hers, his, others):
                await settled(watch, projects)
            projects.newest = {**projects.newest, "shop": (2, "c")}
            assert await hers.wait(LONG)
            assert await his.wait(LONG)
            await projects.once_more()
            assert not await others.wait(SHORT)
        await projects.once_more()
        assert projects.asked[-1] == ["shop"]
    assert not len(news)


async def test_nobody_looks_while_nobody_watches(news: News, projects: Projects) -> None:
    assert projects.asked == []
    with news.watching("shop", "alice") as watch:
        await settled(watch, projects)
    asked = len(projects.asked)
    for _ in range(5):
        await asyncio.sleep(0.002)
    assert len(projects.asked) == asked
    with news.watching("shop", "alice") as watch:
        await settled(watch, projects)
    assert len(projects.asked) > asked


async def test_the_first_response_of_all_is_news(news: News, projects: Projects) -> None:
    with news.watching("shop", "alice") as watch:
        await settled(watch, projects)
        projects.newest = {"shop": (1, "a")}
        assert await watch.wait(LONG)


async def test_a_database_that_is_away_is_asked_again(news: News, projects: Projects) -> None:
    with news.watching("shop", "alice") as watch:
        await settled(watch, projects)
        projects.away = True
        await projects.once_more()
        assert not await watch.wait(SHORT)
        projects.away, projects.newest = False, {"shop": (1, "a")}
        assert await watch.wait(LONG)


async def test_so_many_watch_and_no_more(news: News) -> None:
    entered = []
    for number in range(MOST):
        assert news.has_room(f"user-{number // MOST_EACH}")
        entered.append(news.watching("shop", f"user-{number // MOST_EACH}"))
        entered[-1].__enter__()
        if number == MOST_EACH - 1:
            assert not news.has_room("user-0")
            assert news.has_room("somebody else")
    assert len(news) == MOST
    assert not news.has_room("somebody else")
    entered.pop().__exit__(None, None, None)
    assert news.has_room("somebody else")
    for one in entered:
        one.__exit__(None, None, None)


async def test_who_closes_wakes_everybody(news: News, projects: Projects) -> None:
    with news.watching("shop", "alice") as watch:
        await settled(watch, projects)
        waiting = asyncio.ensure_future(watch.wait(LONG))
        resting = asyncio.ensure_future(news.rest(LONG))
        await asyncio.sleep(0)
        news.close()
        assert await waiting
        await resting
    assert news.closed
    assert not news.has_room("alice")
