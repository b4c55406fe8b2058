"""A project's look: its colour and its logo, and what pages and mails would be in it."""

import httpx
import pytest

from tellback.core.logo import MAX_LOGO, logo_path
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.logos import find_logo
from tests.conftest import Tenant
from tests.core.test_logo import SVG, png
from tests.web.dashboard.people import Person, token_of
from tests.web.dashboard.test_settings import PAGE, project, stored

LOOK = "/-/p/shop/look"


async def choose(person: Person, picture: bytes | None, **fields: str) -> httpx.Response:
    """Send the form of the look as a browser does, with a file chosen or none."""
    data = {"brand": "", "colour": "", **fields}
    data["form_token"] = token_of((await person.get(PAGE)).text)
    files = {"logo": ("logo.png" if picture else "", picture or b"", "application/octet-stream")}
    return await person.client.post(f"{PAGE}/look", data=data, files=files)


async def look(database: Database, shop: Tenant) -> ProjectSettings:
    return (await stored(database, shop)).settings


async def test_a_name_a_colour_and_a_logo_are_saved_together(
    alice: Person, database: Database, shop: Tenant
) -> None:
    reply = await choose(alice, png(), brand="Shoes", colour=" #0B7A75 ")
    assert reply.headers["location"] == f"{PAGE}?saved=look#look"
    settings = await look(database, shop)
    assert (settings.brand, settings.colour) == ("Shoes", "#0b7a75")
    assert await database.read(find_logo, shop.id, settings.logo) == png()
    html = (await alice.get(PAGE)).text
    assert f'<img src="{logo_path(shop.id, settings.logo)}"' in html


async def test_a_logo_stays_until_it_is_taken_away(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await choose(alice, png())
    name = (await look(database, shop)).logo
    await choose(alice, None, brand="Shoes")
    assert (await look(database, shop)).logo == name
    await choose(alice, None, brand="Shoes", remove_logo="1")
    assert (await look(database, shop)).logo == ""
    assert await database.read(find_logo, shop.id, name) is None
    assert "Take the logo away" not in (await alice.get(PAGE)).text


async def test_a_new_logo_goes_before_taking_the_old_one_away(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await choose(alice, png())
    await choose(alice, SVG % b"", remove_logo="1")
    assert (await look(database, shop)).logo.endswith(".svg")


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (SVG % b"<script/>", "without scripts"),
        (SVG % b'<image href="https://example.com/x.png"/>', "without anything from elsewhere"),
        (b"<html>", "Must be a PNG, a JPEG or an SVG picture"),
        (png() + b"\0" * MAX_LOGO, "larger than 48 KB"),
        (png() + b"\0" * 1_000_000, "larger than 48 KB"),
    ],
)
async def test_what_is_no_logo_changes_nothing(
    alice: Person, database: Database, shop: Tenant, picture: bytes, said: str
) -> None:
    await choose(alice, png())
    before = await look(database, shop)
    reply = await choose(alice, picture, brand="Shoes", colour="#0b7a75")
    assert reply.status_code == 422
    assert 'id="problem-logo"' in reply.text
    assert said in reply.text
    assert 'value="Shoes"' in reply.text
    assert await look(database, shop) == before


async def test_a_wrong_colour_and_a_wrong_logo_are_both_told(
    alice: Person, database: Database, shop: Tenant
) -> None:
    reply = await choose(alice, b"<html>", colour="red")
    assert 'id="problem-logo"' in reply.text
    assert 'id="problem-colour"' in reply.text
    assert (await look(database, shop)) == project().settings


async def test_the_colour_is_told_as_it_is_read(alice: Person) -> None:
    default = (await alice.get(LOOK)).text
    # On light it is as it was chosen, on dark a lighter one.
    assert default.count("for which the colour becomes") == 1
    yellow = (await alice.get(f"{LOOK}?colour=%23FFD400")).text
    # Black on yellow, and no yellow text on white.
    assert 'fill="#ffd400"' in yellow
    assert yellow.count("for which the colour becomes") == 1
    assert "14.7 : 1" in yellow


async def test_the_pictures_are_in_what_is_not_saved_yet(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await choose(alice, png(), brand="Boots")
    query = "?colour=%23ffd400&brand=%3Cb%3EShoes"
    page = await alice.get(f"{LOOK}/page{query}")
    assert 'href="/-/theme/ffd400.css"' in page.text
    assert 'alt="&lt;b&gt;Shoes"' in page.text
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    mail = await alice.get(f"{LOOK}/mail{query}")
    assert "#ffd400" in mail.text
    assert "&lt;b&gt;Shoes" in mail.text
    # From here, whatever the address of the server is, and without telling anybody.
    logo = (await look(database, shop)).logo
    assert f'src="{logo_path(shop.id, logo)}"' in mail.text
    assert "/-/o/" not in mail.text
    assert (await look(database, shop)).brand == "Boots"


@pytest.mark.parametrize("colour", ["red", "%23fff", "%22%3E%3Cscript%3E", "%23ffd400%0A"])
async def test_what_is_no_colour_is_none(alice: Person, colour: str) -> None:
    for path in ("", "/page", "/mail"):
        reply = await alice.get(f"{LOOK}{path}?colour={colour}")
        assert reply.status_code == 200
        assert "/-/theme/" not in reply.text
        assert "<script>" not in reply.text


async def test_an_analyst_sets_no_look(bob: Person, charlie: Person) -> None:
    for person in (bob, charlie):
        for path in ("", "/page", "/mail"):
            assert (await person.get(LOOK + path)).status_code in {403, 404}
