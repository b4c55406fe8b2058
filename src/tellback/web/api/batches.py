"""Batches: items judged one by one, each with its own outcome in its own place."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from tellback.core.errors import Fault, Internal, Invalid, Problem, TellbackError, Unavailable
from tellback.store.database import Action
from tellback.web.api.bodies import read_body
from tellback.web.api.operations import Call, Refused, Reply, Write, as_json
from tellback.web.api.problems import ProblemDetails, details

#: Above this, a body is read in a thread, so that other requests go on meanwhile.
_LARGE = 256 * 1024


class ItemResult(msgspec.Struct, omit_defaults=True):
    """What became of an item: a status as of a call of its own, and what it led to."""

    status: int
    id: str | None = None
    number: int | None = None
    reference: str | None = None
    problem: ProblemDetails | None = None


class BatchResult(msgspec.Struct):
    """What became of every item, in their order, and how many of them were refused."""

    items: list[ItemResult]
    refused: int


async def batch(
    call: Call,
    action: Action,
    command: Callable[[Call, Any, int], Any],
    result: Callable[[Any], ItemResult],
    items: Sequence[msgspec.Raw] | None = None,
    field: Callable[[Any, Problem], str | None] | None = None,
) -> Write:
    """A batch as it is to be written. The ``items`` are the body's, unless they are given.

    ``command`` makes a command of an item, given the call, the item and its place; it may raise.
    ``result`` tells of an outcome that is no refusal. ``field`` tells where in the item a command's
    problem stands, where the command says it otherwise.
    """
    raw: Sequence[msgspec.Raw] = call.body.items if items is None else items
    most = call.operation.most_items
    if len(raw) > most:
        raise Invalid(Problem(Fault.VALUE, f"at most {most} items", "#/items"))
    if len(call.raw) > _LARGE:
        commands = await asyncio.to_thread(_commands, call, raw, command)
    else:
        commands = _commands(call, raw, command)
    jobs = [(call.project, one) for one in commands if not isinstance(one, TellbackError)]

    def reply(outcomes: list[Any]) -> Reply:
        return _reply(raw, commands, _placed(jobs, outcomes, field) if field else outcomes, result)

    return Write(action, jobs, reply)


def _commands(
    call: Call, raw: Sequence[msgspec.Raw], command: Callable[[Call, Any, int], Any]
) -> list[Any]:
    found: list[Any] = []
    for place, one in enumerate(raw):
        try:
            found.append(command(call, read_body(one, call.operation.item), place))
        except TellbackError as error:
            found.append(error)
    return found


def _placed(
    jobs: Sequence[tuple[Any, Any]],
    outcomes: Sequence[Any],
    field: Callable[[Any, Problem], str | None],
) -> list[Any]:
    """The outcomes, with the places of their problems in the item."""
    told = list(outcomes)
    for place, ((_project, command), outcome) in enumerate(zip(jobs, outcomes, strict=True)):
        if isinstance(outcome, Invalid):
            found = (replace(one, field=field(command, one)) for one in outcome.problems)
            told[place] = Invalid(*found, message=outcome.message)
    return told


def _reply(
    raw: Sequence[msgspec.Raw],
    commands: Sequence[Any],
    outcomes: Sequence[Any],
    result: Callable[[Any], ItemResult],
) -> Reply:
    if outcomes and all(isinstance(outcome, Internal | Unavailable) for outcome in outcomes):
        # Not one row is on disk, so the call must not look like one that was carried out.
        raise outcomes[0]
    written = iter(outcomes)
    whole = [one if isinstance(one, TellbackError) else next(written) for one in commands]
    items = [_result(one, result) for one in whole]
    refused = [
        Refused(bytes(raw[place]), one.message, type(one).__name__, item=True)
        for place, one in enumerate(whole)
        if _is_refusal(one)
    ]
    reply = as_json(BatchResult(items, len(refused)))
    reply.refused = refused
    return reply


def _result(outcome: Any, result: Callable[[Any], ItemResult]) -> ItemResult:
    if _is_refusal(outcome):
        told = details(outcome)
        return ItemResult(told.status, problem=told)
    return result(outcome)


def _is_refusal(outcome: Any) -> bool:
    """What was so already is none: whoever asks twice for the same thing has it."""
    if not isinstance(outcome, TellbackError):
        return False
    faults = {problem.fault for problem in outcome.problems}
    return faults != {Fault.ALREADY_DONE}
