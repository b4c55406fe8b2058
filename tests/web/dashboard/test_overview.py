"""The first page of a project."""

import re
from itertools import pairwise

import pytest
from sqlalchemy import delete

from tellback.core.instants import DAY
from tellback.core.invitation import State
from tellback.store.database import Database, Transaction
from tellback.store.overview import Funnel, Overview
from tellback.store.tables import invitations
from tellback.web.dashboard.overview import funnel_steps, state_lines
from tests.conftest import Tenant
from tests.web.dashboard.people import Clock, Person
from tests.web.dashboard.seeds import Seeded

_ROW = re.compile(r'state=(\w+)">.*?<td class="number">([\d,]+)</td>', re.DOTALL)
_TOTAL = re.compile(r'Requested</th><td class="number">([\d,]+)</td>')


def overview(**changes: object) -> Overview:
    empty: dict[str, object] = {
        "steps": [],
        "accepted": 0,
        "states": {},
        "funnel": Funnel(),
        "machine_visits": {},
        "surveys": {},
        "current": {},
    }
    return Overview(**{**empty, **changes})  # type: ignore[arg-type]


def test_lines_of_states_fill_the_bar_and_add_up() -> None:
    states = {State.SENT: 3, State.THROTTLED: 1, State.RESPONDED: 4}
    lines = state_lines(states)
    assert sum(line.count for line in lines) == 8
    assert [line.state for line in lines if line.count] == [
        State.SENT,
        State.RESPONDED,
        State.THROTTLED,
    ]
    assert {State.QUEUED, State.OPENED, State.CLICKED} <= {line.state for line in lines}
    filled = [line for line in lines if line.count]
    assert filled[0].at == 0
    for before, after in pairwise(filled):
        assert after.at == before.at + before.part
    assert filled[-1].at + filled[-1].part == 1


def test_every_state_has_its_line() -> None:
    states = dict.fromkeys(State, 1)
    assert {line.state for line in state_lines(states)} == set(State)


def test_no_invitations_make_no_bar() -> None:
    assert all(line.part == 0 for line in state_lines({}))


def test_steps_refer_to_the_first_and_to_the_one_before() -> None:
    steps = funnel_steps(Funnel(10, 8, 6, 3, 2))
    assert [(s.count, s.of_first, s.before) for s in steps] == [
        (10, 1.0, None),
        (8, 0.8, 10),
        (6, 0.6, 8),
        (3, 0.3, 6),
        (2, 0.2, 3),
    ]
    assert [s.of_first for s in funnel_steps(Funnel())] == [0.0] * 5


async def test_a_new_project_is_told_how_to_begin(alice: Person, shop: Tenant) -> None:
    html = (await alice.get("/-/p/shop/")).text
    assert "Shop is ready for its first answer" in html
    assert "curl" in html
    assert "http://testserver/" in html
    for key in shop.made.credentials["boolean"].values():
        assert str(key) not in html


async def test_states_add_up_on_the_page(alice: Person, sown: Seeded) -> None:
    for period in ("7", "30", "90", "all"):
        html = (await alice.get(f"/-/p/shop/?period={period}")).text
        counts = {state: int(count.replace(",", "")) for state, count in _ROW.findall(html)}
        total = _TOTAL.findall(html)
        assert total, period
        assert sum(counts.values()) == int(total[0].replace(",", "")) > 0
        assert "they add up" in html
    assert sum(counts.values()) == len(sown.invitations)


@pytest.mark.parametrize("page", ["", "comments", "conversations"])
async def test_chosen_days_count_though_the_form_says_its_period(
    alice: Person, sown: Seeded, page: str
) -> None:
    shown = (await alice.get(f"/-/p/shop/{page}?period=90")).text
    assert '<input type="hidden" name="period" value="90">' in shown
    for days in ("from=2020-01-01&to=2020-02-01", "from=2020-01-01&to=", "from=&to=2020-02-01"):
        html = (await alice.get(f"/-/p/shop/{page}?survey=&{days}&period=90")).text
        for name, day in (pair.split("=") for pair in days.split("&")):
            assert f'name="{name}" type="date" value="{day}"' in html
        assert 'aria-current="true">90 days' not in html


async def test_what_does_not_add_up_is_said(
    alice: Person, database: Database, sown: Seeded
) -> None:
    def lose_one(tx: Transaction, jobs: object) -> list[int]:
        tx.connection.execute(delete(invitations).where(invitations.c.id == sown.invitations[0]))
        return [0]

    await database.write(lose_one, [0])
    html = (await alice.get("/-/p/shop/?period=all")).text
    assert "400 were requested, but 399 are accounted for" in html


async def test_scores_come_with_their_interval_and_number(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/?period=all")).text
    names = re.findall(r'<h3 id="score-[\w-]+"><a [^>]*>(.*?)</a></h3>', html)
    assert names == ["Positive", "Boolean score", "NPS", "CSAT", "CES"]
    assert len(re.findall(r"95 % interval <strong>", html)) == 5
    assert re.search(r"\d+ answers", html)
    assert re.search(r"\d+ opens", html)


async def test_changes_say_what_they_are_from(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/?from=2026-03-11&to=2026-03-20")).text
    assert "Changes are from the 10 days before, 1 Mar 2026 to 10 Mar 2026." in html
    assert "Changes are from" not in (await alice.get("/-/p/shop/?period=all")).text


async def test_scores_without_answers_say_so(alice: Person, clock: Clock, sown: Seeded) -> None:
    clock.now += 13 * DAY
    html = (await alice.get("/-/p/shop/?period=7")).text
    assert html.count("No answers in this time") == 3
    assert "95 % interval" not in html
    assert "No invitations were requested in this time" in html


async def test_machines_are_shown_apart(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/?period=all")).text
    assert "Machines, not counted above" in html
    assert re.search(r"Mail scanners made \d+ visits:\s+\d+ opens, \d+ links followed", html)


async def test_what_people_typed_stays_text(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/responses")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


async def test_an_unknown_period_is_the_usual_one(alice: Person, sown: Seeded) -> None:
    html = (await alice.get("/-/p/shop/?period=forever")).text
    assert re.search(r'aria-current="true">\s*30 days', html)
