"""Invitations as their owner looks at them."""

from typing import Any

from sqlalchemy import insert

from tellback.core.invitation import State
from tellback.store.feed import Feed
from tellback.store.invitation_feed import (
    list_newest_invitations,
    list_newest_mails,
    read_story,
    survey_names,
)
from tellback.store.tables import response_revisions, signals
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited, many_invited
from tests.store.plans import planning


def listed(
    room: Workroom, state: State | None = None, address: str | None = None, size: int = 50
) -> list[str]:
    with room.connection.begin():
        found: Feed = list_newest_invitations(
            room.connection, room.shop.id, state, address, None, size
        )
    return [row.id for row in found.rows]


def test_newest_first_and_ones_own_only(room: Workroom) -> None:
    invited(room, room.other)
    old, new = invited(room, created_at=NOW - 1), invited(room)
    assert listed(room) == [new, old]


def test_one_state(room: Workroom) -> None:
    sent = invited(room, state="sent")
    invited(room, state="opened")
    assert listed(room, State.SENT) == [sent]


def test_one_address_newest_first_up_to_a_number(room: Workroom) -> None:
    ids = [invited(room, address="bob@example.org", created_at=NOW + n) for n in range(3)]
    invited(room, room.other, address="bob@example.org")
    assert listed(room, address="bob@example.org") == ids[::-1]
    assert listed(room, address="bob@example.org", size=2) == ids[:0:-1]
    assert listed(room, address="nobody@example.org") == []


def test_one_address_is_found_by_its_index(room: Workroom) -> None:
    many_invited(room)
    with planning(room.connection) as plans:
        listed(room, address="bob@example.org")
    assert "ix_invitations_address" in plans[-1].indexes
    assert not plans[-1].reads_whole("invitations")


def test_mails_are_what_was_handed_over(room: Workroom) -> None:
    invited(room)
    mailed = invited(room, message_id="<1@example.org>")
    with room.connection.begin():
        feed = list_newest_mails(room.connection, room.shop.id, None, 5)
    assert [row.id for row in feed.rows] == [mailed]


def test_a_story_has_everything(room: Workroom) -> None:
    id_ = invited(room, state="responded", rating=1.0, comment="Fine")
    visit = {"project_id": room.shop.id, "invitation_id": id_, "kind": "open"}
    revision: dict[str, Any] = {
        "survey_version": 1,
        "project_id": room.shop.id,
        "response_id": id_,
        "answers": {},
        "recorded_at": NOW,
        "replaced_at": NOW + 1,
    }
    with room.connection.begin():
        for number, at in ((1, NOW + 9), (2, NOW + 3)):
            values = {**visit, "id": f"{number:032x}", "created_at": at}
            room.connection.execute(insert(signals).values(**values))
            room.connection.execute(
                insert(response_revisions).values(**revision, revision=3 - number)
            )
        story = read_story(room.connection, room.shop.id, id_)
    assert story is not None
    assert story.invitation.id == id_
    assert [row.created_at for row in story.signals] == [NOW + 3, NOW + 9]
    assert story.response is not None
    assert story.response.comment == "Fine"
    assert [row.revision for row in story.revisions] == [1, 2]


def test_a_story_of_anothers_is_none(room: Workroom) -> None:
    id_ = invited(room, room.other)
    with room.connection.begin():
        assert read_story(room.connection, room.shop.id, id_) is None
        assert read_story(room.connection, room.other.id, id_) is not None
        assert read_story(room.connection, room.shop.id, "f" * 32) is None


def test_names_of_surveys(room: Workroom) -> None:
    with room.connection.begin():
        assert survey_names(room.connection, room.shop.id) == {
            room.nps.id: "NPS",
            room.form.id: "Form",
        }
