"""Answers of those whom a widget was let ask."""

from typing import Any

from tellback.core.commands import SubmitResponse
from tellback.core.errors import Invalid, NotEligible
from tellback.core.instants import DAY
from tellback.core.model import Channel
from tellback.core.outcomes import ResponseStored
from tellback.core.tickets import TICKET_HOLDS, Ticket
from tellback.store.ids import new_id
from tellback.store.tables import contacts, response_revisions, responses
from tests.actions.answering import said, submit
from tests.actions.workroom import FORM, WIRE, Workroom


def ticket_for(room: Workroom, survey: Any = None) -> Ticket:
    """A ticket of this moment for somebody who is known, and has answered nothing of it."""
    if not room.rows(contacts):
        other = room.survey(room.shop, "other", FORM)
        submit(room, said(survey=other.id, answers=[("q-area", "idea")], partial=True))
    moment = f"{room.now:012x}" + new_id()[12:]
    return Ticket(moment, room.row(contacts).id, (survey or room.nps).id, 1)


def hand_in(ticket: Ticket, *answers: tuple[str, Any], **more: Any) -> SubmitResponse:
    return SubmitResponse(WIRE, Channel.IN_APP, ticket=ticket, answers=list(answers), **more)


def stored(room: Workroom, ticket: Ticket) -> Any:
    return next(row for row in room.rows(responses) if row.id == ticket.response_id)


def test_all_that_comes_with_one_ticket_is_one_response(room: Workroom) -> None:
    ticket = ticket_for(room)
    first = submit(room, hand_in(ticket, ("q-rating", 3), partial=True))
    assert first == ResponseStored(ticket.response_id, completed=False)
    both = [("q-rating", 3), ("q-why", "Slow")]
    last = submit(room, hand_in(ticket, *both))
    assert last == ResponseStored(ticket.response_id, created=False, completed=True)
    row = stored(room, ticket)
    assert (row.contact_id, row.rating, row.comment) == (ticket.contact_id, 3, "Slow")
    assert len(room.rows(responses)) == 2


def test_the_same_again_changes_nothing_however_late(room: Workroom) -> None:
    ticket = ticket_for(room)
    submit(room, hand_in(ticket, ("q-rating", 3)))
    before = stored(room, ticket)
    room.now += 20 * DAY
    again = submit(room, hand_in(ticket, ("q-rating", 3)))
    assert isinstance(again, ResponseStored)
    assert stored(room, ticket) == before


def test_what_is_left_out_is_taken_back_and_kept_as_history(room: Workroom) -> None:
    ticket = ticket_for(room)
    submit(room, hand_in(ticket, ("q-rating", 3), ("q-why", "Slow"), partial=True))
    submit(room, hand_in(ticket, ("q-rating", 9), partial=True))
    assert stored(room, ticket).answers == {"q-rating": 9}
    assert len(room.rows(response_revisions)) == 1


def test_two_of_a_batch_are_one(room: Workroom) -> None:
    ticket = ticket_for(room)
    commands = [hand_in(ticket, ("q-rating", n), partial=True) for n in (3, 3, 4)]
    outcomes = submit(room, *commands)
    assert [outcome.created for outcome in outcomes] == [True, False, False]
    assert stored(room, ticket).rating == 4


def test_after_a_month_it_is_worth_nothing(room: Workroom) -> None:
    ticket = ticket_for(room)
    room.now += TICKET_HOLDS
    refused = submit(room, hand_in(ticket, ("q-rating", 3)))
    assert isinstance(refused, NotEligible)
    assert "too long ago" in refused.reason


def test_a_second_ticket_is_no_second_answer(room: Workroom) -> None:
    first, second = ticket_for(room), ticket_for(room)
    submit(room, hand_in(first, ("q-rating", 3)))
    refused = submit(room, hand_in(second, ("q-rating", 9)))
    assert isinstance(refused, NotEligible)
    assert "answered this survey" in refused.reason


def test_nothing_wrong_is_taken(room: Workroom) -> None:
    ticket = ticket_for(room)
    assert isinstance(submit(room, hand_in(ticket, ("q-rating", 11))), Invalid)
    assert isinstance(submit(room, hand_in(ticket)), Invalid)
    assert all(row.id != ticket.response_id for row in room.rows(responses))
