"""Pages of invitations: what is on them, in which order, and whose they are."""

from datetime import date, datetime
from random import Random
from typing import Any

import pytest

from tellback.core.calendar import local_ms
from tellback.core.errors import NotFound
from tellback.core.instants import DAY, HOUR
from tellback.core.model import Project
from tellback.core.queries import GetInvitation, ListInvitations
from tellback.core.reports import InvitationPage, InvitationRecord
from tellback.store.listing import get_invitation, list_invitations
from tests.actions.workroom import NOW, WIRE, Workroom
from tests.store.invited import invited, many_invited
from tests.store.plans import Plan, planning


def page(room: Workroom, project: Project | None = None, **query: Any) -> InvitationPage:
    with room.connection.begin():
        return list_invitations(room.connection, project or room.shop, ListInvitations(**query))


def ids(room: Workroom, project: Project | None = None, **query: Any) -> list[str]:
    return [record.id for record in page(room, project, **query).items]


def test_the_newest_come_first_and_equals_by_id(room: Workroom) -> None:
    first = invited(room, created_at=NOW)
    second, third = invited(room, created_at=NOW + 5), invited(room, created_at=NOW + 5)
    assert ids(room) == [third, second, first]
    assert ids(room, ascending=True) == [first, second, third]


@pytest.mark.parametrize(
    ("sort", "column"), [("opened_at", "opened_at"), ("responded_at", "responded_at")]
)
def test_what_has_no_date_comes_last_in_both_directions(
    room: Workroom, sort: str, column: str
) -> None:
    early = invited(room, **{column: NOW + 1})
    never = invited(room, created_at=NOW + 9)
    late = invited(room, **{column: NOW + 2})
    assert ids(room, sort=sort) == [late, early, never]
    assert ids(room, sort=sort, ascending=True) == [early, late, never]
    assert ids(room, sort=sort, by=column, start=date(2023, 1, 1)) == [late, early]


def test_pages_cover_everything_once(room: Workroom) -> None:
    dice = Random(1)
    made = {invited(room, opened_at=dice.choice([None, NOW, NOW + 1])) for _ in range(57)}
    pages = [page(room, sort="opened_at", size=10, page=n) for n in range(1, 8)]
    seen = [record.id for each in pages for record in each.items]
    assert len(seen) == 57
    assert set(seen) == made
    assert {each.total for each in pages} == {57}
    assert [len(each.items) for each in pages] == [10, 10, 10, 10, 10, 7, 0]


def test_a_record_shows_what_is_stored(room: Workroom) -> None:
    columns: dict[str, Any] = {
        "request_id": "a" * 32,
        "reference": "4125",
        "transactional": True,
        "transaction_at": NOW - DAY,
        "transaction_amount": 999.5,
        "transaction_currency": "USD",
        "properties": {"city": "Köln", "prices": [500, 499.5]},
        "state": "responded",
        "message_id": "<x@example.org>",
        "claimed_at": NOW + 1,
        "sent_at": NOW + 2,
        "opened_at": NOW + 3,
        "responded_at": NOW + 4,
        "rating": -1.0,
        "comment": "Too late",
    }
    id_ = invited(room, **columns)
    with room.connection.begin():
        record = get_invitation(room.connection, room.shop, GetInvitation(id_))
    expected = InvitationRecord(
        id=id_,
        project_id=room.shop.id,
        address="alice@example.org",
        channel="email",
        created_at=NOW,
        **columns,
    )
    assert record == expected
    assert page(room).items == [expected]


def test_nothing_of_others_is_seen(room: Workroom) -> None:
    mine = invited(room)
    foreign = invited(room, room.other)
    elsewhere = invited(room, dialect="another")
    assert ids(room, dialect=WIRE) == [mine]
    assert ids(room) == [elsewhere, mine]
    assert ids(room, room.other) == [foreign]
    hidden = [
        GetInvitation(foreign, WIRE),
        GetInvitation(elsewhere, WIRE),
        GetInvitation("f" * 32, WIRE),
        GetInvitation("", WIRE),
        GetInvitation("not an id", WIRE),
        GetInvitation(mine.upper() + "\n", WIRE),
    ]
    refusals = set()
    for query in hidden:
        with room.connection.begin(), pytest.raises(NotFound) as caught:
            get_invitation(room.connection, room.shop, query)
        refusals.add(caught.value.message)
    assert len(refusals) == 1


def test_feedback_and_comments(room: Workroom) -> None:
    silent = invited(room)
    happy = invited(room, rating=1.0, comment="50% off, GROSS_ARTIG: Ärger")
    sad = invited(room, rating=-1.0)
    empty = invited(room, rating=1.0, comment="")
    unrated = invited(room, rating=None, comment="500 off")
    assert ids(room, feedback=1) == [empty, happy]
    assert ids(room, feedback=-1) == [sad]
    assert ids(room, feedback=0) == [unrated, silent]
    assert ids(room, with_comment=True) == [unrated, happy]
    assert ids(room, comment_contains="ärger") == [happy]
    assert ids(room, comment_contains="50%") == [happy]
    assert ids(room, comment_contains="s_a") == [happy]
    assert ids(room, comment_contains="g_ss") == []
    assert ids(room, comment_contains="OFF", feedback=1) == [happy]


def test_an_address_is_found(room: Workroom) -> None:
    invited(room)
    bob = invited(room, address="bob@example.org")
    assert ids(room, address="bob@example.org") == [bob]
    assert ids(room, address="b_b@example.org") == []


def test_days_are_those_of_the_projects_zone(room: Workroom) -> None:
    project = room.project("Berlin", time_zone="Europe/Berlin")
    zone = project.settings.zone()
    # The clock went forward on this day, which had 23 hours.
    start = local_ms(date(2023, 3, 26), zone)
    before, first = (invited(room, project, created_at=start + ms) for ms in (-1, 0))
    last, after = (invited(room, project, created_at=start + 23 * HOUR + ms) for ms in (-1, 0))
    day = date(2023, 3, 26)
    assert ids(room, project, start=day, end=day) == [last, first]
    assert ids(room, project, start=day) == [after, last, first]
    assert ids(room, project, end=day) == [last, first, before]
    noon = datetime(2023, 3, 26, 12)
    assert ids(room, project, start=day, end=noon) == [first]
    assert ids(room, project, start=noon, end=datetime(2023, 3, 27)) == [last]
    assert ids(room, project, start=noon, end=day, by="opened_at") == []


def test_any_mixture_of_filters_agrees_with_a_plain_search(room: Workroom) -> None:
    dice = Random(7)
    rows = []
    for number in range(60):
        row = {
            "created_at": NOW + dice.randrange(5) * HOUR,
            "opened_at": dice.choice([None, NOW + dice.randrange(5) * HOUR]),
            "address": dice.choice(["alice@example.org", "bob@example.org"]),
        }
        answer = dice.choice([{}, {"rating": 1.0}, {"rating": -1.0, "comment": f"No {number}"}])
        if answer:
            row["responded_at"] = NOW + dice.randrange(5) * HOUR
        rows.append({"id": invited(room, **row, **answer), **row, **answer})
    for _ in range(200):
        query = {
            "address": dice.choice([None, "bob@example.org"]),
            "feedback": dice.choice([None, None, 1, 0, -1]),
            "with_comment": dice.random() < 0.2,
            "comment_contains": dice.choice([None, None, "nO 1"]),
            "sort": dice.choice(["created_at", "opened_at", "responded_at"]),
            "ascending": dice.random() < 0.5,
        }
        assert ids(room, **query, size=100) == _plain_search(rows, query)


def _plain_search(rows: list[dict[str, Any]], query: dict[str, Any]) -> list[str]:
    kept = [
        row
        for row in rows
        if query["address"] in (None, row["address"])
        and query["feedback"] in (None, row.get("rating", 0))
        and (not query["with_comment"] or "comment" in row)
        and (not query["comment_contains"] or "no 1" in row.get("comment", "").lower())
    ]
    dated = [row for row in kept if row.get(query["sort"]) is not None]
    undated = [row for row in kept if row.get(query["sort"]) is None]
    back = not query["ascending"]
    dated.sort(key=lambda row: (row[query["sort"]], row["id"]), reverse=back)
    undated.sort(key=lambda row: row["id"], reverse=back)
    return [row["id"] for row in dated + undated]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"ascending": True},
        {"start": date(2023, 11, 1), "end": date(2023, 11, 30)},
        {"by": "opened_at", "sort": "opened_at", "start": date(2023, 11, 1)},
        {"by": "responded_at", "sort": "responded_at", "end": date(2023, 11, 30)},
    ],
)
def test_an_index_gives_the_order(room: Workroom, query: dict[str, Any]) -> None:
    many_invited(room)
    *_, listing, showing = plans(room, query)
    assert any(index.startswith("ix_invitations_") for index in listing.indexes)
    # Sorting equals by id does not stop the index from giving pages; sorting everything would.
    assert not listing.sorts
    assert not showing.reads_whole("invitations")
    assert not showing.reads_whole("responses")


@pytest.mark.parametrize("sort", ["created_at", "opened_at"])
def test_an_address_is_found_by_its_own_index(room: Workroom, sort: str) -> None:
    many_invited(room)
    listing, *_, showing = plans(room, {"address": "alice@example.org", "sort": sort})
    assert listing.indexes[0] == "ix_invitations_address"
    assert not showing.reads_whole("invitations")


def plans(room: Workroom, query: dict[str, Any]) -> list[Plan]:
    """How the engine goes about counting and listing."""
    with planning(room.connection) as found:
        page(room, dialect=WIRE, size=10, pages=1, **query)
    return found
