"""Addresses that are never mailed, over our own API."""

from tellback.actions.suppress import suppress
from tellback.core.commands import COMPLAINED, Suppress
from tellback.store.database import Database
from tests.conftest import Tenant
from tests.web.api.calling import Caller


async def listed(caller: Caller) -> dict[str, str]:
    items = (await caller.get("/suppressions")).json()["items"]
    return {one["address"]: one["reason"] for one in items}


async def test_addresses_are_suppressed_and_lifted(alice: Caller) -> None:
    results = await alice.batch(
        "/suppressions",
        {"address": "Ann@Example.com"},
        {"address": "ben@example.com", "reason": "unsubscribed"},
        {"address": "none"},
        {"address": "cat@example.com", "reason": "bored"},
    )
    assert [one["status"] for one in results] == [200, 200, 422, 422]
    assert await listed(alice) == {
        "ann@example.com": "listed",
        "ben@example.com": "unsubscribed",
    }
    assert (await alice.send("DELETE", "/suppressions/ann@example.com")).status_code == 204
    assert (await alice.send("DELETE", "/suppressions/ann@example.com")).status_code == 404
    assert list(await listed(alice)) == ["ben@example.com"]


async def test_suppressing_twice_is_no_refusal(alice: Caller) -> None:
    for _ in range(2):
        assert (await alice.batch("/suppressions", {"address": "a@example.com"}))[0] == {
            "status": 200
        }
    assert (await alice.get("/rejected-inputs")).json()["items"] == []


async def test_a_persons_own_word_stands(alice: Caller, database: Database, shop: Tenant) -> None:
    complaint = Suppress("ann@example.com", COMPLAINED)
    await database.write_one(suppress, (shop.made.project, complaint))
    assert (await alice.send("DELETE", "/suppressions/ann@example.com")).status_code == 409


async def test_pages_follow_each_other(alice: Caller) -> None:
    addresses = [f"p{number}@example.com" for number in range(5)]
    await alice.batch("/suppressions", *({"address": one} for one in addresses))
    first = (await alice.get("/suppressions", size=3)).json()
    rest = (await alice.get("/suppressions", size=3, after=first["next"])).json()
    assert [one["address"] for one in first["items"] + rest["items"]] == addresses
    assert rest["next"] is None
