"""How to call the wires: everything but the keys."""

from tellback.app import build_app
from tellback.config import Config
from tellback.core.users import Role
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, add_user, signed_in


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
