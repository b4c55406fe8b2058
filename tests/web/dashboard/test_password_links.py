"""A link that sets a password, as an owner makes it and as its reader uses it."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from tellback.app import App
from tellback.store.database import Database
from tellback.store.users import find_user
from tellback.web.dashboard.password_mail import letter
from tests.conftest import Tenant
from tests.web.dashboard.people import Person, browser, token_of

PAGE, DORA = "/-/p/shop/members", "dora@example.com"
NEW = "another long password"
_LINK = re.compile(r'<pre id="secret"[^>]*><code>http://testserver(/-/password/[^<]+)</code>')


async def link_of(alice: Person, email: str = DORA) -> str:
    """The path that an owner is shown when they add somebody."""
    reply = await alice.send(PAGE, PAGE, {"email": email, "role": "analyst"})
    found = _LINK.search(reply.text)
    assert found, reply.text
    assert reply.headers["cache-control"] == "no-store"
    return found[1]


async def test_who_is_added_sets_a_password_and_is_in(alice: Person, app: App) -> None:
    path = await link_of(alice)
    async with browser(app) as client:
        dora = Person(DORA, client)
        for _ in range(2):
            # Looking at it, as mail programs do, uses nothing up.
            html = (await dora.get(path)).text
            assert DORA in html
        reply = await client.post(path, data={"form_token": token_of(html), "new": NEW})
        assert (reply.status_code, reply.headers["location"]) == (303, "/-/")
        assert (await dora.get("/-/p/shop/responses")).status_code == 200
        assert (await dora.get(path)).status_code == 404
        client.cookies.clear()
        assert (await dora.sign_in(NEW)).status_code == 303


async def test_nobody_signs_in_before(alice: Person, app: App) -> None:
    await link_of(alice)
    async with browser(app) as client:
        assert (await Person(DORA, client).sign_in("")).status_code == 422


async def test_a_password_that_will_not_do_uses_nothing_up(alice: Person, app: App) -> None:
    path = await link_of(alice)
    async with browser(app) as client:
        dora = Person(DORA, client)
        for word, problem in (("short", "10 to 256"), (DORA, "must not be the e-mail")):
            reply = await dora.send(path, path, {"new": word})
            assert (reply.status_code, problem in reply.text) == (422, True)
        assert (await dora.send(path, path, {"new": NEW})).status_code == 303


async def test_a_form_of_elsewhere_sets_nothing(alice: Person, app: App) -> None:
    path = await link_of(alice)
    async with browser(app) as client:
        assert (await client.post(path, data={"new": NEW})).status_code == 403
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("link", ["x", "0" * 43, "%00"])
async def test_a_link_that_is_none_says_so(link: str, stranger: Person) -> None:
    reply = await stranger.get(f"/-/password/{link}")
    assert reply.status_code == 404


async def test_who_has_forgotten_gets_a_new_link(
    alice: Person, bob: Person, app: App, database: Database
) -> None:
    user = await database.read(find_user, bob.email)
    assert user
    reply = await alice.send(PAGE, f"{PAGE}/{user.id}/link", {})
    found = _LINK.search(reply.text)
    assert found
    # bob goes on until somebody uses it.
    assert (await bob.get("/-/p/shop/responses")).status_code == 200
    async with browser(app) as client:
        again = Person(bob.email, client)
        assert (await again.send(found[1], found[1], {"new": NEW})).status_code == 303
    assert (await bob.get("/-/p/shop/responses")).status_code == 303


async def test_who_belongs_elsewhere_too_gets_none_that_is_shown(
    alice: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    await alice.send(PAGE, PAGE, {"email": charlie.email, "role": "agent"})
    user = await database.read(find_user, charlie.email)
    assert user
    reply = await alice.send(PAGE, f"{PAGE}/{user.id}/link", {})
    assert (reply.status_code, "do not own" in reply.text) == (422, True)
    assert not _LINK.search(reply.text)


async def test_the_mail_says_what_it_is(shop: Tenant) -> None:
    project = shop.made.project
    link = "https://example.com/-/password/" + "a" * 43
    sent = letter(project, "dora@exämple.com", link, "us@example.com", 0)
    mail = message_from_bytes(sent.message, policy=default)
    assert (mail["To"], mail["From"]) == ("dora@xn--exmple-cua.com", "us@example.com")
    body = mail.get_body()
    assert body
    assert f"\n{link}\n" in body.get_content().replace("\r\n", "\n")
    assert mail["Subject"] == f"Your password for {project.name}"
