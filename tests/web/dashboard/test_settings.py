"""A project's settings in the dashboard."""

import re

import pytest

from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.model import Project
from tellback.core.settings import SETTINGS, ProjectSettings, set_value
from tellback.dialects.registry import load_dialects, switches_of
from tellback.store.database import Database
from tellback.store.projects import find_project
from tellback.web.dashboard.setting_groups import groups_of
from tests.conftest import Tenant
from tests.web.dashboard.people import Person

PAGE = "/-/p/shop/settings"
SWITCHES = switches_of(load_dialects())


async def stored(database: Database, tenant: Tenant) -> Project:
    project = await database.read(find_project, tenant.id)
    assert project
    return project


def project() -> Project:
    return Project("0" * 32, "Shop", "shop", 0, ProjectSettings(), b"")


def test_every_setting_and_every_switch_is_in_one_group() -> None:
    names = [field.name for group in groups_of(project(), SWITCHES) for field in group.fields]
    assert sorted(names) == sorted([*SETTINGS, *SWITCHES])


def test_whatever_is_shown_can_be_sent_back() -> None:
    for group in groups_of(project(), SWITCHES):
        for field in group.fields:
            assert not field.changed
            assert set_value(ProjectSettings(), field.name, field.text, SWITCHES)
            for choice in field.choices:
                assert set_value(ProjectSettings(), field.name, choice.text, SWITCHES)


async def test_the_page_shows_values_and_defaults(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await database.write_one(set_settings, SetSetting(shop.id, "throttle_per_day", "7"))
    html = (await alice.get(PAGE)).text
    assert re.search(r'id="throttle_per_day"[^>]* value="7"', html)
    assert "Default: 1" in html
    assert re.search(r'id="project_name"[^>]* value="Shop"', html)
    for name, switch in SWITCHES.items():
        assert f'name="{name}"' in html
        assert switch.choices[0] in html


async def test_a_group_is_saved(alice: Person, database: Database, shop: Tenant) -> None:
    fields = {
        "throttle_per_day": "",
        "throttle_per_week": " 3 ",
        "throttle_per_month": "4",
        "change_of_mind_hours": "0",
    }
    reply = await alice.send(PAGE, f"{PAGE}/throttle", fields)
    assert reply.headers["location"] == f"{PAGE}?saved=throttle#throttle"
    assert "Saved." in (await alice.get(f"{PAGE}?saved=throttle")).text
    settings = (await stored(database, shop)).settings
    assert (settings.throttle_per_day, settings.throttle_per_week) == (None, 3)
    assert settings.change_of_mind_hours == 0


async def test_what_is_not_touched_stays_as_others_have_set_it_meanwhile(
    alice: Person, database: Database, shop: Tenant
) -> None:
    await database.write_one(set_settings, SetSetting(shop.id, "brand", "Shoes"))
    await alice.send(PAGE, f"{PAGE}/project", {"language": "de"})
    settings = (await stored(database, shop)).settings
    assert (settings.brand, settings.language) == ("Shoes", "de")


async def test_all_of_a_group_or_nothing(alice: Person, database: Database, shop: Tenant) -> None:
    before = await stored(database, shop)
    fields = {"time_zone": "Mars/Olympus", "language": "<de>"}
    reply = await alice.send(PAGE, f"{PAGE}/project", fields)
    assert reply.status_code == 422
    assert "Must be an IANA time zone such as Europe/Berlin" in reply.text
    assert 'id="problem-language"' in reply.text
    # What was typed is still there, to be mended.
    assert 'value="&lt;de&gt;"' in reply.text
    assert 'value="Mars/Olympus"' in reply.text
    assert await stored(database, shop) == before


async def test_a_project_is_renamed_and_keeps_its_address(
    alice: Person, database: Database, shop: Tenant
) -> None:
    reply = await alice.send(PAGE, f"{PAGE}/project", {"project_name": " Shoes & more "})
    assert reply.status_code == 303
    renamed = await stored(database, shop)
    assert (renamed.name, renamed.slug) == ("Shoes & more", "shop")
    for wrong in ("", "x" * 101, "a\x00b"):
        refused = await alice.send(PAGE, f"{PAGE}/project", {"project_name": wrong})
        assert refused.status_code == 422
        assert 'id="problem-name"' in refused.text
    assert (await stored(database, shop)).name == "Shoes & more"
    both = {"project_name": "Hats", "time_zone": "Nowhere/At all"}
    assert (await alice.send(PAGE, f"{PAGE}/project", both)).status_code == 422
    assert (await stored(database, shop)).name == "Shoes & more"


async def test_a_switch_of_a_wire_is_set(alice: Person, database: Database, shop: Tenant) -> None:
    name, switch = next((n, s) for n, s in SWITCHES.items() if len(s.choices) > 1 and not s.free)
    reply = await alice.send(PAGE, f"{PAGE}/wires", {name: switch.choices[1]})
    assert reply.status_code == 303
    assert (await stored(database, shop)).settings.switches == {name: switch.choices[1]}
    refused = await alice.send(PAGE, f"{PAGE}/wires", {name: "something"})
    assert refused.status_code == 422
    assert "must be one of" in refused.text.lower()


@pytest.mark.parametrize(("group", "status"), [("none", 404), ("throttle", 303)])
async def test_a_setting_of_another_group_is_not_taken(
    alice: Person, database: Database, shop: Tenant, group: str, status: int
) -> None:
    reply = await alice.send(PAGE, f"{PAGE}/{group}", {"brand": "Shoes"})
    assert reply.status_code == status
    assert (await stored(database, shop)).settings.brand == ""


async def test_settings_are_the_owners_alone(
    alice: Person, bob: Person, charlie: Person, database: Database, shop: Tenant
) -> None:
    before = await stored(database, shop)
    path, fields = f"{PAGE}/project", {"brand": "Shoes"}
    assert (await bob.get(PAGE)).status_code == 403
    assert "Settings" not in (await bob.get("/-/p/shop/responses")).text
    assert (await bob.send("/-/account", path, fields)).status_code == 403
    assert (await charlie.send("/-/account", path, fields)).status_code == 404
    forged = {**fields, "form_token": "x"}
    assert (await alice.client.post(path, data=forged)).status_code == 403
    assert await stored(database, shop) == before
