"""Sending mails again of which nobody knows whether they went."""

import pytest

from tellback.actions.cancel_invitations import cancel_invitations
from tellback.actions.record_deliveries import Result
from tellback.actions.resend_invitations import resend_invitations
from tellback.core.errors import NotEligible, NotFound
from tellback.core.instants import DAY
from tellback.store.database import Database
from tests.outgoing import Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


async def lost(shop: Sending) -> str:
    """An invitation of which nobody knows whether its mail went."""
    id_ = await shop.ask()
    await shop.claim()
    await shop.begin(id_)
    await shop.end(Result.UNCERTAIN, id_)
    assert await shop.state(id_) == "unknown"
    return id_


async def again(shop: Sending, id_: str) -> object:
    return (await shop.database.write(resend_invitations, [(shop.project, id_)]))[0]


async def test_what_is_unknown_goes_again(shop: Sending) -> None:
    id_ = await lost(shop)
    shop.clock.now += DAY
    await again(shop, id_)
    row = await shop.row(id_)
    assert (row.state, row.due_at, row.lease_owner) == ("queued", shop.clock.now, None)
    assert await shop.claim() == [id_]
    assert await shop.begin(id_) == [True]
    assert await shop.end(Result.SENT, id_) == [True]
    assert await shop.state(id_) == "sent"


async def test_it_can_be_taken_back_after_all(shop: Sending) -> None:
    id_ = await lost(shop)
    await again(shop, id_)
    await shop.database.write(cancel_invitations, [(shop.project, id_)])
    assert await shop.state(id_) == "cancelled"


async def test_what_is_known_stays_as_it_is(shop: Sending) -> None:
    queued, sent = await shop.ask("bob@example.com"), await shop.send()
    for id_ in (queued, sent):
        before = await shop.row(id_)
        assert isinstance(await again(shop, id_), NotEligible)
        assert await shop.row(id_) == before
    id_ = await lost(shop)
    await again(shop, id_)
    # Twice in a row is one time too many.
    assert isinstance(await again(shop, id_), NotEligible)


async def test_what_is_too_old_would_only_expire(shop: Sending) -> None:
    id_ = await lost(shop)
    shop.clock.now += 30 * DAY
    refused = await again(shop, id_)
    assert isinstance(refused, NotEligible)
    assert "too long ago" in refused.reason
    assert await shop.state(id_) == "unknown"


async def test_nobody_resends_for_another_project(shop: Sending, database: Database) -> None:
    id_ = await lost(shop)
    other = await make_sending(database, "Other")
    for name in (id_, "0" * 32, "x"):
        outcome = (await database.write(resend_invitations, [(other.project, name)]))[0]
        assert isinstance(outcome, NotFound)
    assert await shop.state(id_) == "unknown"
