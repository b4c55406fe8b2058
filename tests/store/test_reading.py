"""Questions wait for a thread no longer than who asks them."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tellback.core.errors import Overloaded
from tellback.store.reading import LONGEST_WAIT, Reading


class Echo:
    """Answers with what it is asked."""

    def ask(self, query: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        return query(*args)

    def close(self) -> None:
        """Nothing to give up."""


async def test_a_question_that_has_waited_too_long_is_refused_and_never_put() -> None:
    now, begun, held, put = [0.0], threading.Event(), threading.Event(), []
    reading = Reading(1, 10, lambda error: False, clock=lambda: now[0])

    def hold() -> bool:
        begun.set()
        return held.wait()

    try:
        first = asyncio.create_task(reading.ask(Echo(), hold, ()))
        await asyncio.to_thread(begun.wait)
        late = asyncio.create_task(reading.ask(Echo(), put.append, ("late",)))
        ours = asyncio.create_task(reading.ask_patiently(Echo(), put.append, ("ours",)))
        await asyncio.sleep(0)
        now[0] += LONGEST_WAIT + 1
        soon = asyncio.create_task(reading.ask(Echo(), put.append, ("soon",)))
        await asyncio.sleep(0)
        held.set()
        answers = await asyncio.gather(first, late, ours, soon, return_exceptions=True)
        assert [type(answer) for answer in answers] == [bool, Overloaded, type(None), type(None)]
        assert put == ["ours", "soon"]
    finally:
        held.set()
        reading.close()


async def test_who_has_been_answered_makes_room() -> None:
    reading = Reading(1, 1, lambda error: False)
    try:
        for _ in range(3):
            asked = asyncio.create_task(reading.ask(Echo(), len, ("ab",)))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded):
                await reading.ask(Echo(), len, ("ab",))
            assert await asked == 2
    finally:
        reading.close()
