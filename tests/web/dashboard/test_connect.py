"""How to call the wires: everything but the keys."""

import re

import pytest

from tellback.actions.note_key_uses import note_key_uses
from tellback.app import build_app
from tellback.config import Config
from tellback.core.instants import HOUR
from tellback.core.users import Role
from tellback.dialects.registry import load_dialects
from tellback.store.credentials import find_credential, list_keys
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person, add_user, signed_in


async def test_every_wire_is_shown_with_what_it_needs(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/connect")).text
    for dialect in load_dialects().values():
        assert f'<h2 id="{dialect.name}">{dialect.title}</h2>' in html
        for key in dialect.keys:
            assert f"<code>{key.name}</code>" in html
        assert not dialect.keys or any(f"YOUR_{k.name.upper()}" in html for k in dialect.keys)
        for route in dialect.routes:
            assert route.path.replace("&", "&amp;") in html
    assert "http://testserver/p/shop" in html


async def test_no_secret_is_shown_but_its_end(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/connect")).text
    keys = [
        (key, str(shop.made.credentials[dialect.name][key.name]))
        for dialect in load_dialects().values()
        for key in dialect.keys
        if key.name in shop.made.credentials[dialect.name]
    ]
    assert keys
    for key, secret in keys:
        assert (secret in html) == key.public
        assert key.public or f"…{secret[-4:]}" in html


async def test_the_address_is_how_others_reach_us(
    config: Config, database: Database, shop: Tenant
) -> None:
    public = Config(data=config.data, public_url="http://feedback.example.com/")
    user = await add_user(database, "dora@example.com", Role.OWNER, shop.slug)
    dora = await signed_in(build_app(public, database), database, user)
    html = (await dora.get("/-/p/shop/connect")).text
    assert "http://feedback.example.com/p/shop" in html
    assert "testserver" not in html


_KEY = re.compile(r"/-/p/shop/connect/keys/([0-9a-f]{32})/rotate")
ADOPTED = "key-from-another-house-1234"


async def works(database: Database, secret: str, shop: Tenant) -> bool:
    """Whether a key leads to the shop."""
    now = database.clock()
    found = await database.read(find_credential, "boolean", "api_key", secret, now)
    return found is not None and found[0].id == shop.id


async def key_id(database: Database, tenant: Tenant) -> str:
    keys = await database.read(list_keys, tenant.id, database.clock())
    return next(key.id for key in keys if key.kind == "api_key")


def secret_in(html: str) -> str:
    """The key that a page shows."""
    found = re.search(r'<pre id="secret"[^>]*><code>([^<]+)</code>', html)
    assert found
    return found[1]


async def test_each_key_is_there_with_what_is_known_of_it(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    keys = await database.read(list_keys, shop.id, database.clock())
    html = (await alice.get("/-/p/shop/connect")).text
    assert set(_KEY.findall(html)) == {key.id for key in keys}
    assert "not used yet" in html
    assert "last used" not in html.replace("When one was last used", "")
    secret = shop.made.credentials["boolean"]["api_key"]
    await database.write_one(note_key_uses, ("boolean", "api_key", secret))
    clock.now += 3 * HOUR
    assert "last used 3 h ago" in (await alice.get("/-/p/shop/connect")).text


async def test_our_own_api_has_its_keys_here_too(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/connect")).text
    assert "http://testserver/-/api" in html
    assert 'href="/-/api/docs"' in html
    assert "<code>manage_key</code>" in html


async def test_a_new_key_is_shown_once(alice: Person, database: Database, shop: Tenant) -> None:
    page, path = "/-/p/shop/connect", "/-/p/shop/connect/keys"
    reply = await alice.send(page, path, {"wire": "boolean", "name": "api_key", "secret": ""})
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    made = secret_in(reply.text)
    assert await works(database, made, shop)
    html = (await alice.get(page)).text
    assert made not in html
    assert f"…{made[-4:]}" in html


async def test_a_new_key_comes_with_a_call_to_try_it(alice: Person, shop: Tenant) -> None:
    page, path = "/-/p/shop/connect", "/-/p/shop/connect/keys"
    fields = {"wire": "boolean", "name": "api_key", "secret": ""}
    html = (await alice.send(page, path, fields)).text
    call = re.search(r'<pre id="example"[^>]*><code>([^<]+)</code>', html)
    assert call
    assert f"-u {secret_in(html)}: " in call[1]
    assert "YOUR_" not in call[1]
    fields = {"wire": "boolean", "name": "api_key", "secret": ADOPTED}
    assert '<pre id="example"' not in (await alice.send(page, path, fields)).text
    # Nothing that is tried needs this one.
    fields = {"wire": "rocketchat", "name": "auth_token", "secret": ""}
    assert '<pre id="example"' not in (await alice.send(page, path, fields)).text


async def test_a_key_from_elsewhere_is_taken_over(
    alice: Person, database: Database, shop: Tenant, other: Tenant
) -> None:
    page, path = "/-/p/shop/connect", "/-/p/shop/connect/keys"
    given = {"wire": "boolean", "name": "api_key", "secret": f" {ADOPTED} "}
    reply = await alice.send(page, path, given)
    assert "…1234" in reply.text
    assert ADOPTED not in reply.text
    assert await works(database, ADOPTED, shop)
    again = await alice.send(page, path, given)
    assert again.status_code == 422
    assert "This project has that key already." in again.text
    theirs = other.made.credentials["boolean"]["api_key"]
    refused = await alice.send(page, path, {**given, "secret": theirs})
    assert refused.status_code == 422
    assert "Another project has that key already." in refused.text
    assert other.id not in refused.text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"wire": "gone"}, "There is no wire"),
        ({"name": "gone"}, "has no key"),
        ({"secret": "short"}, "must have 16 to 512 characters"),
        ({"secret": "x" * 600}, "must have 16 to 512 characters"),
        ({"secret": "with blanks in the middle"}, "without blanks"),
        ({"wire": ""}, "There is no wire"),
    ],
)
async def test_what_is_no_key_is_explained(
    alice: Person, shop: Tenant, given: dict[str, str], why: str
) -> None:
    fields = {"wire": "boolean", "name": "api_key", "secret": "", **given}
    reply = await alice.send("/-/p/shop/connect", "/-/p/shop/connect/keys", fields)
    assert reply.status_code == 422
    assert why in reply.text


async def test_a_key_is_replaced_at_once_or_after_a_while(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    page, first = "/-/p/shop/connect", shop.made.credentials["boolean"]["api_key"]
    rotate = f"/-/p/shop/connect/keys/{await key_id(database, shop)}/rotate"
    reply = await alice.send(page, rotate, {"grace": "24"})
    second = secret_in(reply.text)
    assert "The old key goes on for a day." in reply.text
    assert await works(database, first, shop)
    assert "ends in 1 day" in (await alice.get(page)).text
    clock.now += 24 * HOUR
    assert not await works(database, first, shop)
    rotate = f"/-/p/shop/connect/keys/{await key_id(database, shop)}/rotate"
    # A time that nobody offers is none.
    reply = await alice.send(page, rotate, {"grace": "999999"})
    assert "The old key ends now." in reply.text
    assert not await works(database, second, shop)
    assert await works(database, secret_in(reply.text), shop)
    gone = await alice.send(page, rotate, {"grace": "0"})
    assert gone.status_code == 422
    assert "has no key" in gone.text


async def test_a_key_is_revoked(alice: Person, database: Database, shop: Tenant) -> None:
    revoke = f"/-/p/shop/connect/keys/{await key_id(database, shop)}/revoke"
    reply = await alice.send("/-/p/shop/connect", revoke, {})
    assert reply.status_code == 303
    assert "The key is revoked." in (await alice.get(reply.headers["location"])).text
    assert not await works(database, shop.made.credentials["boolean"]["api_key"], shop)
    assert (await alice.send("/-/p/shop/connect", revoke, {})).status_code == 422


@pytest.mark.parametrize("path", ["keys", "keys/{id}/rotate", "keys/{id}/revoke"])
async def test_keys_are_the_owners_alone(
    alice: Person,
    bob: Person,
    charlie: Person,
    stranger: Person,
    database: Database,
    shop: Tenant,
    path: str,
) -> None:
    path = f"/-/p/shop/connect/{path.format(id=await key_id(database, shop))}"
    fields = {"wire": "boolean", "name": "api_key", "grace": "0", "secret": ADOPTED}
    before = await database.read(list_keys, shop.id, database.clock())
    assert (await bob.send("/-/account", path, fields)).status_code == 403
    assert (await charlie.send("/-/account", path, fields)).status_code == 404
    forged = {**fields, "form_token": "x"}
    assert (await stranger.client.post(path, data=forged)).status_code == 403
    assert (await alice.client.post(path, data=forged)).status_code == 403
    assert (await alice.get(path)).status_code == 405
    assert await database.read(list_keys, shop.id, database.clock()) == before


async def test_nobody_touches_another_projects_key(
    charlie: Person, database: Database, shop: Tenant, other: Tenant
) -> None:
    theirs = await key_id(database, shop)
    before = await database.read(list_keys, shop.id, database.clock())
    for verb in ("rotate", "revoke"):
        path = f"/-/p/other/connect/keys/{theirs}/{verb}"
        assert (await charlie.send("/-/account", path, {})).status_code == 422
    assert await database.read(list_keys, shop.id, database.clock()) == before
