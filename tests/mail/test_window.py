"""Few mails on record as going, and yet no connection that waits for the disk."""

import asyncio
from dataclasses import dataclass

from tellback.mail.window import Window


@dataclass
class Clock:
    """What the window takes for the time, in seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def entered(window: Window, count: int) -> list[asyncio.Task[float]]:
    tasks = [asyncio.create_task(window.enter()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def finish(tasks: list[asyncio.Task[float]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_there_is_a_place_for_each_connection() -> None:
    window = Window(2)
    tasks = await entered(window, 3)
    assert [task.done() for task in tasks] == [True, True, False]
    window.recorded(tasks[0].result())
    window.leave()
    await asyncio.sleep(0.01)
    assert tasks[2].done()


async def send(window: Window, clock: Clock, writing: float, handing: float, mails: int) -> None:
    """Send mails at once, once they are all on record, over two connections."""
    entered = [await window.enter() for _ in range(mails)]
    clock.now += writing
    for since in entered:
        window.recorded(since)
    for number in range(mails):
        clock.now += 0 if number % 2 else handing
        window.leave()


async def test_a_slow_server_gets_nothing_ahead() -> None:
    clock = Clock()
    window = Window(2, clock)
    for _ in range(50):
        await send(window, clock, writing=0.01, handing=0.5, mails=2)
    assert window.places == 2


async def test_a_fast_server_gets_as_many_ahead_as_it_takes_meanwhile() -> None:
    clock = Clock()
    window = Window(2, clock)
    for _ in range(50):
        await send(window, clock, writing=0.01, handing=0.004, mails=window.places)
    assert window.places == 2 + 5


async def test_idle_connections_make_a_server_no_slower() -> None:
    clock = Clock()
    window = Window(2, clock)
    for _ in range(50):
        await send(window, clock, writing=0.01, handing=0.004, mails=1)
        clock.now += 3
    assert window.places == 2 + 5


async def test_it_never_grows_beyond_eight_for_each_connection() -> None:
    clock = Clock()
    window = Window(2, clock)
    for _ in range(50):
        await send(window, clock, writing=0.1, handing=0.001, mails=window.places)
    assert window.places == window.most == 16


async def test_what_is_held_back_gives_its_place_away() -> None:
    window = Window(1)
    first, second = await entered(window, 2)
    assert [task.done() for task in (first, second)] == [True, False]
    window.withdrawn()
    await asyncio.sleep(0.01)
    assert second.done()
    assert window.places == 1


async def test_who_stops_waiting_takes_no_place() -> None:
    window = Window(1)
    first, second, third = await entered(window, 3)
    assert first.done()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    window.withdrawn()
    await asyncio.sleep(0.01)
    assert third.done()
    window.withdrawn()
    fourth, fifth = await entered(window, 2)
    assert [task.done() for task in (fourth, fifth)] == [True, False]
    await finish([first, third, fourth, fifth])
