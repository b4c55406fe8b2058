"""How many a list has: as many as there are, from cells or from rows, or as many as can be seen."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tellback.core.queries import ListInvitations
from tellback.core.reports import InvitationPage
from tellback.store import invitation_totals
from tellback.store.listing import list_invitations
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited
from tests.store.plans import planning
from tests.store.rolled import finish_all, roll_up, take
from tests.store.test_rollups import asked, changed

TODAY = date(2023, 11, 14)


def page(room: Workroom, **query: Any) -> InvitationPage:
    with room.connection.begin():
        return list_invitations(room.connection, room.shop, ListInvitations(**query))


def counted(room: Workroom, **query: Any) -> int:
    """How many there are, one by one."""
    pages = [page(room, **query, size=100, page=number) for number in (1, 2)]
    return sum(len(each.items) for each in pages)


def some_query(dice: Random) -> dict[str, Any]:
    start = TODAY - timedelta(days=dice.randrange(12))
    return {
        "dialect": dice.choice((None, "wire")),
        "by": dice.choice(("created_at", "opened_at", "responded_at")),
        "start": dice.choice((None, start)),
        "end": dice.choice((None, start + timedelta(days=dice.randrange(4)))),
        "feedback": dice.choice((None, 1, -1, 0)),
        "with_comment": dice.random() < 0.2,
        "comment_contains": dice.choice((None, None, "in")),
    }


def test_totals_are_what_there_is_while_rows_change(room: Workroom) -> None:
    dice = Random(5)
    ids = [asked(room, dice) for _ in range(60)]
    for _ in range(8):
        for _ in range(12):
            query = some_query(dice)
            found = page(room, **query)
            assert (found.total, found.capped) == (counted(room, **query), False), query
        ids.append(asked(room, dice))
        changed(room, dice.choice(ids), dice)
        assert finish_all(room, take(room, room.shop, dice.randint(1, 9)))


def test_what_is_not_counted_ahead_is_counted_as_far_as_there_are_pages(room: Workroom) -> None:
    for n in range(25):
        invited(room, rating=1.0, comment="fine", created_at=NOW + n)
    seen = page(room, with_comment=True, size=10, pages=2, page=2)
    assert (seen.total, seen.capped, len(seen.items)) == (20, True, 10)
    seen = page(room, with_comment=True, size=10, pages=3, page=3)
    assert (seen.total, seen.capped, len(seen.items)) == (25, False, 5)


def test_more_than_can_be_counted_quickly_is_counted_ahead(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitation_totals, "COUNTED", 5)
    for n in range(25):
        invited(room, rating=1.0, created_at=NOW + n)
    assert page(room, size=10, pages=1).capped
    roll_up(room)
    for query in ({}, {"feedback": 1}, {"by": "responded_at", "start": TODAY, "feedback": 1}):
        seen = page(room, size=10, pages=1, **query)
        assert (seen.total, seen.capped) == (25, False), query


def test_what_is_counted_ahead_is_not_counted_in_the_rows(room: Workroom) -> None:
    for n in range(5):
        invited(room, rating=1.0, created_at=NOW + n)
    roll_up(room)
    with planning(room.connection) as plans:
        assert page(room, start=TODAY, end=TODAY, by="opened_at").total == 0
    reading = [plan for plan in plans if any(step.table == "invitations" for step in plan.steps)]
    assert len(reading) == 2, "the keys of the list, and its rows"
