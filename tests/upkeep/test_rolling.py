"""Rolling up in the background: what is found, in which order, and how long it rests."""

from typing import Any

import pytest

from tellback.actions.set_settings import SetSetting, set_settings
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import SubmitResponse
from tellback.core.model import Channel, Project
from tellback.store.database import Database
from tellback.store.overview import Overview
from tellback.store.rollup_state import RollUpState, roll_up_states
from tellback.store.verify import verify
from tellback.upkeep.rolling import Rolling
from tests.conftest import Tenant
from tests.store.overviews import overview_since


async def answer(database: Database, shop: Tenant, rating: int) -> None:
    survey = shop.keys("satismeter")["campaign"]
    command = SubmitResponse("satismeter", Channel.IN_APP, survey=survey, rating=rating)
    await database.write_one(submit_responses, (shop.made.project, command))


async def ratings(database: Database, project: Project) -> dict[float, int]:
    overview: Overview = await database.read(overview_since, project, 0)
    return {rated.rating: n for rated, n in overview.steps[0].ratings.items()}


async def state(database: Database, slug: str) -> RollUpState:
    states = await database.read(roll_up_states)
    return next(one for one in states if one.project == slug)


async def test_new_projects_are_rolled_up(database: Database, shop: Tenant, other: Tenant) -> None:
    await answer(database, shop, 9)
    assert (await state(database, shop.slug)).waiting is None
    rolling = Rolling(database, "worker")
    assert await rolling() >= 15
    assert await rolling.waiting() == []
    found = await state(database, shop.slug)
    assert (found.zone, found.cells, found.waiting) == ("UTC", 1, 0)
    assert (await state(database, other.slug)).cells == 0
    await answer(database, shop, 3)
    assert (await state(database, shop.slug)).waiting == 1
    assert await ratings(database, shop.made.project) == {9.0: 1, 3.0: 1}
    assert await rolling.waiting() == [shop.id]
    await rolling()
    assert await ratings(database, shop.made.project) == {9.0: 1, 3.0: 1}
    assert (await database.read(verify)).clean


@pytest.mark.parametrize(
    ("name", "value"), [("time_zone", "Asia/Tokyo"), ("rolled_properties", "plan")]
)
async def test_settings_by_which_cells_are_made_begin_anew(
    database: Database, shop: Tenant, name: str, value: str
) -> None:
    await answer(database, shop, 9)
    rolling = Rolling(database, "worker")
    await rolling()
    await database.write_one(set_settings, SetSetting(shop.id, name, value))
    assert await rolling.waiting() == [shop.id]
    await rolling()
    found = await state(database, shop.slug)
    assert value in (found.zone, *found.properties)
    assert (found.cells, found.waiting) == (1, 0)


async def test_it_rests_for_what_it_cost(database: Database, shop: Tenant) -> None:
    ticks = iter([0.0, 30.0])
    rolling = Rolling(database, "worker", clock=lambda: next(ticks))
    assert await rolling() == 120.0


async def test_one_of_two_rolls_a_day_up(database: Database, shop: Tenant) -> None:
    await answer(database, shop, 9)
    one, another = Rolling(database, "one"), Rolling(database, "another")
    done: list[Any] = [await one.roll_up(shop.id), await another.roll_up(shop.id)]
    # What was counted, and the words in it.
    assert done == [2, 0]
