"""Figures from cells are the figures from rows, whatever changes and is rolled up in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, update

from tellback.core.calendar import Interval, buckets
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.queries import CountInvitations, ScoreInvitations, SummariseResponses
from tellback.core.rollup import ALL, Source
from tellback.core.selection import Selection
from tellback.core.settings import ProjectSettings
from tellback.store import rollup_counts
from tellback.store.figures import count_invitations, score_invitations
from tellback.store.projects import update_settings
from tellback.store.properties import declare_properties
from tellback.store.response_records import summarise_responses
from tellback.store.rollup_marks import mark_ids
from tellback.store.rollups import find_head, plan_reading
from tellback.store.score_steps import count_ratings
from tellback.store.tables import invitations, responses, rollup_cells, rollup_heads, signals
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited
from tests.store.overviews import overview_since
from tests.store.rolled import complaints, finish, finish_all, lost, marked, roll_up, take
from tests.store.test_overview import visited

TODAY = date(2023, 11, 14)
FIRST, LAST = TODAY - timedelta(days=9), TODAY + timedelta(days=2)
CITIES = ("Berlin", "Bonn", "Ulm", "Köln")
WHERES = (
    None,
    'property["city"] == "Berlin"',
    'property["city"] == "Paris"',
    'property["city"] contain "B"',
    'property["city"] isset',
    'property["city"] isnotset',
    'property["vip"] is true',
    'property["vip"] is false',
    'property["age"] > 20',
    'property["city"] == "Ulm" and property["vip"] is true',
)


@pytest.fixture
def room(room: Workroom) -> Workroom:
    types = {"city": PropertyType.STRING, "vip": PropertyType.BOOLEAN, "age": PropertyType.NUMBER}
    with room.connection.begin():
        declare_properties(room.connection, room.shop.id, types, 1)
    return room


def settle(room: Workroom, **settings: Any) -> Project:
    """The shop with these settings, stored."""
    room.shop = replace(room.shop, settings=replace(room.shop.settings, **settings))
    with room.connection.begin():
        update_settings(room.connection, room.shop.id, room.shop.settings)
    return room.shop


def asked(room: Workroom, chance: Random) -> str:
    """An invitation from some day of the last ten, and what became of it; marked as new."""
    created_at = NOW - chance.randrange(10 * DAY)
    later = [created_at + chance.randrange(3 * DAY) for _ in range(4)]
    properties: dict[str, Any] = {"city": chance.choice(CITIES), "vip": chance.random() < 0.5}
    columns: dict[str, Any] = {
        "created_at": created_at,
        "due_at": created_at,
        "dialect": chance.choice(("wire", "another")),
        "survey_id": chance.choice((room.nps.id, room.form.id)),
        "channel": chance.choice(("email", "chat")),
        "state": chance.choice(("queued", "sent", "throttled", "failed", "responded")),
        "properties": chance.choice((properties, {}, None, {"city": "Ulm", "age": 30})),
    }
    columns |= {
        name: at
        for name, at in zip(
            ("sent_at", "opened_at", "clicked_at", "bounced_at"), later, strict=True
        )
        if chance.random() < 0.5
    }
    if chance.random() < 0.6:
        columns["responded_at"] = created_at + chance.randrange(4 * DAY)
        columns["rating"] = chance.choice((1.0, -1.0, None))
        columns["comment"] = chance.choice(("", "fine", None))
    id_ = invited(room, **columns)
    marked(room, id_)
    return id_


def changed(room: Workroom, id_: str, chance: Random) -> None:
    """Something becomes of an invitation and of its answer."""
    with room.connection.begin():
        for table, values in (
            (invitations, {"state": "sent", "opened_at": NOW - chance.randrange(DAY)}),
            (responses, {"rating": chance.choice((1.0, -1.0)), "completed": False}),
        ):
            room.connection.execute(update(table).where(table.c.id == id_).values(**values))
    marked(room, id_)


def selected_by(chance: Random, room: Workroom) -> Selection:
    return Selection(
        chance.choice((None, room.nps.id)),
        chance.choice((None, "email", "chat")),
        chance.choice((None, "wire")),
    )


def figures(room: Workroom, chance: Random) -> list[Any]:
    """All that is read from cells, over some time."""
    connection, shop = room.connection, room.shop
    start = NOW - chance.randrange(12 * DAY)
    end = start + chance.randrange(6 * DAY)
    interval = chance.choice(list(Interval))
    first = FIRST + timedelta(days=chance.randrange(8))
    last = first + timedelta(days=chance.randrange(5))
    where, dialect = chance.choice(WHERES), chance.choice((None, "wire"))
    steps = buckets(first, last, interval, shop.settings.zone())
    overview = overview_since(connection, shop, chance.choice((0, start)))
    selected = overview_since(connection, shop, start, selected_by(chance, room))
    scores = ScoreInvitations(dialect, first, last, interval.value, where)
    return [
        (overview.states, overview.funnel, overview.steps, overview.machine_visits),
        (selected.states, selected.funnel, selected.steps),
        score_invitations(connection, shop, scores),
        score_invitations(connection, shop, ScoreInvitations(dialect, where=where)),
        count_invitations(connection, shop, CountInvitations(first, last, interval.value, dialect)),
        summarise_responses(connection, shop, SummariseResponses(None, None, start, end)),
        summarise_responses(connection, shop, SummariseResponses(room.nps.id, "binary")),
        _sorted(count_ratings(connection, shop, room.nps.id, steps).steps),
    ]


def _sorted(steps: Any) -> Any:
    return [sorted(step, key=lambda one: (one.version, one.rating)) for step in steps]


@contextmanager
def rows_only(room: Workroom) -> Iterator[None]:
    """As if nothing had ever been rolled up."""
    outer = room.connection.begin_nested()
    room.connection.execute(delete(rollup_heads))
    yield
    outer.rollback()


def hold_equal(room: Workroom, seed: int, ask: Callable[[Workroom, Random], Any]) -> None:
    with room.connection.begin():
        from_cells = ask(room, Random(seed))
        with rows_only(room):
            assert from_cells == ask(room, Random(seed))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
@pytest.mark.parametrize("seed", range(2))
def test_cells_say_what_rows_say(room: Workroom, seed: int, zone: str) -> None:
    settle(room, time_zone=zone, rolled_properties="city, vip, age, nothing")
    chance, ids = Random(seed), list[str]()
    for turn in range(80):
        act = chance.random()
        if act < 0.6 or not ids:
            ids.append(asked(room, chance))
        elif act < 0.8:
            changed(room, chance.choice(ids), chance)
        elif act < 0.9:
            lost(room, ids.pop(chance.randrange(len(ids))))
        else:
            for task in take(room, room.shop, most=chance.randrange(1, 6)):
                assert finish(room, task)
        if turn % 10 == 0:
            hold_equal(room, turn, figures)
            assert complaints(room) == []
    assert roll_up(room)
    assert complaints(room) == []
    for turn in range(10):
        hold_equal(room, turn, figures)


def test_rare_values_are_looked_up_in_the_rows(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_counts, "MOST_VALUES", 2)
    settle(room, rolled_properties="city")
    for city, count in (("Berlin", 3), ("Bonn", 2), ("Ulm", 1), ("Köln", 1)):
        for _ in range(count):
            marked(room, invited(room, rating=1.0, properties={"city": city}))
    roll_up(room)
    assert {row.value for row in room.rows(rollup_cells, property="city")} == {"Berlin", "Bonn"}
    assert [
        row.content["requested"] for row in room.rows(rollup_cells, property="city*", survey_id=ALL)
    ] == [2]
    for where in WHERES[1:6]:
        with room.connection.begin():
            report = score_invitations(room.connection, room.shop, ScoreInvitations(where=where))
            with rows_only(room):
                assert report == score_invitations(
                    room.connection, room.shop, ScoreInvitations(where=where)
                )


def test_clean_days_are_read_from_cells_alone(room: Workroom) -> None:
    for days in range(3):
        marked(room, invited(room, rating=1.0, created_at=NOW - days * DAY))
    roll_up(room)
    lied = {"requested": 70, "state:sent": 70}
    today = room.rows(rollup_cells, source="invitations")[-1].day
    room.change(rollup_cells, {"source": "invitations", "day": today}, content=lied)
    with room.connection.begin():
        assert overview_since(room.connection, room.shop, 0).funnel.requested == 72
        assert overview_since(room.connection, room.shop, NOW - HOUR).funnel.requested == 1
    assert complaints(room) == [("roll-ups", "invitations of 2023-11-14: 2 cells differ")]


def test_a_change_while_a_day_is_counted_is_not_lost(room: Workroom) -> None:
    marked(room, invited(room, rating=1.0))
    first = take(room, room.shop)
    with room.connection.begin():
        plan = plan_reading(room.connection, room.shop, Source.INVITATIONS, None, None)
    assert plan.rest, "taken is not done yet"
    marked(room, invited(room, rating=-1.0))
    assert finish_all(room, first)
    hold_equal(room, 1, figures)
    assert roll_up(room) == 2
    assert complaints(room) == []
    hold_equal(room, 1, figures)


def test_a_day_that_another_took_over_is_not_stored(room: Workroom) -> None:
    marked(room, invited(room, rating=1.0))
    late = take(room, room.shop)
    assert take(room, room.shop, worker="another") == [], "it is in somebody's hands"
    room.now += MINUTE
    again = take(room, room.shop, worker="another")
    assert len(again) == len(late) == 3
    assert not any(finish(room, task) for task in late)
    assert finish_all(room, again, "another")


def test_what_is_taken_is_not_taken_again_when_it_changes(room: Workroom) -> None:
    marked(room, invited(room))
    assert take(room, room.shop)
    marked(room, invited(room))
    assert take(room, room.shop, worker="another") == []


def test_another_zone_is_read_from_rows_until_it_is_rolled_up(room: Workroom) -> None:
    for hours in range(0, 72, 5):
        marked(room, invited(room, rating=1.0, created_at=NOW - hours * HOUR))
    roll_up(room)
    settle(room, time_zone="Asia/Tokyo")
    with room.connection.begin():
        plan = plan_reading(room.connection, room.shop, Source.RESPONSES, None, None)
    assert not plan.days
    hold_equal(room, 1, figures)
    roll_up(room)
    with room.connection.begin():
        head = find_head(room.connection, room.shop.id)
    assert head is not None
    assert head.zone_name == "Asia/Tokyo"
    assert complaints(room) == []
    hold_equal(room, 1, figures)


def test_scanners_visits_and_shown_surveys_are_counted(room: Workroom) -> None:
    for number in range(5):
        visited(room, number, kind="click", scanner="head", created_at=NOW - number * DAY)
    visited(room, 6, kind="click")
    roll_up(room)
    room.change(signals, {"id": f"{0:032x}"}, scanner=None)
    with room.connection.begin():
        assert overview_since(room.connection, room.shop, 0).machine_visits == {"click": 5}
        mark_ids(room.connection, room.shop.id, Source.VISITS, [f"{0:032x}"])
        assert overview_since(room.connection, room.shop, 0).machine_visits == {"click": 4}


def test_nothing_of_others_is_touched(room: Workroom) -> None:
    invited(room, room.other, survey_id=room.foreign.id, rating=9.0)
    marked(room, invited(room, rating=9.0))
    roll_up(room)
    assert {row.project_id for row in room.rows(rollup_cells)} == {room.shop.id}
    with room.connection.begin():
        assert find_head(room.connection, room.other.id) is None


def test_settings_name_the_properties() -> None:
    assert ProjectSettings(rolled_properties=" city,plan,, city ").rolled() == ("city", "plan")
    assert ProjectSettings().rolled() == ()
