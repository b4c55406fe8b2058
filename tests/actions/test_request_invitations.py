"""Bulk requests: each is judged alone, and what is refused leaves nothing behind."""

from typing import Any

from tellback.actions.request_invitations import request_invitations
from tellback.core.commands import RequestInvitation
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.model import Project, Transaction
from tellback.core.outcomes import InvitationRequested
from tellback.core.properties import PropertyType
from tellback.store.properties import property_types
from tellback.store.tables import invitation_requests, invitations
from tests.actions.workroom import FORM, NOW, WIRE, Workroom

STRING, NUMBER = PropertyType.STRING, PropertyType.NUMBER
WRONG = Problem(Fault.FORMAT, "must be an address", "address")


def ask(reference: str = "1", **what: Any) -> RequestInvitation:
    what.setdefault("address", "alice@example.org")
    what.setdefault("request_id", "a" * 32)
    what.setdefault("dialect", WIRE)
    typed = what.pop("properties", None)
    if typed:
        what["properties"] = {name: value for name, (_, value) in typed.items()}
        what["types"] = {name: kind for name, (kind, _) in typed.items()}
    return RequestInvitation(reference=reference, **what)


def request(room: Workroom, *asks: RequestInvitation, project: Project | None = None) -> list[Any]:
    jobs = [(project or room.shop, each) for each in asks]
    outcome = room.run(request_invitations, *jobs)
    return outcome if len(jobs) > 1 else [outcome]


def faults(outcome: object) -> list[tuple[Fault, str | None]]:
    assert isinstance(outcome, Invalid)
    return [(problem.fault, problem.field) for problem in outcome.problems]


def types(room: Workroom, project: Project) -> dict[str, PropertyType]:
    with room.connection.begin():
        return property_types(room.connection, project.id)


def test_an_accepted_ask_is_stored_whole(room: Workroom) -> None:
    (outcome,) = request(
        room,
        ask(
            "4125",
            transaction=Transaction("4125", NOW - 5, 999.5, "USD"),
            send_at=NOW + 60_000,
            properties={"city": (STRING, "Köln"), "price": (NUMBER, 5)},
            language="de",
        ),
    )
    assert isinstance(outcome, InvitationRequested)
    row = room.row(invitations)
    assert row.id == outcome.id
    assert (row.project_id, row.survey_id) == (room.shop.id, room.nps.id)
    assert (row.dialect, row.request_id, row.reference) == (WIRE, "a" * 32, "4125")
    assert (row.address, row.language, row.channel) == ("alice@example.org", "de", "email")
    assert (row.transactional, row.transaction_at) == (True, NOW - 5)
    assert (row.transaction_amount, row.transaction_currency) == (999.5, "USD")
    assert row.properties == {"city": "Köln", "price": 5}
    assert (row.state, row.created_at, row.due_at) == ("queued", NOW, NOW + 60_000)
    assert types(room, room.shop) == {"city": STRING, "price": NUMBER}
    assert types(room, room.other) == {}


def test_a_moment_in_the_past_is_now(room: Workroom) -> None:
    request(room, ask(send_at=NOW - 1))
    assert room.row(invitations).due_at == NOW


def test_a_reference_is_used_once(room: Workroom) -> None:
    first, second, other_wire = request(room, ask("1"), ask("1"), ask("1", dialect="another"))
    assert isinstance(first, InvitationRequested)
    assert faults(second) == [(Fault.DUPLICATE, None)]
    assert isinstance(other_wire, NotFound)
    assert faults(*request(room, ask("1"))) == [(Fault.DUPLICATE, None)]
    assert isinstance(request(room, ask("1"), project=room.other)[0], InvitationRequested)
    assert len(room.rows(invitations)) == 2


def test_a_wrong_ask_hears_of_everything_at_once(room: Workroom) -> None:
    request(room, ask("1", properties={"city": (STRING, "A")}))
    with room.nothing_written():
        (outcome,) = request(
            room, ask("1", problems=(WRONG,), properties={"city": (NUMBER, 1), "x": (NUMBER, 1)})
        )
    assert faults(outcome) == [
        (Fault.FORMAT, "address"),
        (Fault.TYPE_CONFLICT, "city"),
        (Fault.DUPLICATE, None),
    ]


def test_a_bad_ask_never_blocks_its_neighbours(room: Workroom) -> None:
    asks = [ask("1"), ask("2", problems=(WRONG,)), ask("3"), ask("1"), ask("4")]
    outcomes = request(room, *asks)
    accepted = [isinstance(each, InvitationRequested) for each in outcomes]
    assert accepted == [True, False, True, False, True]
    assert {row.reference for row in room.rows(invitations)} == {"1", "3", "4"}
    assert room.row(invitation_requests).accepted == 3


def test_the_first_type_of_a_name_is_its_type_also_within_a_call(room: Workroom) -> None:
    outcomes = request(
        room,
        ask("1", properties={"city": (STRING, "A")}),
        ask("2", properties={"city": (NUMBER, 1)}),
        ask("3", properties={"city": (STRING, "B")}),
    )
    assert faults(outcomes[1]) == [(Fault.TYPE_CONFLICT, "city")]
    assert [isinstance(each, InvitationRequested) for each in outcomes] == [True, False, True]


def test_what_is_refused_declares_no_property(room: Workroom) -> None:
    request(room, ask("1"))
    request(room, ask("1", properties={"a1": (STRING, "")}))
    request(room, ask("2", problems=(WRONG,), properties={"a2": (STRING, "")}))
    assert types(room, room.shop) == {}


def test_a_project_has_fifty_properties_at_most(room: Workroom) -> None:
    names = [f"name{n}" for n in range(50)]
    request(room, ask("1", properties=dict.fromkeys(names[:49], (STRING, ""))))
    first, second, third = request(
        room,
        ask("2", properties={"a": (STRING, ""), "b": (STRING, "")}),
        ask("3", properties={"name0": (STRING, ""), "c": (STRING, "")}),
        ask("4", properties={"d": (STRING, ""), "e": (STRING, "")}),
    )
    assert faults(first) == [(Fault.QUOTA, "b")]
    assert isinstance(second, InvitationRequested)
    assert faults(third) == [(Fault.QUOTA, "d"), (Fault.QUOTA, "e")]
    assert len(types(room, room.shop)) == 50


def test_two_calls_in_one_transaction_stay_two_calls(room: Workroom) -> None:
    jobs = [
        (room.shop, ask("1", request_id="a" * 32)),
        (room.other, ask("1", request_id="b" * 32)),
        (room.shop, ask("2", request_id="c" * 32)),
        (room.shop, ask("3", request_id="a" * 32)),
    ]
    room.run(request_invitations, *jobs)
    requests = {(r.project_id, r.id, r.accepted) for r in room.rows(invitation_requests)}
    assert requests == {
        (room.shop.id, "a" * 32, 2),
        (room.other.id, "b" * 32, 1),
        (room.shop.id, "c" * 32, 1),
    }


def test_a_call_that_was_halved_is_still_one_call(room: Workroom) -> None:
    request(room, ask("1"), ask("2"))
    request(room, ask("3"), ask("2"))
    assert room.row(invitation_requests).accepted == 3


def test_a_survey_may_be_named_and_must_be_live(room: Workroom) -> None:
    asleep = room.survey(room.shop, "asleep", FORM, live=False)
    named, sleeping, unknown, foreign = request(
        room,
        ask("1", survey="form"),
        ask("2", survey=asleep.id),
        ask("3", survey="nothing"),
        ask("4", survey=room.foreign.id),
    )
    assert isinstance(named, InvitationRequested)
    assert room.row(invitations).survey_id == room.form.id
    assert [type(each) for each in (sleeping, unknown, foreign)] == [NotFound] * 3


def test_ten_thousand_at_once(room: Workroom) -> None:
    asks = [ask(str(n % 9_500), properties={"n1": (NUMBER, n)}) for n in range(10_000)]
    outcomes = request(room, *asks)
    assert sum(isinstance(each, InvitationRequested) for each in outcomes) == 9_500
    assert all(faults(each) == [(Fault.DUPLICATE, None)] for each in outcomes[9_500:])
    assert room.row(invitation_requests).accepted == 9_500
