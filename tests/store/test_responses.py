"""Responses in their table, and finding them again."""

from collections.abc import Iterator
from dataclasses import asdict

import pytest
from sqlalchemy.exc import DatabaseError

from tellback.store.database import Transaction
from tellback.store.responses import (
    ResponseRow,
    Revision,
    find_responses,
    insert_responses,
    insert_revisions,
    last_answers,
    update_responses,
)
from tellback.store.tables import response_revisions
from tests.actions.workroom import Workroom

PERSON, SURVEY = "a" * 32, "b" * 32


@pytest.fixture
def tx(room: Workroom) -> Iterator[Transaction]:
    with room.connection.begin():
        yield Transaction(room.connection, room.now)


def row(number: int, **more: object) -> ResponseRow:
    known = {"dialect": "wire", "channel": "in_app", "survey_id": SURVEY, "survey_version": 1}
    times = {"created_at": number, "updated_at": number}
    return ResponseRow(id=f"{number:032x}", **{**known, "contact_id": PERSON, **times, **more})


def full(number: int) -> ResponseRow:
    return row(
        number,
        invitation_id="c" * 32,
        conversation_id="d" * 32,
        answers={"q": [1], "t": "x"},
        metric="nps",
        rating=9.0,
        comment="x",
        completed=True,
        dismissed=True,
        traits={"a": {"b": None}},
        language="de",
        referrer="r",
        user_agent="u",
        ip="i",
        token_hash=b"\0\xff",
        revision=3,
    )


def test_every_value_comes_back_as_it_was(room: Workroom, tx: Transaction) -> None:
    insert_responses(tx.connection, room.shop.id, [row(1), full(2)])
    found = find_responses(tx.connection, room.shop.id, "id", [f"{2:032x}", f"{1:032x}"])
    assert [asdict(one) for one in found] == [asdict(row(1)), asdict(full(2))]


def test_what_may_change_is_changed_and_nothing_else(room: Workroom, tx: Transaction) -> None:
    insert_responses(tx.connection, room.shop.id, [row(1), row(2)])
    insert_responses(tx.connection, room.other.id, [row(1)])
    changed = full(1)
    changed.id, changed.updated_at = row(1).id, 99
    update_responses(tx.connection, room.shop.id, [changed])
    first, second = find_responses(tx.connection, room.shop.id, "contact_id", [PERSON])
    fixed = {"invitation_id": None, "conversation_id": None, "token_hash": None}
    assert asdict(first) == {**asdict(changed), **fixed}
    assert asdict(second) == asdict(row(2))
    (foreign,) = find_responses(tx.connection, room.other.id, "id", [row(1).id])
    assert asdict(foreign) == asdict(row(1))


def test_one_answer_per_invitation(room: Workroom, tx: Transaction) -> None:
    insert_responses(tx.connection, room.shop.id, [row(1, invitation_id="c" * 32), row(2), row(3)])
    with pytest.raises(DatabaseError):
        insert_responses(tx.connection, room.shop.id, [row(4, invitation_id="c" * 32)])


def test_only_what_came_since(room: Workroom, tx: Transaction) -> None:
    insert_responses(tx.connection, room.shop.id, [row(n) for n in (1, 2, 3)])
    found = find_responses(tx.connection, room.shop.id, "contact_id", [PERSON], since=2)
    assert [one.created_at for one in found] == [3]


def test_when_people_last_had_a_say(room: Workroom, tx: Transaction) -> None:
    other = "e" * 32
    rows = [
        row(1, rating=0.0),
        row(2, completed=True),
        row(3),
        row(4, dismissed=True),
        row(5, survey_id=other, rating=5.0),
        row(6, contact_id=None, rating=5.0),
        row(7, contact_id="f" * 32, rating=5.0),
    ]
    insert_responses(tx.connection, room.shop.id, rows)
    insert_responses(tx.connection, room.other.id, [row(9, rating=1.0)])
    found = last_answers(tx.connection, room.shop.id, [PERSON, "9" * 32])
    assert found == {(PERSON, SURVEY): 2, (PERSON, other): 5}
    assert [r.counts_as_answer for r in rows[:4]] == [True, True, False, False]


def test_history(room: Workroom, tx: Transaction) -> None:
    kept = Revision(row(1).id, 1, 1, {"q": 1}, 1.0, "x", 5, 9)
    insert_revisions(tx.connection, room.shop.id, [kept])
    stored = tx.connection.execute(response_revisions.select()).one()
    assert stored == (room.shop.id, row(1).id, 1, 1, {"q": 1}, 1.0, "x", 5, 9)
