"""What goes wrong has a page too, and tells nobody how."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tellback.core.errors import Overloaded
from tellback.core.links import share_link
from tellback.store.database import Database
from tellback.telemetry.pace import LONGEST_WAIT, Pace
from tests.web.respond.asking import Asker
from tests.web.respond.reading import read
from tests.web.respond.visiting import post


async def test_an_unknown_page_is_said_kindly(person: httpx.AsyncClient) -> None:
    reply = await person.get("/-/nothing/here?<script>")
    assert (read(reply).status, read(reply).title) == (404, "There is no page here")
    assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_a_wrong_method_says_which_are_right(person: httpx.AsyncClient) -> None:
    reply = await person.delete("/-/r/token")
    assert reply.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(reply.headers["allow"].replace(" ", "").split(","))


async def test_a_fault_of_ours_is_logged_without_the_token_and_shown_without_the_fault(
    person: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(database, "read", fail)
    with capture_logs() as logs:
        reply = await person.get("/-/r/somebodys-token", headers={"Accept-Language": "de"})
    page = read(reply)
    assert (page.status, page.title) == (500, "Etwas ist schiefgegangen")
    assert "secret reason" not in reply.text
    [entry] = logs
    assert (entry["log_level"], entry["method"]) == ("error", "GET")
    assert str(entry["exc_info"]) == "the secret reason"
    assert "somebodys-token" not in str({k: v for k, v in entry.items() if k != "exc_info"})


async def test_too_much_at_once_says_when_to_try_again(
    person: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "read", _overloaded)
    reply = await person.get("/-/r/token")
    assert (read(reply).status, reply.headers["retry-after"]) == (503, "1")


async def _overloaded(*_: Any) -> Any:
    raise Overloaded


async def test_an_unknown_page_of_a_project_leads_back_to_the_dashboard(
    person: httpx.AsyncClient,
) -> None:
    assert read(await person.get("/-/p/shop/nothing")).links == ["/-/"]
    assert read(await person.get("/-/nothing")).links == []


async def test_what_was_typed_is_not_thrown_away_at_the_door(
    person: httpx.AsyncClient, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = asker.project.id, asker.surveys["nps"].id
    path = share_link("", asker.project.secret, *ids)
    page = read(await person.get(path))
    monkeypatch.setattr(Pace, "wait", lambda _: LONGEST_WAIT + 1)
    assert (await person.get(path)).status_code == 503
    write = asker.database.write_one
    monkeypatch.setattr(asker.database, "write_one", _overloaded)
    kept = read(await post(person, path, page.sending(nps="9")))
    assert kept.status == 503
    assert ("q.nps", "9") in kept.chosen
    monkeypatch.setattr(asker.database, "write_one", write)
    assert (await post(person, path, kept.sending())).status_code == 303
    asked = asker.path(await asker.invite("nps"))
    assert (await post(person, asked, [("q.nps", "9")])).status_code == 303
