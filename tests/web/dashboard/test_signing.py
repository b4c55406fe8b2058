"""Signing in and out, guessing, and changing the password."""

import pytest

from tellback.app import App
from tellback.core.users import Role
from tellback.store.database import Database
from tellback.web.dashboard import attempts
from tests.conftest import Tenant
from tests.web.dashboard.people import (
    PASSWORD,
    PASSWORD_HASH,
    Clock,
    Person,
    add_user,
    browser,
    signed_in,
)

NEW = "an even better passphrase"


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try takes a tenth of a second, so let them run out early."""
    monkeypatch.setattr("tellback.web.dashboard.attempts.PER_ACCOUNT_AND_ADDRESS", 3)
    monkeypatch.setattr("tellback.web.dashboard.attempts.PER_ADDRESS", 6)


@pytest.fixture
async def dora(app: App, database: Database, shop: Tenant) -> Person:
    """A user who is not signed in yet."""
    await add_user(database, "dora@example.com", Role.OWNER, shop.slug)
    return Person("dora@example.com", browser(app))


async def guess(person: Person, email: str, password: str, **headers: str) -> tuple[int, str]:
    """Try to sign in; the status and what the page says that is wrong."""
    fields = {"email": email, "password": password}
    reply = await person.send("/-/login", "/-/login", fields, **headers)
    says = reply.text.partition('role="alert"')[2].partition(">")[2].partition("<")[0]
    return reply.status_code, says


async def test_signing_in_and_out(dora: Person) -> None:
    reply = await dora.sign_in()
    assert (reply.status_code, reply.headers["location"]) == (303, "/-/")
    assert "HttpOnly" in reply.headers["set-cookie"]
    token = dora.session
    assert (await dora.get("/-/")).headers["location"] == "/-/p/shop/"
    assert (await dora.get("/-/login")).headers["location"] == "/-/"
    out = await dora.send("/-/account", "/-/logout", {})
    assert (out.status_code, out.headers["location"]) == (303, "/-/login")
    assert dora.session is None
    dora.client.cookies.set("tellback-session", token or "", domain="testserver.local")
    assert (await dora.get("/-/account")).status_code == 303


async def test_one_lands_where_one_wanted_to_go(dora: Person) -> None:
    fields = {"email": "Dora@Example.com ", "password": PASSWORD, "next": "/-/p/shop/responses"}
    reply = await dora.send("/-/login", "/-/login", fields)
    assert reply.headers["location"] == "/-/p/shop/responses"


async def test_one_does_not_land_elsewhere(dora: Person) -> None:
    fields = {"email": dora.email, "password": PASSWORD, "next": "//evil.example"}
    reply = await dora.send("/-/login", "/-/login", fields)
    assert reply.headers["location"] == "/-/"


async def test_every_session_has_a_token_of_its_own(app: App, dora: Person) -> None:
    await dora.sign_in()
    again = Person(dora.email, browser(app))
    await again.sign_in()
    assert dora.session
    assert again.session
    assert dora.session != again.session


async def test_wrong_and_unknown_look_the_same(dora: Person) -> None:
    wrong = await guess(dora, dora.email, "wrong password")
    unknown = await guess(dora, "nobody@example.com", "wrong password")
    no_address = await guess(dora, "no address", "wrong password")
    assert wrong == unknown == no_address
    assert wrong[0] == 422
    assert "do not belong together" in wrong[1]
    assert dora.session is None


async def test_an_unknown_address_is_checked_as_slowly(
    dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []

    async def noting(_self: object, password_hash: str | None, _password: str) -> bool:
        checked.append(password_hash)
        return False

    monkeypatch.setattr("tellback.web.dashboard.passwords.Passwords.match", noting)
    await guess(dora, dora.email, "wrong password")
    await guess(dora, "nobody@example.com", "wrong password")
    await guess(dora, "\x00", "wrong password")
    assert checked == [PASSWORD_HASH, None, None]


@pytest.mark.parametrize("email", ["dora@example.com", "nobody@example.com"])
async def test_guessing_at_one_account_ends(dora: Person, clock: Clock, email: str) -> None:
    assert [(await guess(dora, email, f"guess {n}"))[0] for n in range(4)] == [422, 422, 422, 429]
    status, says = await guess(dora, email, PASSWORD)
    assert status == 429
    assert says == "Too many tries. Please wait 15 minutes, then try again."
    clock.now += attempts.WINDOW
    assert (await guess(dora, "dora@example.com", PASSWORD))[0] == 303


async def test_the_wait_is_told_to_programs_too(dora: Person, clock: Clock) -> None:
    for _ in range(3):
        await guess(dora, dora.email, "wrong password")
    fields = {"email": dora.email, "password": PASSWORD}
    reply = await dora.send("/-/login", "/-/login", fields)
    assert reply.headers["retry-after"] == "900"


async def test_guessing_at_many_accounts_ends(dora: Person) -> None:
    statuses = [(await guess(dora, f"user{n}@example.com", "guess"))[0] for n in range(8)]
    assert statuses == [422] * 6 + [429] * 2


async def test_who_knows_the_password_is_not_counted(app: App, dora: Person) -> None:
    for _ in range(8):
        fresh = Person(dora.email, browser(app))
        assert (await fresh.sign_in()).status_code == 303


async def test_changing_the_password_ends_all_other_sessions(
    app: App, database: Database, shop: Tenant
) -> None:
    user = await add_user(database, "dora@example.com", Role.OWNER, shop.slug)
    here = await signed_in(app, database, user)
    there = Person(user.email, browser(app))
    await there.sign_in()
    before = here.session
    fields = {"current": PASSWORD, "new": NEW}
    reply = await here.send("/-/account", "/-/account/password", fields)
    assert reply.headers["location"] == "/-/account?changed=1"
    assert here.session not in (None, before)
    assert "Your password is changed" in (await here.get("/-/account?changed=1")).text
    assert (await there.get("/-/account")).status_code == 303
    assert (await there.sign_in()).status_code == 422
    assert (await there.sign_in(NEW)).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "says"),
    [
        ("wrong password", NEW, "The current password is not right."),
        (PASSWORD, "short", "The new password must have 10 to 256 characters."),
        (PASSWORD, "alice@example.com", "The new password must not be the e-mail address."),
        ("", "", "The new password must have 10 to 256 characters."),
    ],
)
async def test_a_password_that_will_not_do_changes_nothing(
    alice: Person, current: str, new: str, says: str
) -> None:
    fields = {"current": current, "new": new}
    reply = await alice.send("/-/account", "/-/account/password", fields)
    assert reply.status_code == 422
    assert says in reply.text
    assert (await alice.get("/-/account")).status_code == 200


async def test_the_current_password_cannot_be_guessed_by_a_borrowed_browser(alice: Person) -> None:
    fields = {"current": "wrong password", "new": NEW}
    statuses = [
        (await alice.send("/-/account", "/-/account/password", fields)).status_code
        for _ in range(4)
    ]
    assert statuses == [422, 422, 422, 429]
