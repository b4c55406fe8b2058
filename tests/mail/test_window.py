"""Few mails on record as going, and yet no connection that waits for the disk."""

import asyncio

from tellback.mail.window import Window


async def entered(window: Window, count: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(window.enter()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def finish(tasks: list[asyncio.Task[int]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_there_is_a_place_for_each_connection() -> None:
    window = Window(2)
    tasks = await entered(window, 3)
    assert [task.done() for task in tasks] == [True, True, False]
    window.leave()
    await asyncio.sleep(0.01)
    assert tasks[2].done()


async def test_a_slow_server_gets_nothing_ahead() -> None:
    window = Window(2)
    for _ in range(50):
        before = await window.enter()
        window.recorded(before)
        window.leave()
    assert window.places == 2


async def test_a_fast_server_gets_as_many_ahead_as_it_takes_meanwhile() -> None:
    window = Window(4)
    for _ in range(50):
        before = await window.enter()
        for _ in range(5):
            await window.enter()
            window.leave()
        window.recorded(before)
        window.leave()
    assert window.places == 4 + 5


async def test_it_never_grows_beyond_four_for_each_connection() -> None:
    window = Window(2)
    for _ in range(100):
        before = await window.enter()
        for _ in range(100):
            await window.enter()
            window.leave()
        window.recorded(before)
        window.leave()
    assert window.places == window.most == 8


async def test_who_stops_waiting_takes_no_place() -> None:
    window = Window(1)
    first, second, third = await entered(window, 3)
    assert first.done()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    window.leave()
    await asyncio.sleep(0.01)
    assert third.done()
    window.leave()
    assert await window.enter() == 2
    await finish([first, third])
