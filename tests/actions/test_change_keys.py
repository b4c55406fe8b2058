"""Keys come and go without a gap, and no project takes another's."""

from tellback.actions.change_keys import (
    AddKey,
    RevokeKey,
    RotateKey,
    add_keys,
    revoke_keys,
    rotate_keys,
)
from tellback.actions.note_key_uses import note_key_uses
from tellback.core.errors import Duplicate, NotFound
from tellback.core.instants import HOUR
from tellback.core.model import Project
from tellback.store.credentials import Key, NewKey, find_credential, list_keys
from tellback.store.tables import credentials
from tests.actions.workroom import WIRE, Workroom

FIRST, SECOND = "a" * 32, "b" * 32


def key(secret: str, kind: str = "key", *, public: bool = False) -> NewKey:
    return NewKey(WIRE, kind, "owner", secret, public)


def add(room: Workroom, project: Project, secret: str = FIRST) -> Key:
    added = room.run(add_keys, AddKey(project.id, key(secret)))
    assert isinstance(added, Key)
    return added


def owner(room: Workroom, secret: str, kind: str = "key") -> str | None:
    """Whose calls those with a key are."""
    with room.connection.begin():
        found = find_credential(room.connection, WIRE, kind, secret, room.now)
    return found[0].id if found else None


def hints(room: Workroom, project: Project) -> list[str]:
    with room.connection.begin():
        return [key.hint for key in list_keys(room.connection, project.id, room.now)]


def test_an_added_key_leads_to_its_project_and_is_kept_hashed(room: Workroom) -> None:
    added = add(room, room.shop, "secret-0123456789")
    assert (added.hint, added.created_at, added.last_used_at) == ("6789", room.now, None)
    assert owner(room, "secret-0123456789") == room.shop.id
    row = room.row(credentials)
    assert b"secret" not in repr(tuple(row)).encode()
    assert (added.id, row.hint) == (row.id, "6789")


def test_what_is_public_is_kept_in_full(room: Workroom) -> None:
    added = room.run(add_keys, AddKey(room.shop.id, key("12345678", public=True)))
    assert added.hint == "12345678"


def test_a_key_has_one_project(room: Workroom) -> None:
    add(room, room.shop)
    with room.nothing_written():
        for project, whose in ((room.other, "Another project"), (room.shop, "This project")):
            refused = room.run(add_keys, AddKey(project.id, key(FIRST)))
            assert isinstance(refused, Duplicate)
            assert whose in refused.message
    # Another kind is another key, even if it reads the same.
    assert isinstance(room.run(add_keys, AddKey(room.other.id, key(FIRST, "other"))), Key)
    assert (owner(room, FIRST), owner(room, FIRST, "other")) == (room.shop.id, room.other.id)


def test_two_at_once_cannot_both_have_it(room: Workroom) -> None:
    first, second = room.run(
        add_keys, AddKey(room.shop.id, key(FIRST)), AddKey(room.other.id, key(FIRST))
    )
    assert isinstance(first, Key)
    assert isinstance(second, Duplicate)


def test_a_replaced_key_ends_at_once(room: Workroom) -> None:
    old = add(room, room.shop)
    new = room.run(rotate_keys, RotateKey(room.shop.id, old.id, key(SECOND)))
    assert isinstance(new, Key)
    assert (owner(room, FIRST), owner(room, SECOND)) == (None, room.shop.id)
    assert hints(room, room.shop) == ["bbbb"]


def test_or_goes_on_for_a_while(room: Workroom) -> None:
    old = add(room, room.shop)
    room.run(rotate_keys, RotateKey(room.shop.id, old.id, key(SECOND), grace=HOUR))
    assert sorted(hints(room, room.shop)) == ["aaaa", "bbbb"]
    room.now += HOUR - 1
    assert owner(room, FIRST) == room.shop.id
    room.now += 1
    assert owner(room, FIRST) is None
    assert hints(room, room.shop) == ["bbbb"]
    # It is forgotten with the next change, and free for whoever brings it.
    assert isinstance(room.run(add_keys, AddKey(room.other.id, key(FIRST))), Key)
    assert owner(room, FIRST) == room.other.id


def test_replacing_again_never_prolongs(room: Workroom) -> None:
    old = add(room, room.shop)
    room.run(rotate_keys, RotateKey(room.shop.id, old.id, key(SECOND), grace=HOUR))
    room.run(rotate_keys, RotateKey(room.shop.id, old.id, key("c" * 32), grace=2 * HOUR))
    room.now += HOUR
    assert owner(room, FIRST) is None


def test_a_revoked_key_leads_nowhere(room: Workroom) -> None:
    kept, gone = add(room, room.shop), add(room, room.shop, SECOND)
    assert room.run(revoke_keys, RevokeKey(room.shop.id, gone.id)) == gone
    assert (owner(room, FIRST), owner(room, SECOND)) == (room.shop.id, None)
    assert [row.id for row in room.rows(credentials)] == [kept.id]


def test_nobody_touches_anothers_key(room: Workroom) -> None:
    theirs = add(room, room.other)
    with room.nothing_written():
        for key_id in (theirs.id, "0" * 32):
            rotate = RotateKey(room.shop.id, key_id, key(SECOND))
            assert isinstance(room.run(rotate_keys, rotate), NotFound)
            assert isinstance(room.run(revoke_keys, RevokeKey(room.shop.id, key_id)), NotFound)


def test_a_key_that_is_taken_replaces_nothing(room: Workroom) -> None:
    mine, _ = add(room, room.shop), add(room, room.other, SECOND)
    with room.nothing_written():
        rotate = RotateKey(room.shop.id, mine.id, key(SECOND), grace=HOUR)
        assert isinstance(room.run(rotate_keys, rotate), Duplicate)


def test_a_use_is_noted_once_in_an_hour(room: Workroom) -> None:
    add(room, room.shop)
    start = room.now
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (90, 60), (120, 120)):
        room.now = start + minutes * HOUR // 60
        room.run(note_key_uses, (WIRE, "key", FIRST))
        assert room.row(credentials).last_used_at == start + noted * HOUR // 60
    with room.nothing_written():
        room.run(note_key_uses, (WIRE, "key", "unknown"))
