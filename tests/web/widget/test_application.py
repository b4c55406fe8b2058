"""What pages load and call: cached, open to any page, closed to everything else."""

from dataclasses import replace

import httpx
import pytest

from tellback.app import App
from tellback.core.settings import ProjectSettings
from tellback.dialects.provision import make_project
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.tables import contacts, events, rejected_inputs
from tests.conftest import Tenant
from tests.web.widget.publishing import (
    BINARY,
    CES,
    CSAT,
    NPS,
    VISITOR,
    PageScript,
    page_script,
    placed,
    publish,
    rows,
)


async def test_the_script_is_cached_and_compressed(page: PageScript) -> None:
    reply = await page.client.get("/-/widget.js")
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    plain = await page.client.get("/-/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == reply.text
    tag = reply.headers["etag"]
    again = await page.client.get("/-/widget.js", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_pages_are_told_what_is_published_and_no_more(
    page: PageScript, shop: Tenant, database: Database
) -> None:
    gone = placed(NPS, delay=3)
    await publish(database, shop.made.project, csat=CSAT, vote=BINARY, ces=CES, nps=gone)
    reply = await page.surveys()
    rule = {"place": "popover", "pages": [], "events": [], "sample": 100, "snooze_days": 30}
    assert reply.json() == {
        "surveys": [
            {"key": "nps", **rule, "delay": 3},
            {"key": "csat", **rule, "place": "inline", "pages": ["/help/*"], "delay": 0},
            {"key": "ces", **rule, "events": ["paid"], "delay": 0},
        ]
    }
    again = await page.surveys(**{"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
    assert "max-age=60" in again.headers["cache-control"]


async def test_any_page_may_ask_beforehand(page: PageScript) -> None:
    reply = await page.client.options(f"/-/widget/{page.key}/answer")
    assert (reply.status_code, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/-/widget/KEY/unknown", 404),
        ("POST", "/-/widget/KEY", 405),
        ("GET", "/-/widget/KEY/ask", 405),
        ("DELETE", "/-/widget.js", 405),
        ("GET", "/-/widget/tb_widget_wrong", 401),
        ("POST", "/-/widget/tb_widget_wrong/ask", 401),
        ("GET", "/-/widget/", 401),
    ],
)
async def test_nothing_else_is_there(page: PageScript, method: str, path: str, status: int) -> None:
    reply = await page.client.request(method, path.replace("KEY", page.key), json={})
    assert reply.status_code == status
    assert reply.headers["access-control-allow-origin"] == "*"


async def test_no_other_key_opens_it_and_its_key_opens_nothing_else(
    page: PageScript, shop: Tenant
) -> None:
    for key in shop.keys("api").values():
        assert (await page.client.get(f"/-/widget/{key}")).status_code == 401
    mine = {"Authorization": f"Bearer {page.key}"}
    for path in ("/-/api/responses", "/-/api/contacts", "/-/api/projects/me"):
        assert (await page.client.get(path, headers=mine)).status_code == 401


async def test_each_project_has_its_own_surveys_only(
    page: PageScript, app: App, other: Tenant, database: Database
) -> None:
    async with page_script(app, other.keys("widget")["widget_key"]) as charlie:
        assert (await charlie.surveys()).json() == {"surveys": []}
        assert await charlie.ask("nps") is None
        assert await charlie.ask("nps", wanted=True) is None
    assert await rows(database, contacts) == await rows(database, events) == []


async def test_what_is_no_json_or_too_much_is_refused(page: PageScript, database: Database) -> None:
    async def send(content: bytes) -> httpx.Response:
        return await page.client.post(f"/-/widget/{page.key}/answer", content=content)

    assert (await send(b"{")).status_code == 400
    assert (await send(b"x" * 200_000)).status_code == 413
    assert len(await rows(database, rejected_inputs)) == 2


async def test_a_network_has_so_many_calls_an_hour(app: App, database: Database) -> None:
    settings = replace(ProjectSettings(), calls_per_hour=2)
    made = await make_project(database, load_dialects(), "Small", settings)
    await publish(database, made.project, nps=NPS)
    async with page_script(app, made.credentials["widget"]["widget_key"]) as script:
        body = {"surveys": ["nps"], "visitor": VISITOR}
        replies = [await script.call("ask", body) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        assert int(replies[2].headers["retry-after"]) > 0
        assert (await script.surveys()).status_code == 200
