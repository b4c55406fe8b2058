"""Links with which people set their passwords."""

import pytest

from tellback.actions.change_members import AddMember, add_members
from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.link_passwords import (
    LINK_LIFETIME,
    Invite,
    LinkPassword,
    SetPassword,
    invite,
    link_passwords,
    set_passwords,
)
from tellback.core.errors import CredentialUnknown, Duplicate, Invalid, NotEligible, NotFound
from tellback.core.outcomes import Done
from tellback.core.users import Role, User
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.password_links import find_linked_user
from tellback.store.sessions import find_session
from tellback.store.users import find_password
from tests.conftest import Tenant

DORA = "dora@example.com"


async def invited(database: Database, shop: Tenant, token: str = "token") -> User:
    job = (shop.made.project, Invite(DORA, Role.ANALYST, token))
    user = await database.write_one(invite, job)
    assert isinstance(user, User)
    return user


async def use(database: Database, token: str, new_hash: str = "new") -> object:
    return await database.write_one(set_passwords, SetPassword(token, new_hash, f"s-{new_hash}"))


async def leads_to(database: Database, token: str, later: int = 0) -> str | None:
    user = await database.read(find_linked_user, token, database.clock() + later)
    return user.email if user else None


async def owner(database: Database, *slugs: str) -> User:
    job = CreateUser("alice@example.com", "hash", Role.OWNER, slugs)
    user = await database.write_one(create_users, job)
    assert isinstance(user, User)
    return user


async def test_who_is_invited_sets_a_password_once(database: Database, shop: Tenant) -> None:
    user = await invited(database, shop)
    assert await leads_to(database, "token") == DORA
    assert isinstance(await use(database, "token"), Done)
    found = await database.read(find_password, DORA)
    assert found == (user, "new")
    assert await database.read(find_session, "s-new", database.clock())
    assert await leads_to(database, "token") is None
    with pytest.raises(CredentialUnknown):
        await use(database, "token", "again")
    assert await database.read(find_password, DORA) == (user, "new")


async def test_a_link_ends(database: Database, shop: Tenant) -> None:
    await invited(database, shop)
    assert await leads_to(database, "token", LINK_LIFETIME - 1_000) == DORA
    assert await leads_to(database, "token", LINK_LIFETIME + 1_000) is None
    later = database.clock() + LINK_LIFETIME + 1_000
    database.clock = lambda: later
    with pytest.raises(CredentialUnknown):
        await use(database, "token")


async def test_a_new_link_takes_the_place_of_the_old_one(database: Database, shop: Tenant) -> None:
    alice = await owner(database, shop.slug)
    user = await invited(database, shop)
    job = (shop.made.project, LinkPassword(user.id, "newer", alice.id))
    assert await database.write_one(link_passwords, job) == user
    assert await leads_to(database, "token") is None
    assert await leads_to(database, "newer") == DORA


async def test_setting_a_password_ends_all_other_sessions(database: Database, shop: Tenant) -> None:
    user = await invited(database, shop)
    await use(database, "token", "first")
    job = (shop.made.project, LinkPassword(user.id, "second", None))
    await database.write_one(link_passwords, job)
    # Until it is used, nothing is changed.
    assert await database.read(find_session, "s-first", database.clock())
    await use(database, "second", "second")
    assert await database.read(find_session, "s-first", database.clock()) is None
    assert await database.read(find_session, "s-second", database.clock())


async def test_nobody_gets_into_others_projects_by_a_members_link(
    database: Database, shop: Tenant, other: Tenant
) -> None:
    alice = await owner(database, shop.slug)
    user = await invited(database, shop)
    await database.write_one(add_members, (other.made.project, AddMember(DORA, Role.OWNER)))
    # The link that alice was shown is good for nothing now.
    assert await leads_to(database, "token") is None
    shown = (shop.made.project, LinkPassword(user.id, "shown", alice.id))
    with pytest.raises(NotEligible, match="do not own"):
        await database.write_one(link_passwords, shown)
    assert await leads_to(database, "shown") is None
    mailed = (shop.made.project, LinkPassword(user.id, "mailed", None))
    await database.write_one(link_passwords, mailed)
    assert await leads_to(database, "mailed") == DORA


async def test_what_is_refused(database: Database, shop: Tenant) -> None:
    alice = await owner(database, shop.slug)
    await invited(database, shop)
    third = (await make_project(database, load_dialects(), "Third")).project
    for job, refusal in (
        ((shop.made.project, Invite(DORA, Role.AGENT, "x")), Duplicate),
        ((shop.made.project, Invite("nobody", Role.AGENT, "x")), Invalid),
    ):
        with pytest.raises(refusal):
            await database.write_one(invite, job)
    with pytest.raises(NotFound):
        await database.write_one(link_passwords, (third, LinkPassword(alice.id, "x", alice.id)))
    assert await leads_to(database, "token") == DORA
    assert await leads_to(database, "x") is None
