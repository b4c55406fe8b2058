"""Who belongs to a project, as its owner sees and changes it."""

import re

import pytest

from tellback.app import App
from tellback.core.users import Role
from tellback.store.database import Database
from tellback.store.users import find_user, list_members
from tests.conftest import Tenant
from tests.web.dashboard.people import PASSWORD, Person, browser

PAGE = "/-/p/shop/members"


async def members(database: Database, tenant: Tenant) -> dict[str, str]:
    return {one.user.email: one.role.value for one in await database.read(list_members, tenant.id)}


async def id_of(database: Database, email: str) -> str:
    user = await database.read(find_user, email)
    assert user
    return user.id


async def test_everybody_is_there_with_their_role(alice: Person, bob: Person) -> None:
    html = (await alice.get(PAGE)).text
    assert "2 members" in html
    assert "<strong>bob@example.com</strong>" in html
    assert "The only owner" in html


async def test_who_is_new_gets_a_link_that_is_shown_once(
    alice: Person, app: App, database: Database, shop: Tenant
) -> None:
    reply = await alice.send(PAGE, PAGE, {"email": "Dora@example.com", "role": "analyst"})
    found = re.search(r'<pre id="secret"[^>]*><code>http://testserver([^<]+)</code>', reply.text)
    assert found
    assert reply.headers["cache-control"] == "no-store"
    assert found[1] not in (await alice.get(PAGE)).text
    assert (await members(database, shop))["dora@example.com"] == "analyst"
    async with browser(app) as client:
        dora = Person("dora@example.com", client)
        assert (await dora.send(found[1], found[1], {"new": PASSWORD})).status_code == 303
        assert (await dora.get("/-/p/shop/responses")).status_code == 200
        assert (await dora.get(PAGE)).status_code == 403


async def test_who_has_a_user_keeps_the_password(
    alice: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    reply = await alice.send(PAGE, PAGE, {"email": "charlie@example.com", "role": "agent"})
    assert reply.status_code == 303
    assert "They see the project from now on" in (await alice.get(reply.headers["location"])).text
    assert (await members(database, shop))["charlie@example.com"] == "agent"
    again = await alice.send(PAGE, PAGE, {"email": "charlie@example.com", "role": "owner"})
    assert again.status_code == 422
    assert "is a member already" in again.text
    assert (await members(database, shop))["charlie@example.com"] == "agent"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "nobody", "role": "owner"}, "must be an e-mail address"),
        ({"email": "", "role": "owner"}, "must be an e-mail address"),
        ({"email": "dora@example.com", "role": "king"}, "must be one of"),
        ({"email": "dora@example.com"}, "must be one of"),
    ],
)
async def test_what_will_not_do_is_explained(
    alice: Person, database: Database, shop: Tenant, fields: dict[str, str], why: str
) -> None:
    reply = await alice.send(PAGE, PAGE, fields)
    assert reply.status_code == 422
    assert why in reply.text
    assert list(await members(database, shop)) == ["alice@example.com"]


async def test_a_role_is_changed_and_a_member_removed(
    alice: Person, bob: Person, database: Database, shop: Tenant
) -> None:
    path = f"{PAGE}/{await id_of(database, bob.email)}"
    assert (await bob.get(PAGE)).status_code == 403
    await alice.send(PAGE, f"{path}/role", {"role": "owner"})
    assert (await bob.get(PAGE)).status_code == 200
    reply = await alice.send(PAGE, f"{path}/remove", {})
    assert "no member any more" in (await alice.get(reply.headers["location"])).text
    assert (await bob.get(PAGE)).status_code == 404
    gone = await alice.send(PAGE, f"{path}/role", {"role": "owner"})
    assert gone.status_code == 422
    assert "no member of this project any more" in gone.text


async def test_the_last_owner_cannot_be_locked_out(
    alice: Person, bob: Person, database: Database, shop: Tenant
) -> None:
    path = f"{PAGE}/{await id_of(database, alice.email)}"
    for verb, fields in (("remove", {}), ("role", {"role": "analyst"}), ("role", {"role": "x"})):
        assert (await alice.send(PAGE, f"{path}/{verb}", fields)).status_code == 422
    assert (await members(database, shop))["alice@example.com"] == "owner"


async def test_who_steps_down_is_led_to_what_they_still_see(
    alice: Person, bob: Person, database: Database, shop: Tenant
) -> None:
    mine, bobs = await id_of(database, alice.email), await id_of(database, bob.email)
    await alice.send(PAGE, f"{PAGE}/{bobs}/role", {"role": "owner"})
    reply = await alice.send(PAGE, f"{PAGE}/{mine}/role", {"role": "analyst"})
    assert reply.headers["location"] == "/-/p/shop/"
    assert (await alice.get(PAGE)).status_code == 403
    reply = await bob.send(PAGE, f"{PAGE}/{mine}/remove", {})
    assert reply.headers["location"] == f"{PAGE}?done=removed"
    assert (await members(database, shop)) == {"bob@example.com": "owner"}


async def test_members_are_the_owners_alone(
    alice: Person, bob: Person, charlie: Person, database: Database, shop: Tenant, other: Tenant
) -> None:
    bobs = await id_of(database, bob.email)
    verbs = ("role", "remove", "names", "link")
    for path in (PAGE, *(f"{PAGE}/{bobs}/{verb}" for verb in verbs)):
        fields = {"role": "owner", "email": "bob@example.com"}
        assert (await bob.send("/-/account", path, fields)).status_code == 403
        assert (await charlie.send("/-/account", path, fields)).status_code == 404
        forged = {**fields, "form_token": "x"}
        assert (await alice.client.post(path, data=forged)).status_code == 403
    for verb in verbs:
        theirs = f"/-/p/other/members/{bobs}/{verb}"
        assert (await charlie.send("/-/account", theirs, {"role": "owner"})).status_code == 422
    assert await members(database, shop) == {
        "alice@example.com": Role.OWNER.value,
        "bob@example.com": Role.ANALYST.value,
    }
