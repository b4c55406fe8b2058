"""Claiming: who may be sent to now, and what becomes of the others."""

import asyncio
from collections.abc import Iterable

import pytest

from tellback.actions.claim_invitations import ClaimInvitations, claim_invitations
from tellback.actions.record_deliveries import Result
from tellback.actions.suppress import suppress
from tellback.core.commands import Suppress
from tellback.core.instants import DAY, HOUR
from tellback.core.model import Transaction
from tellback.core.queries import ListSurveys
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.surveys import list_surveys
from tests.outgoing import NOON, Sending, make_sending


@pytest.fixture
async def shop(database: Database) -> Sending:
    """alice's and bob's project, which limits nothing."""
    return await make_sending(database)


@pytest.fixture
async def careful(database: Database) -> Sending:
    """A project with the ordinary limits: once a day, twice a week, four times a month."""
    sending = await make_sending(database, "Careful")
    await sending.set(throttle_per_day=1, throttle_per_week=2, throttle_per_month=4)
    return sending


async def reasons(sending: Sending, ids: Iterable[str]) -> list[str | None]:
    return [(await sending.row(id_)).reason for id_ in ids]


async def test_what_is_due_is_claimed_with_all_that_a_mail_needs(shop: Sending) -> None:
    id_ = await shop.ask(language="de", transaction=Transaction("order 7", NOON, 12.5, "EUR"))
    claimed = await shop.claimed()
    assert claimed.project.id == shop.project.id
    (invitation,) = claimed.invitations
    assert (invitation.id, invitation.address) == (id_, "alice@example.com")
    assert invitation.survey_id in claimed.surveys
    assert (invitation.language, invitation.transactional) == ("de", True)
    assert (invitation.transaction_at, invitation.transaction_amount) == (NOON, 12.5)
    row = await shop.row(id_)
    assert (row.state, row.claimed_at, row.lease_owner) == ("claimed", NOON, shop.worker)
    assert row.lease_until == NOON + 60_000


async def test_nothing_is_claimed_before_its_time(shop: Sending) -> None:
    await shop.ask(send_at=NOON + HOUR)
    assert await shop.claim() == []
    shop.clock.now += HOUR
    assert len(await shop.claim()) == 1


async def test_nothing_is_claimed_twice(shop: Sending) -> None:
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(50)])
    claims = await asyncio.gather(*(shop.claim(7, f"worker {n}") for n in range(10)))
    assert sorted(id_ for claim in claims for id_ in claim) == sorted(ids)


async def test_who_waits_longest_goes_first(shop: Sending) -> None:
    late = await shop.ask("late@example.com", send_at=NOON + 2)
    early = await shop.ask("early@example.com", send_at=NOON + 1)
    shop.clock.now += 10
    assert await shop.claim(1) == [early]
    assert await shop.claim(1) == [late]


async def test_another_projects_invitations_are_its_own(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    mine, theirs = await shop.ask(), await other.ask()
    assert await shop.claim() == [mine]
    assert await other.claim() == [theirs]


async def test_a_contact_is_made_when_we_first_decide_about_somebody(shop: Sending) -> None:
    first, second = await shop.ask_all(["alice@example.com"] * 2)
    assert (await shop.row(first)).contact_id is None
    await shop.claim()
    contact = (await shop.row(first)).contact_id
    assert contact is not None
    assert (await shop.row(second)).contact_id == contact


async def test_one_that_nobody_sent_for_a_month_expires(shop: Sending) -> None:
    id_ = await shop.ask()
    shop.clock.now += 30 * DAY
    assert await shop.claim() == []
    row = await shop.row(id_)
    assert (row.state, row.reason) == ("expired", "not sent within 30 days of being requested")


async def test_a_suppressed_address_is_never_mailed(shop: Sending) -> None:
    await shop.database.write(suppress, [(shop.project, Suppress("bob@example.com", "bounced"))])
    bob, alice = await shop.ask_all(["bob@example.com", "alice@example.com"])
    assert await shop.claim() == [alice]
    row = await shop.row(bob)
    assert (row.state, row.reason) == ("suppressed", "the address is never mailed: bounced")


async def test_a_suppression_holds_for_one_project(database: Database, shop: Sending) -> None:
    other = await make_sending(database, "Other")
    job = (shop.project, Suppress("alice@example.com", "unsubscribed"))
    await database.write(suppress, [job])
    id_ = await other.ask()
    assert await other.claim() == [id_]


async def test_of_a_batch_to_one_person_one_goes(careful: Sending) -> None:
    first, second, third = await careful.ask_all(["alice@example.com"] * 3)
    assert await careful.claim() == [first]
    assert [await careful.state(id_) for id_ in (second, third)] == ["throttled"] * 2
    assert all("asked 1 time in the last day" in (r or "") for r in await reasons(careful, [third]))


@pytest.mark.parametrize("steps", ["claimed", "sending", "sent", "unknown"])
async def test_an_earlier_ask_counts_however_far_it_came(careful: Sending, steps: str) -> None:
    first = await careful.ask()
    assert await careful.claim() == [first]
    if steps != "claimed":
        await careful.begin(first)
    if steps in ("sent", "unknown"):
        await careful.end(Result.SENT if steps == "sent" else Result.UNCERTAIN, first)
    assert await careful.state(first) == steps
    second = await careful.ask()
    assert await careful.claim() == []
    assert await careful.state(second) == "throttled"


@pytest.mark.parametrize("result", [Result.DEFERRED, Result.REFUSED])
async def test_what_did_not_go_does_not_count(careful: Sending, result: Result) -> None:
    first = await careful.ask()
    await careful.claim()
    await careful.begin(first)
    await careful.end(result, first)
    second = await careful.ask()
    assert await careful.claim() == [second]


async def test_a_survey_shown_in_an_app_counts_for_mails(careful: Sending) -> None:
    first = await careful.ask()
    await careful.claim()
    person = (await careful.row(first)).contact_id
    await careful.change(first, state="failed")
    shown = {"dialect": "wire", "contact_id": person, "name": f"$shown:{new_id()}"}
    await careful.insert("events", id=new_id(), created_at=NOON - HOUR, **shown)
    second = await careful.ask()
    assert await careful.claim() == []
    assert await careful.state(second) == "throttled"


async def test_a_date_set_for_the_next_survey_is_kept_to(shop: Sending) -> None:
    first = await shop.send()
    person = (await shop.row(first)).contact_id
    await shop.change_row("contacts", person, next_ask_at=NOON + HOUR)
    second = await shop.ask()
    assert await shop.claim() == []
    row = await shop.row(second)
    assert row.state == "throttled"
    assert row.reason == "the project set the next survey to 2026-11-12T13:00:00Z or later"


async def test_a_contacts_language_is_taken_where_the_ask_has_none(shop: Sending) -> None:
    person = (await shop.row(await shop.send())).contact_id
    await shop.change_row("contacts", person, language="de")
    await shop.ask_all(["alice@example.com"])
    await shop.ask_all(["alice@example.com"], language="fr")
    claimed = await shop.claimed()
    assert [invitation.language for invitation in claimed.invitations] == ["de", "fr"]


async def test_over_the_hourly_quota_waits_for_the_next_hour(shop: Sending) -> None:
    await shop.set(quota_per_hour=2)
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(5)])
    sent = await shop.claim()
    assert sent == ids[:2]
    await shop.begin(*sent)
    await shop.end(Result.SENT, *sent)
    row = await shop.row(ids[2])
    assert (row.state, row.due_at) == ("queued", NOON + HOUR)
    assert row.reason.startswith("waits for the sending quota: 2 mails per hour are used up")
    assert await shop.claim() == []
    shop.clock.now += HOUR
    assert await shop.claim() == ids[2:4]


@pytest.mark.parametrize(("quota", "period"), [("quota_per_hour", HOUR), ("quota_per_day", DAY)])
async def test_what_may_have_gone_takes_its_share_of_the_quota(
    shop: Sending, quota: str, period: int
) -> None:
    await shop.set(**{quota: 2})
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(5)])
    claimed = await shop.claim()
    assert claimed == ids[:2]
    await shop.begin(*claimed)
    await shop.end(Result.UNCERTAIN, *claimed)
    await shop.ask("late@example.com")
    assert await shop.claim() == []
    shop.clock.now += period
    assert len(await shop.claim()) == 2


async def test_claims_under_way_take_their_share_of_the_quota(shop: Sending) -> None:
    await shop.set(quota_per_day=3)
    await shop.ask_all([f"p{n}@example.com" for n in range(6)])
    claims = await asyncio.gather(*(shop.claim(2, f"worker {n}") for n in range(3)))
    assert sorted(map(len, claims)) == [0, 1, 2]


async def test_the_balance_is_exact_and_its_rest_waits(shop: Sending) -> None:
    await shop.set(quota_balance=3)
    ids = await shop.ask_all([f"p{n}@example.com" for n in range(5)])
    claimed = await shop.claim()
    assert claimed == ids[:3]
    await shop.begin(*claimed)
    await shop.end(Result.SENT, claimed[0])
    await shop.end(Result.REFUSED, claimed[1])
    await shop.end(Result.UNCERTAIN, claimed[2])
    shop.clock.now += HOUR
    again = await shop.claim()
    assert again == ids[3:4], "only what may have gone has been paid for"
    assert await shop.states() == {
        "sent": 1,
        "failed": 1,
        "unknown": 1,
        "claimed": 1,
        "queued": 1,
    }


async def test_a_throttled_one_costs_nothing(careful: Sending) -> None:
    await careful.set(quota_balance=2)
    first = await careful.ask_all(["alice@example.com"] * 3)
    bob = await careful.ask("bob@example.com")
    assert await careful.claim() == [first[0], bob]


async def test_waiting_for_quota_ends_after_a_month(shop: Sending) -> None:
    await shop.set(quota_balance=0)
    id_ = await shop.ask()
    for day in range(30):
        shop.clock.now = NOON + day * DAY
        assert await shop.claim() == []
        assert await shop.state(id_) == "queued"
    shop.clock.now = NOON + 30 * DAY
    assert await shop.claim() == []
    assert await shop.state(id_) == "expired"


async def test_a_survey_that_was_taken_down_is_not_sent(shop: Sending) -> None:
    id_ = await shop.ask()
    (survey,) = await shop.database.read(list_surveys, shop.project, ListSurveys())
    await shop.change_row("surveys", survey.id, live=False)
    assert await shop.claim() == []
    assert await shop.state(id_) == "cancelled"


async def test_an_unknown_project_has_nothing(shop: Sending) -> None:
    await shop.ask()
    job = ClaimInvitations(new_id(), shop.worker, limit=10, lease=1)
    assert await shop.database.write(claim_invitations, [job]) == [None]


async def test_invitations_of_other_channels_are_left_alone(shop: Sending) -> None:
    id_ = await shop.ask()
    await shop.change(id_, channel="chat")
    assert await shop.claim() == []
    assert await shop.state(id_) == "queued"
