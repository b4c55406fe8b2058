"""Pages for what goes wrong."""

import httpx
import pytest

from tellback.app import App
from tellback.core.errors import Overloaded, Unavailable
from tellback.store.database import Database
from tests.web.dashboard.people import Person


def without_raising(person: Person, app: App) -> httpx.AsyncClient:
    """The person's browser, seeing what a server would send for an error of ours."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport,
        base_url="http://testserver",
        headers=person.client.headers,
        cookies=person.client.cookies,
    )


async def test_a_missing_page_is_told_in_the_frame(alice: Person) -> None:
    reply = await alice.get("/-/p/none/")
    assert reply.status_code == 404
    assert "There is nothing here" in reply.text
    assert "alice@example.com" in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_a_program_gets_no_page(alice: Person) -> None:
    reply = await alice.get("/-/p/none/", Accept="application/json")
    assert reply.status_code == 404
    assert reply.json()["error"] == "There is nothing here"


async def test_a_wrong_method(alice: Person) -> None:
    reply = await alice.client.put("/-/account")
    assert reply.status_code == 405


async def test_a_fault_of_ours_tells_nothing_of_itself(
    alice: Person, app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr("tellback.web.dashboard.responses.search_responses", fail)
    async with without_raising(alice, app) as client:
        reply = await client.get("/-/p/shop/responses")
    assert reply.status_code == 500
    assert "Something broke" in reply.text
    assert "secret detail" not in reply.text
    assert "secret detail" in capsys.readouterr().out


async def test_a_busy_server_asks_to_come_again(
    alice: Person, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Overloaded(retry_after=7)

    monkeypatch.setattr("tellback.web.dashboard.responses.search_responses", full)
    async with without_raising(alice, app) as client:
        reply = await client.get("/-/p/shop/responses")
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "7"
    assert "Busy" in reply.text


async def test_without_its_database_a_server_says_so(
    alice: Person, app: App, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(database, "read", away)
    async with without_raising(alice, app) as client:
        reply = await client.get("/-/p/shop/responses")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert "The database does not answer" in reply.text
