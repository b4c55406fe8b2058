"""Addresses that are never mailed: who gets on the list, with which reason, and who comes off."""

import pytest

from tellback.actions.suppress import replace_suppressions, suppress
from tellback.core.commands import (
    BOUNCED,
    COMPLAINED,
    LISTED,
    UNSUBSCRIBED,
    ReplaceSuppressions,
    Suppress,
)
from tellback.core.errors import Fault, Invalid
from tellback.core.model import Project
from tellback.core.outcomes import Done, SuppressionsReplaced
from tellback.core.queries import ListSuppressions
from tellback.store.suppressions import list_suppressions
from tests.actions.workroom import Workroom
from tests.store.invited import invited

ALICE, BOB = "alice@example.org", "bob@example.org"


def listed(room: Workroom, *reasons: str, project: Project | None = None) -> dict[str, str]:
    query = ListSuppressions(reasons)
    with room.connection.begin():
        found = list_suppressions(room.connection, project or room.shop, query)
    return {each.address: each.reason for each in found}


def faults(outcome: object) -> list[Fault]:
    assert isinstance(outcome, Invalid)
    return [problem.fault for problem in outcome.problems]


def test_an_address_is_suppressed_once(room: Workroom) -> None:
    jobs = [(room.shop, Suppress(a, UNSUBSCRIBED)) for a in (ALICE, BOB, ALICE.upper())]
    first, second, again = room.run(suppress, *jobs)
    assert (first, second) == (Done(), Done())
    assert faults(again) == [Fault.ALREADY_DONE]
    assert faults(room.run(suppress, jobs[0])) == [Fault.ALREADY_DONE]
    assert listed(room) == {ALICE: UNSUBSCRIBED, BOB: UNSUBSCRIBED}


def test_lists_are_per_project(room: Workroom) -> None:
    outcomes = room.run(
        suppress,
        (room.shop, Suppress(ALICE, UNSUBSCRIBED)),
        (room.other, Suppress(ALICE, UNSUBSCRIBED)),
        (room.other, Suppress(BOB, BOUNCED)),
    )
    assert outcomes == [Done()] * 3
    assert listed(room) == {ALICE: UNSUBSCRIBED}
    assert listed(room, project=room.other) == {ALICE: UNSUBSCRIBED, BOB: BOUNCED}


def test_a_caller_may_only_unsubscribe_whom_a_mail_went_to(room: Workroom) -> None:
    invited(room, address=ALICE, sent_at=room.now)
    invited(room, address=BOB)
    invited(room, room.other, address="carol@example.org", sent_at=room.now)
    addresses = (ALICE, BOB, "carol@example.org")
    jobs = [(room.shop, Suppress(a, UNSUBSCRIBED, must_be_known=True)) for a in addresses]
    known, *unknown = room.run(suppress, *jobs)
    assert known == Done()
    assert [faults(outcome) for outcome in unknown] == [[Fault.NOT_FOUND]] * 2
    assert listed(room) == {ALICE: UNSUBSCRIBED}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (BOUNCED, UNSUBSCRIBED, UNSUBSCRIBED),
        (BOUNCED, COMPLAINED, COMPLAINED),
        (UNSUBSCRIBED, COMPLAINED, COMPLAINED),
        (UNSUBSCRIBED, BOUNCED, UNSUBSCRIBED),
        (COMPLAINED, UNSUBSCRIBED, COMPLAINED),
        (COMPLAINED, BOUNCED, COMPLAINED),
        (BOUNCED, LISTED, LISTED),
        (LISTED, BOUNCED, LISTED),
        (LISTED, UNSUBSCRIBED, UNSUBSCRIBED),
        (UNSUBSCRIBED, LISTED, UNSUBSCRIBED),
        ("blocked by hand", BOUNCED, "blocked by hand"),
        ("blocked by hand", UNSUBSCRIBED, UNSUBSCRIBED),
    ],
)
def test_the_strongest_reason_stays(room: Workroom, before: str, after: str, kept: str) -> None:
    room.run(suppress, (room.shop, Suppress(ALICE, before)))
    outcome = room.run(suppress, (room.shop, Suppress(ALICE, after)))
    assert isinstance(outcome, Done if kept == after else Invalid)
    assert listed(room) == {ALICE: kept}


def test_both_reasons_in_one_list(room: Workroom) -> None:
    outcomes = room.run(
        suppress,
        (room.shop, Suppress(ALICE, BOUNCED)),
        (room.shop, Suppress(ALICE, UNSUBSCRIBED)),
    )
    assert outcomes == [Done(), Done()]
    assert listed(room) == {ALICE: UNSUBSCRIBED}


def test_a_list_replaces_only_what_a_list_put_there(room: Workroom) -> None:
    reasons = {"a@x.org": LISTED, "b@x.org": LISTED, "c@x.org": BOUNCED}
    reasons |= {"d@x.org": COMPLAINED, "e@x.org": BOUNCED}
    room.run(suppress, *((room.shop, Suppress(a, r)) for a, r in reasons.items()))
    room.run(suppress, (room.other, Suppress("a@x.org", LISTED)))
    wanted = ["B@x.org", "c@x.org", "d@x.org", "new@x.org", "new@x.org"]
    replaced = room.run(replace_suppressions, (room.shop, ReplaceSuppressions(wanted)))
    assert replaced == SuppressionsReplaced(["b@x.org", "c@x.org", "new@x.org"])
    assert listed(room) == {
        "b@x.org": LISTED,
        "c@x.org": LISTED,
        "d@x.org": COMPLAINED,
        "e@x.org": BOUNCED,
        "new@x.org": LISTED,
    }
    assert listed(room, project=room.other) == {"a@x.org": LISTED}
    room.run(replace_suppressions, (room.shop, ReplaceSuppressions([])))
    assert listed(room) == {"d@x.org": COMPLAINED, "e@x.org": BOUNCED}


@pytest.mark.parametrize("wanted", [[], [ALICE], [BOB]])
def test_no_list_undoes_a_persons_own_word(room: Workroom, wanted: list[str]) -> None:
    room.run(replace_suppressions, (room.shop, ReplaceSuppressions([ALICE])))
    room.run(suppress, (room.shop, Suppress(ALICE, UNSUBSCRIBED)))
    replaced = room.run(replace_suppressions, (room.shop, ReplaceSuppressions(wanted)))
    assert sorted(replaced.addresses) == sorted({ALICE, *wanted})
    room.run(replace_suppressions, (room.shop, ReplaceSuppressions([])))
    assert listed(room) == {ALICE: UNSUBSCRIBED}


def test_a_long_list(room: Workroom) -> None:
    many = [f"person{n}@example.org" for n in range(1_200)]
    room.run(replace_suppressions, (room.shop, ReplaceSuppressions(many)))
    room.run(replace_suppressions, (room.shop, ReplaceSuppressions(many[600:])))
    assert listed(room).keys() == set(many[600:])
