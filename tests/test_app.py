"""The front door: ours under /-/, the wires everywhere else, paths left as they came."""

import httpx
import pytest

from tellback.app import App


async def test_an_unknown_path_is_a_plain_404(client: httpx.AsyncClient) -> None:
    reply = await client.get("/nothing/here")
    assert reply.status_code == 404
    assert reply.json()["error"] == "Not found"


async def test_health_is_ours(client: httpx.AsyncClient) -> None:
    reply = await client.get("/-/health/live")
    assert reply.json() == {"status": "ok"}
    assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_a_wire_sees_the_path_as_it_came(client: httpx.AsyncClient) -> None:
    astray = await client.get("/v1/surveys/")
    assert astray.status_code == 404
    assert astray.json()["success"] is False
    assert (await client.get("/v1/surveys")).status_code == 401


async def test_a_nul_in_a_path_is_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/-/static/%00")).status_code == 404


async def test_a_busy_server_refuses_in_everybodys_own_words(
    client: httpx.AsyncClient, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.pace, "wait", lambda: 60.0)
    for path, words in (
        ("/v1/surveys", '"success":false'),
        ("/-/api/projects/me", "/-/api/docs#overloaded"),
        ("/-/r/token", "<html"),
        ("/-/login", "Busy"),
    ):
        reply = await client.get(path, headers={"Accept": "text/html"})
        assert (reply.status_code, "retry-after" in reply.headers) == (503, True), path
        assert words in reply.text
    assert (await client.get("/-/health/live")).status_code == 200
