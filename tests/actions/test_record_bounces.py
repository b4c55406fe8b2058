"""What mails that come back, and complaints, lead to."""

import pytest

from tellback.actions.record_bounces import RecordBounce, record_bounces
from tellback.actions.record_deliveries import Result
from tellback.core.instants import DAY
from tellback.core.invitation import State
from tellback.core.queries import ListSuppressions
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.suppressions import list_suppressions
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


@pytest.fixture
async def other(database: Database, shop: Sending) -> Sending:
    """charlie's project."""
    return await make_sending(database, "Other")


async def report(shop: Sending, state: State | None = State.BOUNCED, **what: str | None) -> bool:
    job = RecordBounce(state, "returned: 5.1.1 no such user", **what)
    found: bool = await shop.database.write_one(record_bounces, job)
    return found


async def suppressed(shop: Sending) -> dict[str, str]:
    found = await shop.database.read(list_suppressions, shop.project, ListSuppressions())
    return {each.address: each.reason for each in found}


async def test_a_hard_bounce_ends_it_and_suppresses(shop: Sending) -> None:
    id_ = await shop.send()
    shop.clock.now += 1_000
    assert await report(shop, invitation_id=id_)
    row = await shop.row(id_)
    assert (row.state, row.bounced_at) == ("bounced", NOON + 1_000)
    assert row.reason == "returned: 5.1.1 no such user"
    assert await suppressed(shop) == {"alice@example.com": "bounced"}
    again = await shop.ask()
    assert await shop.claim() == []
    assert await shop.state(again) == "suppressed"


async def test_a_complaint_suppresses_and_is_no_bounce(shop: Sending) -> None:
    id_ = await shop.send()
    assert await report(shop, State.COMPLAINED, invitation_id=id_)
    row = await shop.row(id_)
    assert (row.state, row.bounced_at) == ("complained", None)
    assert await suppressed(shop) == {"alice@example.com": "complained"}


async def test_a_soft_bounce_is_only_noted(shop: Sending) -> None:
    id_ = await shop.send()
    assert await report(shop, None, invitation_id=id_)
    row = await shop.row(id_)
    assert (row.state, row.bounced_at) == ("sent", None)
    assert row.reason == "returned: 5.1.1 no such user"
    assert await suppressed(shop) == {}


async def test_the_second_report_changes_nothing(shop: Sending) -> None:
    id_ = await shop.send()
    await report(shop, invitation_id=id_)
    before = await shop.row(id_)
    shop.clock.now += 1_000
    assert await report(shop, invitation_id=id_)
    assert await report(shop, None, invitation_id=id_)
    assert await shop.row(id_) == before


async def test_a_changed_message_id_is_made_up_for_by_the_recipient(shop: Sending) -> None:
    old = await shop.send()
    shop.clock.now += 6 * DAY
    new = await shop.send()
    assert await report(shop, invitation_id=new_id(), address="Alice@Example.com")
    assert [await shop.state(id_) for id_ in (old, new)] == ["sent", "bounced"]


async def test_nothing_is_believed_of_somebody_not_mailed_lately(shop: Sending) -> None:
    await shop.send()
    waiting = await shop.ask("bob@example.com")
    shop.clock.now += 7 * DAY
    for address in ("alice@example.com", "bob@example.com", "nobody@example.com"):
        assert not await report(shop, address=address)
    assert not await report(shop, invitation_id=waiting)
    assert not await report(shop)
    assert await suppressed(shop) == {}


async def test_who_reports_for_one_project_reaches_no_other(shop: Sending, other: Sending) -> None:
    id_ = await shop.send()
    mine = {"project_id": other.project.id}
    assert not await report(other, invitation_id=id_, **mine)
    assert not await report(other, address="alice@example.com", **mine)
    assert await shop.state(id_) == "sent"
    assert await suppressed(other) == {}


async def test_who_answered_has_got_the_mail(shop: Sending) -> None:
    id_ = await shop.send()
    await shop.change(id_, state="responded", responded_at=NOON)
    assert await report(shop, invitation_id=id_)
    assert await shop.state(id_) == "responded"
    assert await suppressed(shop) == {}
    assert await report(shop, State.COMPLAINED, invitation_id=id_)
    assert await suppressed(shop) == {"alice@example.com": "complained"}


async def test_a_bounce_settles_what_was_unknown(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    await shop.begin(id_)
    await shop.end(Result.UNCERTAIN, id_)
    assert await report(shop, invitation_id=id_)
    assert await shop.state(id_) == "bounced"


async def test_a_bounce_may_be_quicker_than_our_note(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.claim()
    await shop.begin(id_)
    assert await report(shop, invitation_id=id_)
    await shop.end(Result.SENT, id_)
    row = await shop.row(id_)
    assert (row.state, row.sent_at) == ("bounced", NOON)
    assert row.reason == "returned: 5.1.1 no such user"
