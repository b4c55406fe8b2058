"""Doing one thing again and again: at once when there is reason to, and now and then anyway."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
_LONGEST_NAP = 30.0

#: Does what there is to do now; how many seconds it may rest then.
Step = Callable[[], Awaitable[float]]


class Loop:
    """A step that is repeated until it is told to stop. No failure ends it: it naps and goes on."""

    def __init__(self, name: str, step: Step) -> None:
        self._name, self._step = name, step
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There may be something to do. Call in our event loop."""
        self._wake.set()

    def stop(self) -> None:
        """Let `run` return when the step that is under way is done."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped."""
        nap = 0.0
        while not self._stopping:
            self._wake.clear()
            try:
                rest, nap = await self._step(), 0.0
            except Exception:
                log.exception("step failed", loop=self._name)
                rest = nap = min(2 * nap or 0.25, _LONGEST_NAP)
            if not self._stopping:
                await self._rest(rest)

    async def _rest(self, seconds: float) -> None:
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
