"""May somebody be shown a survey now?"""

from dataclasses import replace
from typing import Any

from tellback.actions.check_asks import check_asks
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import CheckAsk, IdentifyContact, SubmitResponse
from tellback.core.errors import Invalid, NotFound
from tellback.core.instants import DAY
from tellback.core.model import Channel, Condition, ContactKey, Identity, Project
from tellback.core.outcomes import AskDecision
from tellback.store.tables import contacts, events
from tests.actions.workroom import NPS, WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
VISITOR = ContactKey(Identity.ANONYMOUS, "visitor-1")


def check(room: Workroom, project: Project | None = None, **what: Any) -> Any:
    command = CheckAsk(WIRE, **{"contact": ALICE, **what})
    return room.run(check_asks, (project or room.shop, command))


def answer(room: Workroom, **what: Any) -> Any:
    command = SubmitResponse(WIRE, Channel.IN_APP, contact=ALICE, rating=9, **what)
    return room.run(submit_responses, (room.shop, command))


def test_yes_and_that_is_noted(room: Workroom) -> None:
    decision = check(room, traits={"name": "Alice"})
    person = room.row(contacts)
    assert decision == AskDecision(True, room.nps.id, None, 1, person.id)
    assert person.properties == {"name": "Alice"}
    shown = room.row(events)
    assert (shown.contact_id, shown.name) == (person.id, f"$shown:{room.nps.id}")


def test_not_so_soon_after_an_answer(room: Workroom) -> None:
    answer(room)
    decision = check(room)
    assert decision.allowed is False
    room.now += 31 * DAY
    decision = check(room)
    assert decision.allowed is False
    assert "answered this survey" in decision.reason
    room.now += 60 * DAY
    assert check(room).allowed
    assert len(room.rows(events)) == 1


def test_not_more_often_than_the_project_wants_anybody_asked(room: Workroom) -> None:
    answer(room, survey=room.survey(room.shop, "second", NPS).id)
    assert "asked 1 time in the last day" in check(room).reason
    room.now += DAY
    assert check(room).allowed


def test_what_is_asked_at_once_counts_as_well(room: Workroom) -> None:
    again = (room.shop, CheckAsk(WIRE, ALICE))
    visitor = (room.shop, CheckAsk(WIRE, VISITOR))
    decisions = room.run(check_asks, again, again, visitor, again)
    assert [decision.allowed for decision in decisions] == [True, False, True, False]
    assert len(room.rows(events)) == 2


def test_not_before_the_date_that_was_set(room: Workroom) -> None:
    later = IdentifyContact(WIRE, ALICE, next_ask_at=room.now + DAY)
    room.run(identify_contacts, (room.shop, later))
    assert "set to" in check(room).reason
    room.now += DAY
    assert check(room).allowed


def test_not_outside_the_target_but_who_it_is_is_kept(room: Workroom) -> None:
    definition = replace(NPS, targeting=(Condition("plan", "==", "gold"),), allow_anonymous=False)
    room.survey(room.shop, "gold", definition)
    assert not check(room, survey="gold", traits={"plan": "free"}).allowed
    assert room.row(contacts).properties == {"plan": "free"}
    assert check(room, survey="gold", traits={"plan": "gold"}).allowed
    assert "anonymous" in check(room, survey="gold", contact=VISITOR).reason


def test_force_is_for_projects_that_allow_it(room: Workroom) -> None:
    definition = replace(NPS, targeting=(Condition("plan", "==", "gold"),))
    room.survey(room.shop, "gold", definition)
    assert not check(room, survey="gold", force=True).allowed
    playground = room.project("Playground", allow_force=True)
    room.survey(playground, "gold", definition)
    assert check(room, playground, survey="gold", force=True).allowed


def test_what_is_not_there_or_too_much_leaves_nothing(room: Workroom) -> None:
    with room.nothing_written():
        assert isinstance(check(room, survey="nothing"), NotFound)
        assert isinstance(check(room, survey=room.foreign.id), NotFound)
        assert isinstance(check(room, traits={"a": "x" * 40_000}), Invalid)
