"""Asking people from a file: what would come of it, and that it comes."""

import re
import threading
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from tellback.actions.set_settings import SetSetting, set_settings
from tellback.actions.suppress import suppress
from tellback.core.commands import Suppress
from tellback.core.instants import DAY, HOUR
from tellback.core.model import ContactKey, Identity
from tellback.core.recipients import MOST
from tellback.store.contacts import find_contacts
from tellback.store.database import Database
from tellback.store.properties import property_types
from tellback.store.tables import invitations
from tellback.web.dashboard import asking, drafts
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person, token_of

ASK = "/-/p/shop/invitations/ask"
LIST = (
    "email,name,language,S:city,N:amount,B:vip,remark\n"
    "ada@example.com,Ada Lovelace,de,London,129.90,yes,x\n"
    "grace@example.com,Grace Hopper,en,New York,45,no,\n"
    "nobody,,,,,,\n"
    "ada@example.com,,,,,,\n"
)


async def survey_of(person: Person) -> str:
    """The first survey on offer."""
    found = re.search(r'<option value="([0-9a-f]{32})"', (await person.get(ASK)).text)
    assert found
    return found[1]


async def see(person: Person, content: str | bytes, **fields: str) -> httpx.Response:
    """Upload a file."""
    data = {"survey": await survey_of(person), "form_token": token_of((await person.get(ASK)).text)}
    file = content if isinstance(content, bytes) else content.encode()
    return await person.client.post(
        ASK, data={**data, **fields}, files={"file": ("list.csv", file, "text/csv")}
    )


def form_of(html: str) -> dict[str, str]:
    """What the form to send would send."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return dict(fields)


async def send(person: Person, page: httpx.Response, **fields: str) -> httpx.Response:
    data = {**form_of(page.text), **fields}
    return await person.client.post(f"{ASK}/send", data=data)


async def rows(database: Database) -> list[Any]:
    def read(connection: Any) -> list[Any]:
        return list(connection.execute(select(invitations).order_by(invitations.c.reference)))

    return await database.read(read)


def outcome(html: str) -> dict[str, int]:
    """What the page says would become of the lines."""
    table = html.partition('<table class="outcome">')[2].partition("</table>")[0]
    found = re.findall(r'<th scope="row">([^<]+?) ?<.*?class="number">([\d,]+)<', table)
    return {name: int(number.replace(",", "")) for name, number in found}


async def test_nothing_is_written_before_it_is_confirmed(
    alice: Person, database: Database, shop: Tenant
) -> None:
    page = await see(alice, LIST)
    assert page.status_code == 200
    assert outcome(page.text) == {
        "Would get a mail now": 2,
        "Throttled": 0,
        "Suppressed": 0,
        "Asked before": 0,
        "Twice in the file": 1,
        "Cannot be read": 1,
        "Lines": 4,
    }
    assert "Send to 2 people" in page.text
    assert "&#39;nobody&#39; is no e-mail address" in page.text
    assert "ada@example.com stands on line 2 already" in page.text
    assert "remark" in page.text
    assert re.findall(r"<li><code>(\w+)</code> ([a-z ]+?) <span", page.text) == [
        ("city", "text"),
        ("amount", "number"),
        ("vip", "yes or no"),
    ]
    assert await rows(database) == []
    assert await database.read(property_types, shop.id) == {}
    key = ContactKey(Identity.EMAIL, "ada@example.com")
    assert await database.read(find_contacts, shop.id, [key]) == {}


async def test_who_is_confirmed_is_asked_and_their_progress_adds_up(
    alice: Person, database: Database, shop: Tenant
) -> None:
    reply = await send(alice, await see(alice, LIST))
    assert reply.status_code == 303
    ada, grace = await rows(database)
    assert (ada.address, ada.language, ada.dialect) == ("ada@example.com", "de", "upload")
    # From each of them there is a way back to what became of all.
    html = (await alice.get(f"/-/p/shop/invitations/{ada.id}")).text
    assert f'href="{reply.headers["location"]}"' in html
    assert ada.properties == {"city": "London", "amount": 129.9, "vip": True}
    assert grace.address == "grace@example.com"
    assert not ada.transactional
    key = ContactKey(Identity.EMAIL, "ada@example.com")
    known = await database.read(find_contacts, shop.id, [key])
    assert known[key].name == "Ada Lovelace"
    html = (await alice.get(reply.headers["location"])).text
    assert "2 invitations were requested" in html
    assert "0 of 2 settled, 2 still to go" in html
    assert "they add up to the 2 that were requested" in html


async def test_the_same_upload_twice_asks_nobody_twice(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    page = await see(alice, LIST)
    first = await send(alice, page)
    clock.now += HOUR
    again = await send(alice, page)
    assert again.headers["location"] == first.headers["location"]
    later = await see(alice, LIST)
    assert "This very file went to this survey" in later.text
    assert (await send(alice, later)).headers["location"] == first.headers["location"]
    assert len(await rows(database)) == 2
    assert "2 invitations were requested" in (await alice.get(first.headers["location"])).text


async def test_who_wants_to_ask_once_more_says_so(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    first = await send(alice, await see(alice, LIST))
    clock.now += 10 * DAY
    page = await see(alice, LIST)
    number = re.search(r'name="again" value="(\d+)"', page.text)
    assert number
    second = await send(alice, page, again=number[1])
    assert second.headers["location"] != first.headers["location"]
    assert (await send(alice, page, again=number[1])).headers["location"] == second.headers[
        "location"
    ]
    assert len(await rows(database)) == 4
    # A number that no page has offered is none.
    for none in ("49", "²", "9" * 5_000):
        reply = await send(alice, page, again=none)
        assert reply.headers["location"] == first.headers["location"]


async def test_a_large_file_does_not_keep_the_loop(
    alice: Person, shop: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, threading.Thread]] = []

    def watch(module: ModuleType, name: str) -> None:
        work: Callable[[Any], Any] = getattr(module, name)

        def watched(value: Any) -> Any:
            done.append((name, threading.current_thread()))
            return work(value)

        monkeypatch.setattr(module, name, watched)

    for module, name in (
        (drafts, "digest_of"),
        (asking, "digest_of"),
        (asking, "unpack"),
        (asking, "decode"),
    ):
        watch(module, name)
    await send(alice, await see(alice, LIST))
    assert [name for name, _ in done] == ["decode", "digest_of", "unpack", "digest_of", "digest_of"]
    assert threading.current_thread() not in {thread for _, thread in done}


async def test_who_may_not_be_asked_is_named_beforehand(
    alice: Person, database: Database, shop: Tenant
) -> None:
    project = shop.made.project
    await database.write_one(suppress, (project, Suppress("ada@example.com", "unsubscribed")))
    await database.write_one(set_settings, SetSetting(shop.id, "throttle_per_day", "0"))
    page = await see(alice, LIST)
    assert outcome(page.text)["Suppressed"] == 1
    assert outcome(page.text)["Throttled"] == 1
    assert "Request 2 invitations" in page.text
    assert 'invitations/why?who=grace%40example.com">grace@example.com</a>: asked' in page.text
    assert (await send(alice, page)).status_code == 303
    assert len(await rows(database)) == 2


async def test_it_can_be_sent_later(
    alice: Person, database: Database, shop: Tenant, clock: Clock
) -> None:
    await database.write_one(set_settings, SetSetting(shop.id, "time_zone", "Europe/Berlin"))
    page = await see(alice, LIST)
    for moment, why in [
        ("2020-01-01T10:00", "in the past"),
        ("2027-12-24T10:00", "can wait 30 days"),
        ("soon", "The moment to send is none"),
    ]:
        refused = await send(alice, page, send_at=moment)
        assert refused.status_code == 422
        assert why in refused.text
        assert f'value="{moment}"' in refused.text
    assert await rows(database) == []
    await send(alice, page, send_at="2026-11-20T10:00")
    # In November Berlin is an hour ahead.
    assert {row.due_at for row in await rows(database)} == {1_795_165_200_000}


async def test_a_transaction_is_asked_about_once(
    alice: Person, database: Database, shop: Tenant
) -> None:
    head = "email,transaction_id,transaction_amount,transaction_currency\n"
    await send(alice, await see(alice, head + "ada@example.com,T-1,12.50,EUR\n"))
    page = await see(alice, head + "ada@example.com,T-1,12.50,EUR\ngrace@example.com,T-2,,\n")
    assert outcome(page.text)["Asked before"] == 1
    assert "asked about T-1 before" in page.text
    await send(alice, page)
    ada, grace = await rows(database)
    assert (ada.reference, ada.transaction_amount, ada.transactional) == ("T-1", 12.5, True)
    assert grace.reference == "T-2"
    # A list of none but these is refused, and says why.
    alone = await see(alice, head + "ada@example.com,T-1,1,EUR\n")
    assert "Nobody in this file can be asked." in alone.text
    forced = await send(alice, page, packed=form_of(page.text)["packed"], send_at="")
    assert forced.status_code == 303
    assert len(await rows(database)) == 2


async def test_a_property_of_another_type_stops_the_file(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await send(alice, await see(alice, "email,N:size\nada@example.com,1\n"))
    page = await see(alice, "email,S:size\ngrace@example.com,large\n")
    assert "size is a number in this project, and a string in this file." in page.text
    assert "Send to" not in page.text
    page = await see(alice, "email,N:size\ngrace@example.com,2\n")
    other = await see(alice, "email,S:size\ngrace@example.com,large\n")
    assert "packed" not in form_of(other.text)
    assert (await send(alice, page)).status_code == 303


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "Choose a file, or paste its lines."),
        ("name\nAda\n", "No column is called email"),
        (b"\xef\xbb\xbfemail\n\xff\n", "says that it is UTF-8"),
        ("email\n" + "x\n" * (MOST + 1), "more than 10,000 lines"),
        ("email,S:c\n", "property names have"),
    ],
)
async def test_what_is_no_list_is_explained(
    alice: Person, shop: Tenant, content: str | bytes, why: str
) -> None:
    reply = await see(alice, content)
    assert reply.status_code == 422
    assert why in reply.text
    assert "Nothing was sent." in reply.text


async def test_a_list_can_be_pasted(alice: Person, shop: Tenant) -> None:
    page = await see(alice, "", pasted="email\nada@example.com")
    assert "Send to 1 person" in page.text
    wrong = await see(alice, "", pasted="<b>\nada")
    assert "&lt;b&gt;" in wrong.text


async def test_a_guess_at_the_characters_is_said(alice: Person, shop: Tenant) -> None:
    page = await see(alice, "email;name\nz@example.com;Zoë\n".encode("latin-1"))
    assert "Zoë" in page.text
    assert "The file is not in UTF-8." in page.text
    page = await see(alice, "email;name\nz@example.com;Zoë\n".encode("utf-16"))
    assert "Zoë" in page.text
    assert "not in UTF-8" not in page.text


@pytest.mark.parametrize("packed", ["", "x", "eJw", "!!!", "A" * 4000])
async def test_a_file_that_did_not_come_back_is_asked_for_again(
    alice: Person, database: Database, shop: Tenant, packed: str
) -> None:
    page = await see(alice, LIST)
    reply = await send(alice, page, packed=packed)
    assert reply.status_code == 422
    assert await rows(database) == []


async def test_a_bomb_is_not_unpacked(alice: Person, shop: Tenant) -> None:
    bomb = urlsafe_b64encode(zlib.compress(b"email\n" * 10_000_000, 9)).decode()
    reply = await send(alice, await see(alice, LIST), packed=bomb)
    assert reply.status_code == 422
    assert "too large" in reply.text


async def test_ten_thousand_people_are_asked_at_once(
    alice: Person, database: Database, shop: Tenant
) -> None:
    lines = [f"person{n}@example.com,Person {n},City {n}" for n in range(MOST)]
    page = await see(alice, "\n".join(["email,name,S:city", *lines]))
    assert "Send to 10,000 people" in page.text
    reply = await send(alice, page)

    def count(connection: Any) -> int:
        return int(connection.execute(select(func.count()).select_from(invitations)).scalar())

    assert await database.read(count) == MOST
    html = (await alice.get(reply.headers["location"])).text
    assert "they add up to the 10,000 that were requested" in html


async def test_only_this_form_may_be_large(alice: Person, shop: Tenant) -> None:
    huge = await see(alice, b"x" * (9 * 1024 * 1024))
    assert huge.status_code == 413
    large = await see(alice, b"x" * (5 * 1024 * 1024))
    assert large.status_code == 422
    assert "more than 4 MB" in large.text
    data = {"wire": "boolean", "secret": "x" * 100_000}
    assert (await alice.send(ASK, "/-/p/shop/connect/keys", data)).status_code == 413


async def test_the_mail_is_shown_and_leads_nowhere(alice: Person, shop: Tenant) -> None:
    page = await see(alice, LIST)
    source = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert source
    mail = await alice.get(source[1].replace("&amp;", "&"))
    assert mail.status_code == 200
    assert "<html" in mail.text
    assert "href=" not in mail.text
    assert "<img" not in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    for path in (f"{ASK}/mail/{'0' * 32}", f"{ASK}/mail/x", source[1] + "&id=1&at=x"):
        assert (await alice.get(path)).status_code == 404


async def test_asking_is_the_owners_alone(
    alice: Person, bob: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    page = await see(alice, LIST)
    assert (await bob.get(ASK)).status_code == 403
    assert "Ask people" not in (await bob.get("/-/p/shop/invitations")).text
    assert "Ask people" in (await alice.get("/-/p/shop/invitations")).text
    for path in (ASK, f"{ASK}/send"):
        fields = form_of(page.text)
        assert (await bob.send("/-/account", path, fields)).status_code == 403
        assert (await charlie.send("/-/account", path, fields)).status_code == 404
        forged = {**fields, "form_token": "x"}
        assert (await alice.client.post(path, data=forged)).status_code == 403
    assert await rows(database) == []


async def test_another_projects_survey_is_none(
    alice: Person, charlie: Person, database: Database, shop: Tenant, other: Tenant
) -> None:
    ask = ASK.replace("shop", "other")
    theirs = re.search(r'<option value="([0-9a-f]{32})"', (await charlie.get(ask)).text)
    assert theirs
    page = await see(alice, LIST, survey=theirs[1])
    assert page.status_code == 422
    assert "Choose a survey that is live." in page.text


async def test_another_projects_request_is_none(
    alice: Person, charlie: Person, shop: Tenant, other: Tenant
) -> None:
    reply = await send(alice, await see(alice, LIST))
    path = reply.headers["location"]
    assert (await charlie.get(path)).status_code == 404
    assert (await charlie.get(path.replace("shop", "other"))).status_code == 404
    assert (await alice.get(f"/-/p/shop/invitations/requests/{'0' * 32}")).status_code == 404


async def test_those_asked_together_are_found_again(
    alice: Person, bob: Person, shop: Tenant
) -> None:
    listed = "/-/p/shop/invitations"
    assert "lately" not in (await alice.get(listed)).text
    path = (await send(alice, await see(alice, LIST))).headers["location"]
    await send(alice, await see(alice, "email\nalone@example.com\n"))
    for person in alice, bob:
        html = (await person.get(listed)).text
        assert re.findall(r'href="([^"]+/requests/[0-9a-f]{32})"', html) == [path]
    assert "/requests/" not in (await alice.get(f"{listed}?state=queued")).text
