"""Health for anybody, figures for whom they are meant."""

from dataclasses import replace

import httpx
import pytest

from tellback.app import App, build_app
from tellback.config import Config
from tellback.store.database import Database

TOKEN = "figures-for-prometheus"


def talking_to(app: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def test_a_living_server_says_so(client: httpx.AsyncClient) -> None:
    reply = await client.get("/-/health/live")
    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


async def test_a_ready_server_says_so(client: httpx.AsyncClient) -> None:
    reply = await client.get("/-/health/ready")
    assert (reply.status_code, reply.json()) == (200, {"status": "ready", "reasons": []})
    assert reply.headers["cache-control"] == "no-store"


async def test_a_draining_server_lives_and_says_why_it_is_not_ready(
    app: App, client: httpx.AsyncClient
) -> None:
    app.health.drain()
    reply = await client.get("/-/health/ready")
    assert reply.status_code == 503
    assert reply.json()["status"] == "not ready"
    assert [reason["code"] for reason in reply.json()["reasons"]] == ["draining"]
    assert (await client.get("/-/health/live")).status_code == 200


async def test_a_head_has_no_body(client: httpx.AsyncClient) -> None:
    reply = await client.head("/-/health/ready")
    assert (reply.status_code, reply.content) == (200, b"")


async def test_nothing_is_to_be_posted(client: httpx.AsyncClient) -> None:
    reply = await client.post("/-/health/live")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")


async def test_without_a_token_nobody_sees_figures(client: httpx.AsyncClient) -> None:
    reply = await client.get("/-/metrics", headers={"Authorization": "Bearer "})
    assert reply.status_code == 404


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer x", 401),
        (TOKEN, 401),
        ("", 401),
    ],
)
async def test_a_token_opens_the_figures(
    config: Config, database: Database, authorization: str, status: int
) -> None:
    app = build_app(replace(config, metrics_token=TOKEN), database)
    async with talking_to(app) as client:
        reply = await client.get("/-/metrics", headers={"Authorization": authorization})
    assert reply.status_code == status
    assert ("tellback_build_info" in reply.text) is (status == 200)


async def test_the_operations_port_has_figures_and_health_and_nothing_else(app: App) -> None:
    async with talking_to(app.monitor.at_operations_port()) as client:
        assert (await client.get("/-/metrics")).status_code == 200
        assert (await client.get("/-/health/ready")).status_code == 200
        for path in ("/", "/-/", "/-/login", "/v1/surveys"):
            assert (await client.get(path)).status_code == 404
