"""Refused input goes when its project's time for it is over."""

import pytest

from tellback.actions import forget_rejections
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.commands import RecordRejection
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.rejections import RejectionFilter
from tellback.dialects.forgetting import Forgetting, forget_old_rejections
from tellback.store.database import Database, Transaction
from tellback.store.rejected_inputs import NOBODY, insert_rejections, list_rejections
from tests.conftest import Tenant

NOW = 1_795_000_000_000


@pytest.fixture
def now(database: Database) -> list[int]:
    """What time it is; its only member may be changed."""
    moment = [NOW]
    database.clock = lambda: moment[0]
    return moment


def _insert(tx: Transaction, jobs: list[tuple[str, int]]) -> list[None]:
    for owner, days in jobs:
        entry = RecordRejection("wire", "ask", "POST", "/ask", 400, f"{days}", b"")
        insert_rejections(tx.connection, [(owner, entry)], NOW - days * DAY)
    return [None for _ in jobs]


async def left(database: Database, owner: str) -> list[str]:
    """The ages of what is left, in days, newest first."""
    feed = await database.read(list_rejections, owner, RejectionFilter(), None, 100)
    return [row.reason for row in feed.rows]


async def test_each_project_has_its_own_time(
    now: list[int], database: Database, shop: Tenant, other: Tenant
) -> None:
    await database.write_one(set_settings, SetSetting(other.id, "keep_rejected_days", "7"))
    ages = (0, 6, 8, 29, 31, 400)
    owners = (shop.id, other.id, NOBODY, "f" * 32)
    await database.write(_insert, [(owner, days) for owner in owners for days in ages])
    await forget_old_rejections(database)
    assert await left(database, shop.id) == ["0", "6", "8", "29"]
    assert await left(database, other.id) == ["0", "6"]
    # What belongs to nobody, or to a project that is gone, has the usual time.
    assert await left(database, NOBODY) == ["0", "6", "8", "29"]
    assert await left(database, "f" * 32) == ["0", "6", "8", "29"]


async def test_more_than_goes_at_once_goes_all_the_same(
    now: list[int], database: Database, shop: Tenant
) -> None:
    most = forget_rejections.ForgetRejections("", 0).most
    await database.write(_insert, [(shop.id, 40)] * (2 * most + 1) + [(shop.id, 1)])
    await forget_old_rejections(database)
    assert await left(database, shop.id) == ["1"]


async def test_the_chore_looks_once_an_hour(
    now: list[int], database: Database, shop: Tenant
) -> None:
    chore = Forgetting(database)
    await chore()
    await database.write(_insert, [(shop.id, 40)])
    now[0] += HOUR - MINUTE
    await chore()
    assert await left(database, shop.id) == ["40"]
    now[0] += MINUTE
    await chore()
    assert await left(database, shop.id) == []
