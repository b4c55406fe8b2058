"""The figures of a server, as Prometheus reads them."""

from typing import Any

import httpx
import pytest

from tellback.app import App


@pytest.fixture
async def watching(app: App) -> Any:
    transport = httpx.ASGITransport(app=app.monitor.at_operations_port())  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://operations") as opened:
        yield opened


async def read(watching: httpx.AsyncClient) -> str:
    return (await watching.get("/-/metrics")).text


async def test_requests_of_every_part_are_counted(
    client: httpx.AsyncClient, watching: httpx.AsyncClient
) -> None:
    await client.get("/-/login")
    await client.get("/-/api/surveys")
    await client.get("/v1/surveys")
    await client.get("/nothing/here")
    page = await read(watching)
    for line in (
        'tellback_requests_total{operation="/-/login",status="2xx",wire="pages"} 1.0',
        'operation="list_surveys",status="4xx",wire="api"} 1.0',
        'operation="unknown",status="4xx",wire="none"} 1.0',
        'tellback_refused_total{reason="CredentialMissing",wire="api"} 1.0',
    ):
        assert line in page


async def test_what_waits_is_the_databases(watching: httpx.AsyncClient) -> None:
    page = await read(watching)
    assert "tellback_database_up 1.0" in page
    assert 'tellback_invitations_due{channel="email"} 0.0' in page


async def test_a_database_that_is_gone_leaves_the_process_figures(
    app: App, watching: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: Any) -> None:
        raise OSError

    monkeypatch.setattr(app.database, "read", fail)
    page = await read(watching)
    assert "tellback_database_up 0.0" in page
    assert "tellback_build_info" in page
    assert "tellback_invitations_due" not in page
