"""The way in."""

from tellback.app import App
from tellback.core.users import Role
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, add_user, signed_in


async def test_the_root_leads_to_our_own_pages(stranger: Person) -> None:
    reply = await stranger.get("/")
    assert (reply.status_code, reply.headers["location"]) == (302, "/-/")


async def test_with_one_project_one_is_there_at_once(alice: Person) -> None:
    reply = await alice.get("/-/")
    assert (reply.status_code, reply.headers["location"]) == (303, "/-/p/shop/")


async def test_with_more_one_chooses(
    app: App, database: Database, shop: Tenant, other: Tenant
) -> None:
    user = await add_user(database, "dora@example.com", Role.ANALYST)
    dora = await signed_in(app, database, user)
    reply = await dora.get("/-/")
    assert reply.status_code == 200
    assert 'href="/-/p/shop/"' in reply.text
    assert 'href="/-/p/other/"' in reply.text
    assert "Analyst" in reply.text
    within = (await dora.get("/-/p/shop/")).text
    assert 'href="/-/p/other/"' in within


async def test_without_any_the_next_step_is_told(app: App, database: Database) -> None:
    dora = await signed_in(app, database, await add_user(database, "d@example.com", Role.OWNER))
    reply = await dora.get("/-/")
    assert reply.status_code == 200
    assert "No project yet" in reply.text
    assert "tellback project create" in reply.text
    assert "tellback user grant d@example.com" in reply.text
