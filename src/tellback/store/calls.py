"""Calls of the writer: what is asked of it, by whom, and how they hear of the outcomes."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Call:
    """Jobs for an action, and who waits for their outcomes, ``since`` when by `perf_counter`."""

    action: Callable[..., list[Any]]
    jobs: Sequence[Any]
    future: asyncio.Future[list[Any]]
    loop: asyncio.AbstractEventLoop
    since: float
    request_id: str


def by_action(calls: list[Call]) -> list[list[Call]]:
    """Calls of the same action together, in the order in which each action first came."""
    groups: dict[Callable[..., list[Any]], list[Call]] = {}
    for call in calls:
        groups.setdefault(call.action, []).append(call)
    return list(groups.values())


def answer(calls: list[Call], outcomes: list[Any]) -> None:
    """Resolve the callers, with one wake-up per event loop."""
    ready: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[list[Any]], list[Any]]]] = {}
    start = 0
    for call in calls:
        end = start + len(call.jobs)
        ready.setdefault(call.loop, []).append((call.future, outcomes[start:end]))
        start = end
    for loop, answers in ready.items():
        # A loop that has been closed meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: list[tuple[asyncio.Future[list[Any]], list[Any]]]) -> None:
    for future, outcomes in answers:
        if not future.done():
            future.set_result(outcomes)
