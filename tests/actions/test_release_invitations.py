"""Putting claimed invitations back."""

import pytest

from tellback.actions.release_invitations import ReleaseInvitation, release_invitations
from tellback.core.instants import DAY, HOUR
from tellback.store.database import Database
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def release(
    shop: Sending, id_: str, due_at: int | None = None, reason: str | None = None
) -> None:
    job = ReleaseInvitation(shop.project.id, id_, shop.worker, NOON, due_at, reason)
    await shop.database.write(release_invitations, [job])


async def test_it_is_as_if_nobody_had_taken_it(shop: Sending) -> None:
    id_ = await shop.ask()
    before = await shop.row(id_)
    await shop.claim()
    await release(shop, id_)
    after = await shop.row(id_)
    assert after.contact_id is not None
    assert dict(after._mapping) | {"contact_id": None} == dict(before._mapping)
    assert await shop.claim() == [id_]


@pytest.mark.parametrize(("due_at", "kept"), [(HOUR, HOUR), (31 * DAY, 30 * DAY)])
async def test_it_may_wait_but_not_beyond_its_life(shop: Sending, due_at: int, kept: int) -> None:
    id_ = await shop.ask()
    await shop.claim()
    await release(shop, id_, NOON + due_at, "waits for its turn")
    row = await shop.row(id_)
    assert (row.due_at, row.reason) == (NOON + kept, "waits for its turn")


async def test_what_has_begun_to_go_is_not_put_back(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    await shop.begin(id_)
    await release(shop, id_)
    assert await shop.state(id_) == "sending"


async def test_nobody_puts_back_what_another_holds(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim(worker="somebody else")
    await release(shop, id_)
    assert await shop.state(id_) == "claimed"
