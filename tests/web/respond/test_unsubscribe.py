"""Unsubscribing takes one press, never a visit, and can be taken back."""

import httpx
import pytest

from tellback.core.links import Purpose
from tellback.store.database import Database
from tellback.store.tables import signals, suppressions
from tests.web.respond.asking import ALICE, NOW, Asker, make_asker
from tests.web.respond.reading import read


async def link(asker: Asker) -> str:
    return asker.path(await asker.invite(), Purpose.UNSUBSCRIBE)


async def suppressed(asker: Asker) -> dict[str, str]:
    return {row["address"]: row["reason"] for row in await asker.rows(suppressions)}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_link_only_asks(person: httpx.AsyncClient, asker: Asker, method: str) -> None:
    assert (await person.request(method, await link(asker))).status_code == 200
    assert await suppressed(asker) == {}


async def test_the_page_says_whose_and_what_and_has_one_button(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = await link(asker)
    page = read(await person.get(path))
    assert page.title == "Unsubscribe – Shop"
    assert "Shop will send no more survey e-mails to al•••@example.com." in page.text
    assert page.actions == [path]
    assert ALICE not in page.text
    [signal] = await asker.rows(signals)
    assert (signal["kind"], signal["scanner"]) == ("look", None)


async def test_one_press_unsubscribes(person: httpx.AsyncClient, asker: Asker) -> None:
    path = await link(asker)
    page = read(await person.post(path))
    assert (page.status, page.title) == (200, "You are unsubscribed – Shop")
    assert page.actions == [f"{path}/back"]
    assert await suppressed(asker) == {ALICE: "unsubscribed"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            b"One-Click\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        (b"", "text/plain"),
        (b"\xff\x00 nonsense", "multipart/form-data"),
    ],
)
async def test_a_mail_servers_one_click_is_enough(
    person: httpx.AsyncClient, asker: Asker, body: bytes, kind: str
) -> None:
    reply = await person.post(
        await link(asker),
        content=body,
        headers={"Content-Type": kind, "User-Agent": "mail server", "Accept-Language": ""},
    )
    assert reply.status_code == 200
    assert await suppressed(asker) == {ALICE: "unsubscribed"}


async def test_twice_is_as_good_as_once(person: httpx.AsyncClient, asker: Asker) -> None:
    path = await link(asker)
    for _ in range(2):
        page = read(await person.post(path))
        assert (page.status, page.title) == (200, "You are unsubscribed – Shop")
    assert read(await person.get(path)).title == "You are unsubscribed – Shop"
    assert await suppressed(asker) == {ALICE: "unsubscribed"}


async def test_a_mistake_can_be_taken_back(person: httpx.AsyncClient, asker: Asker) -> None:
    path = await link(asker)
    await person.post(path)
    page = read(await person.post(f"{path}/back"))
    assert (page.title, page.actions) == ("You are subscribed again – Shop", [])
    assert await suppressed(asker) == {}
    assert read(await person.get(path)).actions == [path]


@pytest.mark.parametrize("reason", ["bounced", "complained"])
async def test_only_ones_own_word_can_be_taken_back(
    person: httpx.AsyncClient, asker: Asker, reason: str
) -> None:
    path = await link(asker)
    await asker.add(suppressions, address=ALICE, reason=reason, created_at=NOW)
    assert read(await person.get(path)).actions == []
    page = read(await person.post(f"{path}/back"))
    assert page.title == "You are unsubscribed – Shop"
    assert await suppressed(asker) == {ALICE: reason}


async def test_who_had_bounced_may_still_unsubscribe(
    person: httpx.AsyncClient, asker: Asker
) -> None:
    path = await link(asker)
    await asker.add(suppressions, address=ALICE, reason="bounced", created_at=NOW)
    await person.post(path)
    assert await suppressed(asker) == {ALICE: "unsubscribed"}


async def test_other_projects_go_on(
    person: httpx.AsyncClient, asker: Asker, database: Database
) -> None:
    other = await make_asker(database, "Other")
    await person.post(await link(asker))
    [row] = await other.rows(suppressions)
    assert row["project_id"] == asker.project.id


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_an_unknown_link_does_nothing(
    person: httpx.AsyncClient, asker: Asker, method: str
) -> None:
    answer = asker.path(await asker.invite())
    for path in (answer.replace("/r/", "/u/"), "/-/u/unknown"):
        assert (await person.request(method, path)).status_code == 404
    assert (await person.post(f"{answer.replace('/r/', '/u/')}/back")).status_code == 404
    assert await suppressed(asker) == {}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_way_back_is_no_link(
    person: httpx.AsyncClient, asker: Asker, method: str
) -> None:
    path = await link(asker)
    await person.post(path)
    assert (await person.request(method, f"{path}/back")).status_code == 405
    assert await suppressed(asker) == {ALICE: "unsubscribed"}
