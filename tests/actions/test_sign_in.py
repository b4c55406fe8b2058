"""Sessions and passwords as transactions."""

import pytest

from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.sign_in import (
    LIFETIME,
    ChangePassword,
    ResetPassword,
    StartSession,
    change_passwords,
    end_sessions,
    extend_sessions,
    reset_passwords,
    start_sessions,
)
from tellback.core.errors import CredentialUnknown
from tellback.core.users import Role, User
from tellback.store.tables import sessions, users
from tests.actions.workroom import NOW, Workroom


@pytest.fixture
def alice(room: Workroom) -> User:
    user: User = room.run(create_users, CreateUser("alice@example.org", "hash", Role.OWNER))
    return user


def ends(room: Workroom) -> list[int]:
    return sorted(row.expires_at for row in room.rows(sessions))


def test_a_session_starts_goes_on_and_ends(room: Workroom, alice: User) -> None:
    room.run(start_sessions, StartSession("one", alice.id, "hash"))
    assert ends(room) == [NOW + LIFETIME]
    room.now += 5
    room.run(extend_sessions, "one", "unknown")
    assert ends(room) == [NOW + 5 + LIFETIME]
    room.run(end_sessions, "one")
    assert ends(room) == []


def test_a_password_changed_meanwhile_starts_no_session(room: Workroom, alice: User) -> None:
    with room.nothing_written():
        outcome = room.run(start_sessions, StartSession("one", alice.id, "older hash"))
    assert isinstance(outcome, CredentialUnknown)


def test_signing_in_forgets_what_is_over(room: Workroom, alice: User) -> None:
    room.run(start_sessions, StartSession("one", alice.id, "hash"))
    room.now += LIFETIME
    room.run(start_sessions, StartSession("two", alice.id, "hash"))
    assert ends(room) == [NOW + 2 * LIFETIME]


def test_a_new_password_leaves_one_session(room: Workroom, alice: User) -> None:
    for token in ("one", "two"):
        room.run(start_sessions, StartSession(token, alice.id, "hash"))
    room.run(change_passwords, ChangePassword(alice.id, "hash", "new hash", "three"))
    assert len(ends(room)) == 1
    assert room.row(users).password_hash == "new hash"
    again = room.run(change_passwords, ChangePassword(alice.id, "hash", "newer", "four"))
    assert isinstance(again, CredentialUnknown)
    assert room.row(users).password_hash == "new hash"


def test_a_reset_password_leaves_no_session(room: Workroom, alice: User) -> None:
    room.run(start_sessions, StartSession("one", alice.id, "hash"))
    assert room.run(reset_passwords, ResetPassword("Alice@example.org", "new hash")) == alice
    assert ends(room) == []
    assert room.row(users).password_hash == "new hash"
