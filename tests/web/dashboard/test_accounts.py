"""Making users, as the command line does."""

import pytest

from tellback.core.errors import Duplicate, Invalid, NotFound
from tellback.store.database import Database
from tellback.store.users import find_password, list_memberships
from tellback.web.dashboard.accounts import grant, make_user, reset_password
from tellback.web.dashboard.passwords import Passwords
from tests.conftest import Tenant
from tests.web.dashboard.people import PASSWORD


async def test_a_user_belongs_to_every_project_there_is(
    database: Database, shop: Tenant, other: Tenant
) -> None:
    user = await make_user(database, " Alice@Example.com ", PASSWORD)
    assert user.email == "alice@example.com"
    memberships = await database.read(list_memberships, user.id)
    assert [(m.project.slug, m.role) for m in memberships] == [
        (other.slug, "owner"),
        (shop.slug, "owner"),
    ]
    found = await database.read(find_password, "alice@example.com")
    assert found is not None
    assert await Passwords().match(found[1], PASSWORD)


async def test_a_user_belongs_to_the_projects_named(
    database: Database, shop: Tenant, other: Tenant
) -> None:
    user = await make_user(database, "bob@example.com", PASSWORD, "analyst", [shop.slug])
    memberships = await database.read(list_memberships, user.id)
    assert [(m.project.slug, m.role) for m in memberships] == [(shop.slug, "analyst")]


async def test_a_user_may_come_before_any_project(database: Database) -> None:
    user = await make_user(database, "bob@example.com", PASSWORD)
    assert await database.read(list_memberships, user.id) == []


async def test_one_address_is_one_user(database: Database) -> None:
    await make_user(database, "alice@example.com", PASSWORD)
    with pytest.raises(Duplicate, match=r"alice@example\.com"):
        await make_user(database, "ALICE@example.com", "another password")


async def test_an_unknown_project_makes_no_user(database: Database, shop: Tenant) -> None:
    with pytest.raises(NotFound, match="'none'"):
        await make_user(database, "alice@example.com", PASSWORD, "owner", [shop.slug, "none"])
    assert await database.read(find_password, "alice@example.com") is None


@pytest.mark.parametrize(
    ("email", "password", "role", "says"),
    [
        ("no address", PASSWORD, "owner", "e-mail"),
        ("alice@example.com", "too short", "owner", "10 to 256"),
        ("alice@example.com", "x" * 257, "owner", "10 to 256"),
        ("alice@example.com", "Alice@example.com", "owner", "must not be the e-mail"),
        ("alice@example.com", PASSWORD, "king", "owner, analyst, agent"),
    ],
)
async def test_what_will_not_do(
    database: Database, email: str, password: str, role: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        await make_user(database, email, password, role)


async def test_a_user_may_join_a_project_later(
    database: Database, shop: Tenant, other: Tenant
) -> None:
    user = await make_user(database, "bob@example.com", PASSWORD, "analyst", [shop.slug])
    await grant(database, "Bob@example.com ", "owner", [shop.slug])
    await grant(database, "bob@example.com", "agent", [other.slug])
    memberships = await database.read(list_memberships, user.id)
    assert [(m.project.slug, m.role) for m in memberships] == [
        ("other", "agent"),
        ("shop", "owner"),
    ]
    await grant(database, "bob@example.com")
    memberships = await database.read(list_memberships, user.id)
    assert {m.role for m in memberships} == {"owner"}


async def test_a_forgotten_password_is_replaced(database: Database) -> None:
    user = await make_user(database, "bob@example.com", PASSWORD)
    await reset_password(database, "bob@example.com", "another password")
    found = await database.read(find_password, user.email)
    assert found is not None
    assert await Passwords().match(found[1], "another password")
    with pytest.raises(Invalid, match="10 to 256"):
        await reset_password(database, "bob@example.com", "short")


async def test_nobody_is_granted_or_reset(database: Database, shop: Tenant) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        await grant(database, "nobody@example.com")
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        await reset_password(database, "nobody@example.com", PASSWORD)
    await make_user(database, "bob@example.com", PASSWORD, "agent", [shop.slug])
    with pytest.raises(NotFound, match="'none'"):
        await grant(database, "bob@example.com", "owner", [shop.slug, "none"])
