"""May somebody be shown a survey now?"""

from dataclasses import replace
from typing import Any

from tellback.actions.check_asks import check_asks
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import CheckAsk, IdentifyContact, SubmitResponse
from tellback.core.errors import Invalid, NotFound
from tellback.core.instants import DAY
from tellback.core.model import Channel, Condition, ContactKey, Identity, Project, WidgetRule
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


def test_a_widget_shows_what_is_published_to_it(room: Workroom) -> None:
    assert isinstance(check(room, widget=True), NotFound)
    shown = room.survey(room.shop, "shown", replace(NPS, widget=WidgetRule()))
    assert check(room, widget=True, survey="shown").survey == shown.id


def test_who_wants_to_say_something_is_not_asked(room: Workroom) -> None:
    assert check(room).allowed
    assert not check(room).allowed
    assert check(room, wanted=True).allowed
    assert len(room.rows(events)) == 1
    answer(room)
    assert "answered this survey" in check(room, wanted=True).reason


def test_what_they_were_asked_under_another_name_counts(room: Workroom) -> None:
    assert check(room, contact=VISITOR).allowed
    assert "asked 1 time" in check(room, also=(VISITOR,)).reason
    room.now += DAY
    submit = SubmitResponse(WIRE, Channel.IN_APP, contact=VISITOR, rating=9)
    room.run(submit_responses, (room.shop, submit))
    room.now += 31 * DAY
    assert "answered this survey" in check(room, also=(VISITOR,)).reason
    stranger = ContactKey(Identity.EMAIL, "nobody@example.com")
    assert check(room, also=(stranger,)).allowed
    assert len(room.rows(contacts)) == 2, "nobody is made of what somebody else may be"


def test_a_page_changes_nobody_who_is_known_already(room: Workroom) -> None:
    only_pro = replace(
        NPS, targeting=(Condition("plan", "==", "pro"),), widget=WidgetRule(), allow_anonymous=True
    )
    room.survey(room.shop, "pro", only_pro)
    room.run(identify_contacts, (room.shop, IdentifyContact(WIRE, ALICE, {"plan": "free"})))
    before = room.row(contacts)
    room.now += DAY
    page: dict[str, Any] = {"survey": "pro", "widget": True}
    assert not check(room, **page, traits={"plan": "none"}).allowed
    assert room.row(contacts) == before
    assert check(room, **page, traits={"plan": "pro", "name": "Eve"}).allowed
    assert room.row(contacts) == before


def test_a_page_tells_of_who_is_new_and_of_its_own_browsers(room: Workroom) -> None:
    room.survey(room.shop, "page", replace(NPS, widget=WidgetRule()))
    page: dict[str, Any] = {"survey": "page", "widget": True}
    check(room, **page, traits={"plan": "free"})
    assert room.row(contacts).properties == {"plan": "free"}
    for plan in ("free", "pro"):
        check(room, **page, contact=VISITOR, traits={"plan": plan})
    assert [row.properties["plan"] for row in room.rows(contacts)] == ["free", "pro"]
