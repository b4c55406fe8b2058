"""The figures of a server, as Prometheus reads them."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tellback.app import App
from tests.conftest import Tenant


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

    monkeypatch.setattr(app.database, "read_patiently", fail)
    page = await read(watching)
    assert "tellback_database_up 0.0" in page
    assert "tellback_build_info" in page
    assert "tellback_invitations_due" not in page


async def test_business_is_counted_once_it_is_on_disk(
    shop: Tenant, client: httpx.AsyncClient, watching: httpx.AsyncClient
) -> None:
    ask = shop.keys("boolean")
    answer = shop.keys("satismeter")
    asked = [{"$email": "alice@example.com"}, {"$email": "nobody"}]
    headers = {"Authorization": f"Basic {b64encode(ask['api_key'].encode() + b':').decode()}"}
    await client.post("/v1/surveys?transactional=false", json=asked, headers=headers)
    given = {"writeKey": answer["write_key"], "campaign": answer["campaign"], "rating": 9}
    for user in ("bob", "charlie"):
        await client.post("/api/responses", json={**given, "method": "In-App", "userId": user})
    page = await read(watching)
    for line in (
        'tellback_invitations_total{channel="email",wire="boolean"} 1.0',
        'tellback_responses_total{channel="in_app",wire="satismeter"} 2.0',
        'tellback_refused_total{reason="Invalid",wire="boolean"} 1.0',
        'tellback_mails_total{result="sent"} 0.0',
        'tellback_invitations_due{channel="email"} 1.0',
        "tellback_write_queue_jobs 0.0",
    ):
        assert line in page
    assert "tellback_commit_jobs_count 0.0" not in page
