"""Claiming, acting and noting are one: nothing of a refused replay is left but the note."""

from collections.abc import Sequence
from typing import Any

import pytest

from tellback.actions.record_rejections import record_rejections
from tellback.actions.replay_rejections import ReplayRejection, Verdict, replay_rejections
from tellback.core.commands import RecordRejection, Suppress
from tellback.core.errors import Duplicate, Invalid, NotFound, TellbackError
from tellback.store.tables import rejected_inputs, suppressions
from tests.actions.workroom import WIRE, Workroom

ADA, BO = Suppress("ada@example.com", "listed"), Suppress("bo@example.com", "listed")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    entry = RecordRejection(WIRE, "ask", "POST", "/ask", 400, "at first", b"{}")
    room.run(record_rejections, (room.shop, entry))
    room.now += 1_000
    return room


def judge(outcomes: Sequence[Any]) -> Verdict:
    """As a call that is not a batch is judged."""
    for outcome in outcomes:
        if isinstance(outcome, TellbackError):
            return Verdict(False, 400, outcome.message)
    return Verdict(True, 201)


def job(room: Workroom, *commands: Any, **changes: Any) -> ReplayRejection:
    given = {"project": room.shop, "id": room.row(rejected_inputs, status=400).id, **changes}
    return ReplayRejection(commands=commands, judge=judge, **given)


def suppressed(room: Workroom) -> set[str]:
    return {row.address for row in room.rows(suppressions)}


def test_what_is_taken_is_stored_and_settled(room: Workroom) -> None:
    assert room.run(replay_rejections, job(room, ADA)) == Verdict(True, 201)
    assert suppressed(room) == {"ada@example.com"}
    row = room.row(rejected_inputs)
    assert (row.replayed_at, row.settled_at) == (room.now, room.now)
    assert (row.replay_status, row.replay_reason, row.reason) == (201, None, "at first")


def test_of_what_is_refused_nothing_is_stored_but_why(room: Workroom) -> None:
    refused = Invalid(message="still wrong")
    assert room.run(replay_rejections, job(room, ADA, refused, BO)).settled is False
    assert suppressed(room) == set()
    row = room.row(rejected_inputs)
    assert (row.replayed_at, row.settled_at) == (room.now, None)
    assert (row.replay_status, row.replay_reason) == (400, "still wrong")


def test_outcomes_stand_where_their_commands_stood(room: Workroom) -> None:
    seen: list[Any] = []

    def look(outcomes: Sequence[Any]) -> Verdict:
        seen.extend(outcomes)
        return Verdict(True, 200)

    first, last = Invalid(message="1"), Invalid(message="3")
    given = job(room, first, ADA, last)
    room.run(replay_rejections, ReplayRejection(given.project, given.id, given.commands, look))
    assert (seen[0], seen[2]) == (first, last)
    assert not isinstance(seen[1], TellbackError)


def test_the_second_of_two_finds_it_settled(room: Workroom) -> None:
    first, second = room.run(replay_rejections, job(room, ADA), job(room, BO))
    assert first == Verdict(True, 201)
    assert isinstance(second, Duplicate)
    assert suppressed(room) == {"ada@example.com"}


def test_one_that_failed_does_not_keep_the_next_from_trying(room: Workroom) -> None:
    wrong = Invalid(message="wrong")
    first, second = room.run(replay_rejections, job(room, wrong), job(room, BO))
    assert (first.settled, second.settled) == (False, True)
    assert room.row(rejected_inputs).replay_reason is None


def test_what_is_left_of_a_batch_becomes_entries(room: Workroom) -> None:
    left = [RecordRejection(WIRE, "ask", "POST", "/ask", 200, "item", b"{}", item=True)]
    given = job(room, ADA)
    verdict = Verdict(True, 200, "1 of 2", left)
    room.run(
        replay_rejections,
        ReplayRejection(given.project, given.id, given.commands, lambda _: verdict),
    )
    entries = {(row.reason, row.item, row.settled_at) for row in room.rows(rejected_inputs)}
    assert entries == {("at first", False, room.now), ("item", True, None)}


def test_there_is_no_such_entry(room: Workroom) -> None:
    with room.nothing_written():
        for wrong in ({"id": "0" * 32}, {"project": room.other}):
            given = job(room, ADA, **wrong)
            for force in (False, True):
                forced = ReplayRejection(given.project, given.id, given.commands, judge, force)
                assert isinstance(room.run(replay_rejections, forced), NotFound)
