"""What is done about responses."""

import pytest
from sqlalchemy import insert

from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.follow_up import follow_up
from tellback.core.commands import EraseContact
from tellback.core.errors import Invalid, NotFound
from tellback.core.follow_ups import FollowUp, Progress
from tellback.core.model import Project
from tellback.core.response_search import ResponseSearch
from tellback.store import follow_ups as stored
from tellback.store.follow_ups import (
    UNTOUCHED,
    Care,
    list_members,
    list_notes,
    list_tags,
    read_care,
)
from tellback.store.response_feed import search_responses
from tellback.store.tables import contacts, memberships, response_notes, responses, users
from tellback.store.verify import verify
from tests.actions.workroom import Workroom
from tests.store.invited import invited

ALICE, BOB, CHARLIE = (letter * 32 for letter in "abc")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    with room.connection.begin():
        for id_, project in ((ALICE, room.shop), (BOB, room.shop), (CHARLIE, room.other)):
            user = {"id": id_, "email": f"{id_[0]}@example.com", "password_hash": "x"}
            room.connection.execute(insert(users).values(**user, created_at=1))
            part = {"user_id": id_, "project_id": project.id, "role": "owner"}
            room.connection.execute(insert(memberships).values(**part))
    return room


def answered(room: Workroom, project: Project | None = None) -> str:
    """A response; its id."""
    return invited(room, project, rating=1.0)


def done(room: Workroom, response_id: str, **what: object) -> object:
    command = FollowUp(response_id, ALICE, **what)  # type: ignore[arg-type]
    return room.run(follow_up, (room.shop, command))


def care(room: Workroom, response_id: str) -> Care:
    with room.connection.begin():
        found = read_care(room.connection, room.shop.id, [response_id])
    return found.get(response_id, UNTOUCHED)


def found(room: Workroom, **wanted: object) -> list[str]:
    search = ResponseSearch(**wanted)  # type: ignore[arg-type]
    with room.connection.begin():
        page = search_responses(room.connection, room.shop, search, None, 50)
    assert {row.id: page.care.get(row.id) for row in page.rows}.keys() >= page.care.keys()
    return sorted(row.id for row in page.rows)


def test_one_thing_after_the_other(room: Workroom) -> None:
    id_ = answered(room)
    assert care(room, id_) == UNTOUCHED
    done(room, id_, owner_id=BOB)
    assert care(room, id_) == Care(Progress.OPEN, BOB)
    done(room, id_, tags=("refund", "angry"))
    assert care(room, id_) == Care(Progress.OPEN, BOB, ("angry", "refund"))
    done(room, id_, progress=Progress.DONE, owner_id="")
    assert care(room, id_) == Care(Progress.DONE, None, ("angry", "refund"))
    done(room, id_, tags=("refund",), note="Called.")
    assert care(room, id_) == Care(Progress.DONE, None, ("refund",))
    done(room, id_, progress=Progress.NEW)
    assert care(room, id_).progress is Progress.NEW


def test_notes_stay_in_their_order_with_their_author(room: Workroom) -> None:
    id_ = answered(room)
    for text in ("one", "two"):
        room.now += 1
        done(room, id_, note=text)
    assert care(room, id_).progress is Progress.OPEN
    with room.connection.begin():
        notes = list_notes(room.connection, room.shop.id, id_)
    assert [(note.text, note.email) for note in notes] == [
        ("one", "a@example.com"),
        ("two", "a@example.com"),
    ]


def test_saying_what_is_so_already_changes_nothing(room: Workroom) -> None:
    id_ = answered(room)
    done(room, id_, progress=Progress.NEW, owner_id="", tags=())
    assert care(room, id_) == UNTOUCHED
    assert room.rows(stored.follow_ups) == []


def test_only_what_and_who_there_is(room: Workroom) -> None:
    mine, theirs = answered(room), answered(room, room.other)
    assert isinstance(done(room, theirs, progress=Progress.DONE), NotFound)
    assert isinstance(done(room, "f" * 32, note="x"), NotFound)
    assert isinstance(done(room, mine, owner_id=CHARLIE, note="x"), Invalid)
    assert isinstance(done(room, mine, owner_id="x"), Invalid)
    assert room.rows(response_notes) == []


def test_responses_are_found_by_what_is_done_about_them(room: Workroom) -> None:
    new, opened, closed = (answered(room) for _ in range(3))
    done(room, opened, owner_id=BOB, tags=("refund",))
    done(room, closed, progress=Progress.DONE, tags=("refund", "bug"))
    assert found(room, progress=Progress.NEW) == [new]
    assert found(room, progress=Progress.OPEN) == [opened]
    assert found(room, progress=Progress.DONE) == [closed]
    assert found(room, owner_id=BOB) == [opened]
    assert found(room, owner_id=ALICE) == []
    assert found(room, tag="refund") == [opened, closed]
    assert found(room, tag="refund", progress=Progress.DONE) == [closed]


def test_what_leads_to_many_is_looked_for_in_their_order(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MOST", 0)
    answered(room)
    id_ = answered(room)
    done(room, id_, owner_id=BOB, tags=("refund",))
    assert found(room, owner_id=BOB, tag="refund", progress=Progress.OPEN) == [id_]


def test_tags_and_members_are_the_projects_own(room: Workroom) -> None:
    with room.connection.begin():
        assert list_tags(room.connection, room.shop.id) == []
    for tags in (("b", "a"), ("c", "a")):
        done(room, answered(room), tags=tags)
    theirs = answered(room, room.other)
    room.run(follow_up, (room.other, FollowUp(theirs, CHARLIE, tags=("z",))))
    with room.connection.begin():
        assert list_tags(room.connection, room.shop.id) == ["a", "b", "c"]
        members = list_members(room.connection, room.shop.id)
    assert [member.id for member in members] == [ALICE, BOB]


def test_who_is_forgotten_is_in_no_note(room: Workroom) -> None:
    person = "1" * 32
    times = dict.fromkeys(("created_at", "updated_at", "last_seen_at"), room.now)
    with room.connection.begin():
        row = {"project_id": room.shop.id, "id": person, "properties": {}, **times}
        room.connection.execute(insert(contacts).values(**row))
    theirs, other = answered(room), answered(room)
    with room.connection.begin():
        mine = responses.update().where(responses.c.id == theirs)
        room.connection.execute(mine.values(contact_id=person))
    for id_ in (theirs, other):
        done(room, id_, note="She called.", tags=("refund",))
    room.run(erase_contacts, (room.shop, EraseContact(contact_id=person)))
    (left,) = room.rows(response_notes)
    assert left.response_id == other
    assert care(room, theirs).tags == ("refund",)


def test_what_is_done_about_nothing_is_found(room: Workroom) -> None:
    id_ = answered(room)
    done(room, id_, note="x", tags=("y",))
    with room.connection.begin():
        room.connection.execute(responses.delete().where(responses.c.id == id_))
        told = [finding.message for finding in verify(room.connection).findings]
    for table in ("follow_ups", "response_tags", "response_notes"):
        assert any(f"of {table} name" in message for message in told)
