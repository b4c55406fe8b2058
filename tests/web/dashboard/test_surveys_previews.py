"""Previews: what people would see, with nobody asked."""

import pytest
from sqlalchemy import Connection, func, select

from tellback.config import Config
from tellback.mail.transports.outbox import Outbox
from tellback.store.database import Database
from tellback.store.tables import invitations, responses, signals
from tests.conftest import Tenant
from tests.web.dashboard.forms import with_values
from tests.web.dashboard.people import Person
from tests.web.dashboard.test_surveys_editor import EVERYTHING, HOME, define, press, typed

PREVIEW = f"{HOME}/visit/preview"


def _rows(connection: Connection) -> int:
    tables = (invitations, responses, signals)
    return sum(
        connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables
    )


async def test_the_page_is_the_drafts(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    fields = with_values(await typed(alice), q__0__text__de="Wie <war> es?")
    await press(alice, fields, "save")
    english = await alice.get(f"{PREVIEW}/page")
    assert "How was it?" in english.text
    german = await alice.get(f"{PREVIEW}/page?language=de")
    assert '<html lang="de"' in german.text
    assert "Wie &lt;war&gt; es?" in german.text
    policy = german.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert german.headers["x-frame-options"] == "SAMEORIGIN"
    assert german.headers["cache-control"] == "no-store"


async def test_the_mail_watches_nobody(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    reply = await alice.get(f"{PREVIEW}/mail?language=de")
    assert "Wie war es?" in reply.text
    assert "/-/o/" not in reply.text
    assert "/-/t/" not in reply.text
    assert "sandbox" in reply.headers["content-security-policy"]
    assert await database.read(_rows) == 0


@pytest.mark.parametrize("do", ["save", "remove.0"])
async def test_what_is_not_finished_is_shown_as_far_as_it_is(
    alice: Person, database: Database, shop: Tenant, do: str
) -> None:
    await define(database, shop)
    fields = with_values(await typed(alice), q__2__text__en="", name="", type="x" if do else "")
    await press(alice, fields, do)
    for path in ("", "/page", "/mail"):
        assert (await alice.get(PREVIEW + path)).status_code == 200


async def test_nothing_to_see_yet(alice: Person, database: Database, shop: Tenant) -> None:
    await define(database, shop)
    for _ in range(3):
        await press(alice, await typed(alice), "remove.0")
    for path in ("/page", "/mail"):
        reply = await alice.get(PREVIEW + path)
        assert "Nothing to see yet" in reply.text
        assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]
    html = (await alice.get(f"{HOME}/visit/edit?check=1")).text
    assert "Needs 1 to 100 questions" in html


async def test_a_test_mail_says_so_and_counts_nothing(
    alice: Person, database: Database, shop: Tenant, config: Config
) -> None:
    await define(database, shop, EVERYTHING.replace('en: "How was it?"', 'en: "How?"'))
    fields = {"address": "Me@example.com", "language": "de"}
    reply = await alice.send(PREVIEW, f"{HOME}/visit/trial", fields)
    assert reply.headers["location"] == f"{PREVIEW}?language=de&trial=sent"
    assert "on its way" in (await alice.get(reply.headers["location"])).text
    outbox = Outbox(config.outbox)
    [entry] = outbox.page()
    assert (entry.subject, entry.recipient) == ("[Test] Wie war es?", "me@example.com")
    mail = outbox.load(entry.id)
    assert mail is not None
    assert "This is a test." in mail.text
    assert f"http://testserver{PREVIEW}" in mail.text
    for live in ("/-/r/", "/-/u/", "/-/o/", "/-/t/"):
        assert live not in mail.html
    assert await database.read(_rows) == 0


async def test_a_test_goes_to_an_address(
    alice: Person, database: Database, shop: Tenant, config: Config
) -> None:
    await define(database, shop)
    reply = await alice.send(PREVIEW, f"{HOME}/visit/trial", {"address": "no\r\nBcc: x@x.com"})
    assert "no e-mail address" in (await alice.get(reply.headers["location"])).text
    assert Outbox(config.outbox).page() == []
