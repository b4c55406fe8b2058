"""Sessions."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tellback.core.users import Role, User
from tellback.store.database import Database, Transaction
from tellback.store.secrets import hash_secret
from tellback.store.sessions import (
    delete_session,
    delete_sessions_of,
    extend_session,
    find_session,
    find_visitor,
    forget_expired,
    insert_session,
)
from tellback.store.users import insert_memberships, insert_user
from tests.conftest import Tenant

ALICE, BOB = User("a" * 32, "alice@example.com", 5), User("b" * 32, "bob@example.com", 6)


async def change(database: Database, function: Callable[..., Any], *args: Any) -> None:
    def action(tx: Transaction, jobs: Sequence[Any]) -> list[None]:
        function(tx.connection, *args)
        return [None] * len(jobs)

    await database.write_one(action, None)


@pytest.fixture
async def signed_in(database: Database) -> Database:
    """A database in which alice has two sessions until 100 and bob one until 200."""
    for user in (ALICE, BOB):
        await change(database, insert_user, user, "hash")
    for token, user, ends in (("one", ALICE, 100), ("two", ALICE, 100), ("three", BOB, 200)):
        await change(database, insert_session, token, user.id, 0, ends)
    return database


async def test_a_session_lasts_until_it_ends(signed_in: Database) -> None:
    assert await signed_in.read(find_session, "one", 99) == (ALICE, 100)
    assert await signed_in.read(find_session, "one", 100) is None
    assert await signed_in.read(find_session, "four", 0) is None
    await change(signed_in, extend_session, "one", 300)
    assert await signed_in.read(find_session, "one", 299) == (ALICE, 300)
    assert await signed_in.read(find_session, "two", 299) is None


async def test_one_session_or_all_can_end(signed_in: Database) -> None:
    await change(signed_in, delete_session, "one")
    assert await signed_in.read(find_session, "one", 0) is None
    assert await signed_in.read(find_session, "two", 0) is not None
    await change(signed_in, delete_sessions_of, ALICE.id)
    assert await signed_in.read(find_session, "two", 0) is None
    assert await signed_in.read(find_session, "three", 0) is not None


async def test_what_is_over_is_forgotten(signed_in: Database) -> None:
    await change(signed_in, extend_session, "two", 300)
    await change(signed_in, forget_expired, ALICE.id, 100)
    await change(signed_in, extend_session, "one", 300)
    assert await signed_in.read(find_session, "one", 0) is None
    assert await signed_in.read(find_session, "two", 0) is not None


async def test_a_token_is_never_stored(signed_in: Database) -> None:
    def stored(connection: Any) -> set[bytes]:
        rows = connection.exec_driver_sql("SELECT token_hash FROM sessions")
        return {bytes(row[0]) for row in rows}

    assert await signed_in.read(stored) == {hash_secret(t) for t in ("one", "two", "three")}


async def test_a_visitor_comes_with_their_projects(signed_in: Database, shop: Tenant) -> None:
    await change(signed_in, insert_memberships, ALICE.id, [shop.id], Role.OWNER)
    visitor = await signed_in.read(find_visitor, "one", "shop", 0)
    assert visitor is not None
    assert visitor.membership is not None
    assert visitor.membership.project.id == shop.id
    assert [m.project.slug for m in visitor.memberships] == ["shop"]
    elsewhere = await signed_in.read(find_visitor, "three", "shop", 0)
    assert elsewhere is not None
    assert elsewhere.membership is None
    assert await signed_in.read(find_visitor, "four", "shop", 0) is None
