"""What visits make of an invitation, and how what a scanner did is taken back."""

import asyncio
from typing import Any

import pytest

from tellback.actions.record_signals import MOST_PER_INVITATION, record_signals
from tellback.core.commands import RecordSignal
from tellback.core.invitation import State
from tellback.core.settings import ProjectSettings
from tellback.store.database import Database
from tellback.store.tables import signals
from tests.web.respond.asking import HOUR, NOW, PERSON, Asker, Clock, make_asker

SECOND, MINUTE = 1_000, 60_000


@pytest.fixture
def clock(database: Database) -> Clock:
    moved = Clock()
    database.clock = moved
    return moved


@pytest.fixture
async def asker(database: Database, clock: Clock) -> Asker:
    return await make_asker(database)


def signal(id_: str, kind: str, link: str | None = None, **more: Any) -> RecordSignal:
    values = {"user_agent": PERSON, "ip": "192.0.2.77", "answer_links": 2, **more}
    return RecordSignal(id_, kind, link, **values)


async def record(asker: Asker, *commands: RecordSignal) -> None:
    await asker.database.write(record_signals, [(asker.project, c) for c in commands])


async def scanners(asker: Asker) -> list[str | None]:
    rows = await asker.rows(signals)
    return [row["scanner"] for row in sorted(rows, key=lambda row: (row["created_at"], row["id"]))]


async def test_an_opening_is_kept_and_counts(asker: Asker) -> None:
    id_ = await asker.invite()
    await record(asker, signal(id_, "open"))
    kept = (await asker.rows(signals))[0]
    assert (kept["kind"], kept["scanner"], kept["created_at"]) == ("open", None, NOW)
    assert (kept["ip"], kept["user_agent"]) == ("192.0.2.0", PERSON)
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("opened", NOW)
    assert invitation["clicked_at"] is None


async def test_a_click_is_an_opening_too(asker: Asker) -> None:
    id_ = await asker.invite()
    await record(asker, signal(id_, "click", "answer positive"))
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("clicked", NOW)
    assert invitation["clicked_at"] == NOW


async def test_the_first_time_stays(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    await record(asker, signal(id_, "click", "answer positive"))
    clock.now += HOUR
    await record(asker, signal(id_, "open"), signal(id_, "click", "answer positive"))
    invitation = await asker.invitation(id_)
    assert (invitation["opened_at"], invitation["clicked_at"]) == (NOW, NOW)


async def test_what_a_scanner_does_is_kept_but_counts_for_nothing(asker: Asker) -> None:
    id_ = await asker.invite()
    await record(asker, signal(id_, "click", "answer positive", scanner="head"))
    await record(asker, signal(id_, "click", "answer positive", user_agent="curl/8"))
    assert await scanners(asker) == ["head", "agent"]
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("sent", None)


async def test_a_trap_takes_back_what_seemed_opened(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    await record(asker, signal(id_, "open"), signal(id_, "click", "answer positive"))
    assert (await asker.invitation(id_))["state"] == "clicked"
    clock.now += SECOND
    await record(asker, signal(id_, "trap", "trap"))
    assert await scanners(asker) == ["trap"] * 3
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("sent", None)
    assert invitation["clicked_at"] is None


async def test_what_a_person_had_opened_before_stays(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    await asker.change(id_, state="delivered", delivered_at=NOW - HOUR)
    await record(asker, signal(id_, "open"))
    clock.now += HOUR
    await record(asker, signal(id_, "click", "answer positive"))
    clock.now += SECOND
    await record(asker, signal(id_, "click", "answer negative"))
    assert await scanners(asker) == [None, "all_links", "all_links"]
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["opened_at"]) == ("opened", NOW)
    assert invitation["clicked_at"] is None


async def test_a_delivered_one_falls_back_to_delivered(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    await asker.change(id_, state="delivered", delivered_at=NOW - HOUR)
    await record(asker, signal(id_, "click", "answer positive"))
    clock.now += SECOND
    await record(asker, signal(id_, "click", "answer negative"))
    assert (await asker.invitation(id_))["state"] == "delivered"


async def test_a_person_after_the_scanner_counts(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    burst = [signal(id_, "click", f"answer {n}", user_agent="Mozilla/5.0 (Scan)") for n in "ab"]
    await record(asker, *burst, signal(id_, "trap", user_agent="Mozilla/5.0 (Scan)"))
    clock.now += 5 * SECOND
    await record(asker, signal(id_, "click", "answer positive"))
    assert (await asker.invitation(id_))["clicked_at"] is None
    clock.now += 5 * SECOND
    await asker.change(id_, state="responded", responded_at=clock.now)
    await record(asker, signal(id_, "answer"))
    assert await scanners(asker) == ["all_links", "all_links", "trap", None, None]
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["clicked_at"]) == ("responded", NOW + 5 * SECOND)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.UNKNOWN, "clicked"),
        (State.RESPONDED, "responded"),
        (State.BOUNCED, "bounced"),
        (State.COMPLAINED, "complained"),
        (State.EXPIRED, "expired"),
        (State.CANCELLED, "cancelled"),
        (State.QUEUED, "queued"),
    ],
)
async def test_a_state_moves_on_only_where_it_may(asker: Asker, state: State, after: str) -> None:
    id_ = await asker.invite(state=state)
    await record(asker, signal(id_, "click", "answer positive"))
    invitation = await asker.invitation(id_)
    assert (invitation["state"], invitation["clicked_at"]) == (after, NOW)


async def test_while_a_mail_is_going_out_nobody_can_have_read_it(asker: Asker) -> None:
    id_ = await asker.invite(state=State.SENDING)
    await asker.change(id_, sent_at=None)
    await record(asker, signal(id_, "click", "answer positive"))
    assert await scanners(asker) == ["too_soon"]
    assert (await asker.invitation(id_))["state"] == "sending"


async def test_signals_of_nothing_are_dropped(asker: Asker) -> None:
    await record(asker, signal("0" * 32, "open"))
    assert await asker.rows(signals) == []


async def test_other_projects_are_left_alone(asker: Asker, database: Database) -> None:
    other = await make_asker(database, "Other")
    id_ = await asker.invite()
    await record(other, signal(id_, "open"))
    assert await asker.rows(signals) == []
    assert (await asker.invitation(id_))["opened_at"] is None


async def test_many_at_once_each_find_their_own(asker: Asker) -> None:
    ids = [await asker.invite() for _ in range(3)]
    calls = [record(asker, signal(id_, "open")) for id_ in ids[:2]]
    await asyncio.gather(*calls)
    opened = [(await asker.invitation(id_))["opened_at"] for id_ in ids]
    assert opened == [NOW, NOW, None]


async def test_a_link_followed_for_ever_fills_nothing(asker: Asker, clock: Clock) -> None:
    id_ = await asker.invite()
    for _ in range(MOST_PER_INVITATION + 20):
        await record(asker, signal(id_, "open"))
    assert len(await asker.rows(signals)) == MOST_PER_INVITATION
    clock.now += MINUTE
    await record(asker, signal(id_, "answer"), signal(id_, "answer"))
    assert len(await asker.rows(signals)) == MOST_PER_INVITATION + 1
    assert (await asker.invitation(id_))["clicked_at"] == clock.now


async def test_addresses_are_kept_as_the_project_wants(database: Database, clock: Clock) -> None:
    discreet = await make_asker(database, "Discreet", ProjectSettings(ip_privacy="none"))
    await record(discreet, signal(await discreet.invite(), "open"))
    assert (await discreet.rows(signals))[0]["ip"] is None
