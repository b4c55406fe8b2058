"""The front door: ours under /-/, the wires everywhere else, paths left as they came."""

import httpx


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
