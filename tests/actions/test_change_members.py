"""Who belongs to a project."""

import asyncio

import pytest

from tellback.actions.change_members import AddMember, ChangeMember, add_members, change_members
from tellback.actions.create_user import CreateUser, create_users
from tellback.core.errors import Duplicate, NotEligible, NotFound
from tellback.core.users import Role, User
from tellback.store.database import Database
from tellback.store.users import list_members
from tests.conftest import Tenant


async def user(database: Database, email: str, role: Role, *slugs: str) -> User:
    made = await database.write_one(create_users, CreateUser(email, "hash", role, slugs))
    assert isinstance(made, User)
    return made


async def members(database: Database, tenant: Tenant) -> dict[str, Role]:
    return {one.user.email: one.role for one in await database.read(list_members, tenant.id)}


async def test_a_role_changes_and_a_member_goes(database: Database, shop: Tenant) -> None:
    await user(database, "alice@example.com", Role.OWNER, shop.slug)
    bob = await user(database, "bob@example.com", Role.ANALYST, shop.slug)
    project = shop.made.project
    await database.write_one(change_members, (project, ChangeMember(bob.id, Role.AGENT)))
    assert (await members(database, shop))["bob@example.com"] is Role.AGENT
    await database.write_one(change_members, (project, ChangeMember(bob.id, None)))
    assert list(await members(database, shop)) == ["alice@example.com"]
    with pytest.raises(NotFound):
        await database.write_one(change_members, (project, ChangeMember(bob.id, Role.OWNER)))


@pytest.mark.parametrize("role", [None, Role.ANALYST, Role.AGENT])
async def test_the_last_owner_stays(database: Database, shop: Tenant, role: Role | None) -> None:
    alice = await user(database, "alice@example.com", Role.OWNER, shop.slug)
    await user(database, "bob@example.com", Role.ANALYST, shop.slug)
    with pytest.raises(NotEligible):
        await database.write_one(change_members, (shop.made.project, ChangeMember(alice.id, role)))
    assert (await members(database, shop))["alice@example.com"] is Role.OWNER
    same = ChangeMember(alice.id, Role.OWNER)
    await database.write_one(change_members, (shop.made.project, same))
    assert (await members(database, shop))["alice@example.com"] is Role.OWNER


async def test_two_owners_who_remove_each_other_leave_one(database: Database, shop: Tenant) -> None:
    owners = [
        await user(database, f"{name}@example.com", Role.OWNER, shop.slug)
        for name in ("alice", "bob")
    ]
    jobs = [(shop.made.project, ChangeMember(one.id, None)) for one in owners]
    outcomes = await asyncio.gather(*(database.write(change_members, [job]) for job in jobs))
    assert sum(isinstance(one[0], NotEligible) for one in outcomes) == 1
    assert list((await members(database, shop)).values()) == [Role.OWNER]


async def test_who_has_a_user_is_added(database: Database, shop: Tenant, other: Tenant) -> None:
    await user(database, "charlie@example.com", Role.OWNER, other.slug)
    project = shop.made.project
    await database.write_one(add_members, (project, AddMember(" Charlie@example.com", Role.AGENT)))
    assert await members(database, shop) == {"charlie@example.com": Role.AGENT}
    assert (await members(database, other))["charlie@example.com"] is Role.OWNER
    # A second time would only take a role away unasked.
    with pytest.raises(Duplicate):
        await database.write_one(
            add_members, (project, AddMember("charlie@example.com", Role.OWNER))
        )
    for nobody in ("dora@example.com", "x"):
        with pytest.raises(NotFound):
            await database.write_one(add_members, (project, AddMember(nobody, Role.AGENT)))
