"""The key's own project over our own API."""

from typing import Any

from tests.conftest import Tenant
from tests.web.api.calling import Caller


async def change(caller: Caller, **settings: Any) -> Any:
    return await caller.client.patch("/-/api/projects/me", json={"settings": settings})


async def test_a_key_sees_its_own_project(alice: Caller, shop: Tenant) -> None:
    seen = (await alice.get("/projects/me")).json()
    assert (seen["id"], seen["slug"], seen["settings"]["time_zone"]) == (shop.id, "shop", "UTC")
    assert "secret" not in seen


async def test_settings_are_changed_all_or_none(alice: Caller) -> None:
    reply = await change(alice, time_zone="Europe/Berlin", throttle_per_day=None, allow_force=True)
    changed = reply.json()["settings"]
    assert (changed["time_zone"], changed["throttle_per_day"]) == ("Europe/Berlin", None)
    assert changed["allow_force"] is True
    refused = await change(alice, language="de", time_zone="Nowhere", calls_per_hour=0)
    assert refused.status_code == 422
    wrong = {fault["pointer"] for fault in refused.json()["errors"]}
    assert wrong == {"#/time_zone", "#/calls_per_hour"}
    again = (await alice.get("/projects/me")).json()["settings"]
    assert again["language"] == "en"


async def test_a_setting_has_its_own_type(alice: Caller) -> None:
    for settings in ({"calls_per_hour": "5"}, {"colour": "red"}, {"switches": {"no.such": "x"}}):
        assert (await change(alice, **settings)).status_code == 422
