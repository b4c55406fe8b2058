"""Keys by the wires' own tables: made, taken over, named."""

import re

import pytest

from tellback.core.errors import Invalid, NotFound
from tellback.core.instants import DAY
from tellback.dialects.contract import KeySpec
from tellback.dialects.keys import (
    LONGEST_GRACE,
    add_key,
    draw_key,
    find_key,
    find_spec,
    key_specs,
    name_of,
    revoke_key,
    rotate_key,
    spec_of,
)
from tellback.dialects.registry import load_dialects
from tellback.store.credentials import Key, find_credential, list_keys
from tellback.store.database import Database
from tests.conftest import Tenant

WIRE = "wire"
SECRET = KeySpec("api_key", kind="key", role="owner", prefix="sk_")
READER = KeySpec("read_key", kind="key", role="reader")
ACCOUNT = KeySpec("account", kind="account", role="any", length=1, alphabet="01", public=True)
SPECS = {WIRE: (SECRET, READER, ACCOUNT)}


async def owner(database: Database, spec: KeySpec, secret: str) -> tuple[str, str] | None:
    """Whose a key is, and its role."""
    found = await database.read(find_credential, WIRE, spec.kind, secret, database.clock())
    return (found[0].id, found[1]) if found else None


def test_a_kind_is_found_by_its_name_or_by_its_kind() -> None:
    assert find_spec(SPECS, WIRE, "api_key") is SECRET
    assert find_spec(SPECS, WIRE, "read_key") is READER
    assert find_spec(SPECS, WIRE, "account") is ACCOUNT
    for kind in ("key", "token"):
        with pytest.raises(NotFound, match="there are: api_key, read_key, account"):
            find_spec(SPECS, WIRE, kind)
    with pytest.raises(NotFound, match="no wire 'wrie'; there are: wire"):
        find_spec(SPECS, "wrie", "api_key")


def test_every_wire_and_our_own_surfaces_have_their_kinds() -> None:
    dialects = load_dialects()
    specs = key_specs(dialects)
    assert set(specs) == {*dialects, "api", "widget"}
    assert find_spec(specs, "api", "manage_key").role == "manage"
    assert find_spec(specs, "widget", "widget_key").public


async def test_a_made_key_works_and_has_the_form_of_its_kind(
    database: Database, shop: Tenant
) -> None:
    made = await add_key(database, shop.made.project, WIRE, SECRET)
    assert re.fullmatch(r"sk_[A-Za-z0-9]{32}", made.secret)
    assert made.key.hint == made.secret[-4:]
    assert await owner(database, SECRET, made.secret) == (shop.id, "owner")


async def test_a_key_is_taken_over_as_it_is(database: Database, shop: Tenant) -> None:
    given = "0123456789abcdef"
    made = await add_key(database, shop.made.project, WIRE, SECRET, given)
    assert made.secret == given
    assert await owner(database, SECRET, given) == (shop.id, "owner")


@pytest.mark.parametrize(
    "secret", ["", "short", "x" * 15, "x" * 513, "with blanks in it", "ümlaut" * 4, "line\n" * 5]
)
async def test_what_is_no_key_is_not_taken(database: Database, shop: Tenant, secret: str) -> None:
    before = await database.read(list_keys, shop.id, 0)
    with pytest.raises(Invalid, match="api_key"):
        await add_key(database, shop.made.project, WIRE, SECRET, secret)
    assert await database.read(list_keys, shop.id, 0) == before


async def test_what_is_public_may_be_short(database: Database, shop: Tenant) -> None:
    made = await add_key(database, shop.made.project, WIRE, ACCOUNT, "7")
    assert made.key.hint == "7"


async def test_a_short_identifier_is_never_given_twice(database: Database, shop: Tenant) -> None:
    for _ in range(2):
        await add_key(database, shop.made.project, WIRE, ACCOUNT)
    keys = await database.read(list_keys, shop.id, database.clock())
    assert {key.hint for key in keys if key.dialect == WIRE} == {"0", "1"}
    with pytest.raises(Invalid, match="taken"):
        await draw_key(database, WIRE, ACCOUNT)


async def test_a_successor_is_of_the_same_kind(database: Database, shop: Tenant) -> None:
    old = await add_key(database, shop.made.project, WIRE, READER)
    new = await rotate_key(database, SPECS, shop.made.project, old.key)
    assert (new.spec, new.key.role) == (READER, "reader")
    assert await owner(database, READER, old.secret) is None
    assert await owner(database, READER, new.secret) == (shop.id, "reader")


async def test_a_grace_has_an_end(database: Database, shop: Tenant) -> None:
    old = await add_key(database, shop.made.project, WIRE, READER)
    for grace in (-1, LONGEST_GRACE + 1):
        with pytest.raises(Invalid, match="365 days"):
            await rotate_key(database, SPECS, shop.made.project, old.key, grace)
    await rotate_key(database, SPECS, shop.made.project, old.key, DAY)
    assert await owner(database, READER, old.secret) == (shop.id, "reader")
    assert (await find_key(database, shop.made.project, old.key.id)).expires_at is not None


async def test_what_no_wire_takes_any_more_can_only_be_revoked(
    database: Database, shop: Tenant
) -> None:
    old = await add_key(database, shop.made.project, WIRE, READER)
    assert (spec_of({}, old.key), name_of({}, old.key)) == (None, "key")
    assert name_of(SPECS, old.key) == "read_key"
    with pytest.raises(NotFound, match="any more"):
        await rotate_key(database, {}, shop.made.project, old.key)
    await revoke_key(database, shop.made.project, old.key)
    assert await owner(database, READER, old.secret) is None


async def test_a_key_is_named_by_its_id_or_by_its_end(
    database: Database, shop: Tenant, other: Tenant
) -> None:
    one = await add_key(database, shop.made.project, WIRE, SECRET, "first-key-0000-same")
    two = await add_key(database, shop.made.project, WIRE, SECRET, "other-key-0000-same")
    three = await add_key(database, shop.made.project, WIRE, SECRET, "third-key-0000-unlike")

    async def find(tenant: Tenant, named: str) -> Key:
        return await find_key(database, tenant.made.project, named)

    assert await find(shop, three.key.id) == await find(shop, "like") == three.key
    assert await find(shop, one.key.id) == one.key
    with pytest.raises(NotFound, match=f"{one.key.id}, {two.key.id}"):
        await find(shop, "same")
    for named in ("nope", "", "0" * 32):
        with pytest.raises(NotFound, match="has no key"):
            await find(shop, named)
    with pytest.raises(NotFound):
        await find(other, three.key.id)
