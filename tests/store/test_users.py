"""Users and their projects."""

from collections.abc import Sequence
from typing import Any

from tellback.core.users import Role, User
from tellback.store.database import Database, Transaction
from tellback.store.users import (
    find_membership,
    find_password,
    find_user,
    has_password,
    insert_memberships,
    insert_user,
    list_memberships,
    update_password,
)
from tests.conftest import Tenant

ALICE = User("a" * 32, "alice@example.com", 5)


def enter(tx: Transaction, jobs: Sequence[tuple[User, Role, list[str]]]) -> list[Any]:
    for user, role, project_ids in jobs:
        insert_user(tx.connection, user, "hash")
        insert_memberships(tx.connection, user.id, project_ids, role)
    return [None] * len(jobs)


async def test_a_user_is_found_by_address(database: Database) -> None:
    await database.write(enter, [(ALICE, Role.OWNER, [])])
    assert await database.read(find_user, "alice@example.com") == ALICE
    assert await database.read(find_password, "alice@example.com") == (ALICE, "hash")
    assert await database.read(find_user, "bob@example.com") is None
    assert await database.read(find_password, "") is None


async def test_a_password_can_be_replaced(database: Database) -> None:
    await database.write(enter, [(ALICE, Role.OWNER, [])])

    def replace(tx: Transaction, jobs: Sequence[str]) -> list[bool]:
        update_password(tx.connection, ALICE.id, jobs[0])
        return [has_password(tx.connection, ALICE.id, jobs[0])]

    assert await database.write(replace, ["another"]) == [True]
    assert not await database.read(has_password, ALICE.id, "hash")
    assert not await database.read(has_password, "b" * 32, "another")


async def test_memberships(database: Database, shop: Tenant, other: Tenant) -> None:
    await database.write(enter, [(ALICE, Role.ANALYST, [shop.id])])
    found = await database.read(find_membership, ALICE.id, "shop")
    assert found is not None
    assert (found.project.id, found.role) == (shop.id, Role.ANALYST)
    assert await database.read(find_membership, ALICE.id, "other") is None
    assert await database.read(find_membership, ALICE.id, "none") is None
    assert await database.read(find_membership, "b" * 32, "shop") is None
    # Only the slug names a project here: ids do not open doors.
    assert await database.read(find_membership, ALICE.id, shop.id) is None


async def test_a_part_that_one_has_stays(database: Database, shop: Tenant, other: Tenant) -> None:
    await database.write(enter, [(ALICE, Role.OWNER, [shop.id])])

    def add(tx: Transaction, jobs: Sequence[Role]) -> list[None]:
        insert_memberships(tx.connection, ALICE.id, [shop.id, other.id], jobs[0])
        return [None]

    await database.write(add, [Role.AGENT])
    found = await database.read(list_memberships, ALICE.id)
    assert [(m.project.slug, m.role) for m in found] == [
        ("other", Role.AGENT),
        ("shop", Role.OWNER),
    ]
    assert len(await database.read(list_memberships, ALICE.id, 1)) == 1
