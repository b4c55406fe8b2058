"""What is forgotten is counted all the same, and nothing is learned or unlearned by it."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tellback.actions.forget_old import ForgetOld, forget_old
from tellback.actions.record_signals import record_signals
from tellback.core.commands import RecordSignal
from tellback.core.instants import DAY, HOUR, MINUTE, SECOND
from tellback.core.model import Project
from tellback.core.retention import Fleeting
from tellback.core.rollup import FIRST_DAY, Source
from tellback.store.database import Transaction
from tellback.store.events import SHOWN, Event, count_shown, insert_events
from tellback.store.projects import update_settings
from tellback.store.rollup_freezing import freeze
from tellback.store.rollup_marks import mark_ids
from tellback.store.rollups import find_head
from tellback.store.tables import events, invitations, rollup_cells, signals
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited
from tests.store.overviews import overview_since
from tests.store.rolled import complaints, roll_up, take
from tests.web.respond.asking import PERSON

ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12")
KEPT = 2 * DAY
CONTACT = "c" * 32


def visit(
    room: Workroom,
    project: Project,
    id_: str,
    kind: str = "open",
    link: str | None = None,
    agent: str = PERSON,
) -> None:
    signal = RecordSignal(id_, kind, link, user_agent=agent, ip="192.0.2.77", answer_links=2)
    room.run(record_signals, (project, signal))


def ask(room: Workroom, project: Project, number: int) -> str:
    """An invitation that has just gone."""
    survey = room.nps if project.id == room.shop.id else room.foreign
    asked = {"survey_id": survey.id, "reference": f"{number:03}", "sent_at": room.now - MINUTE}
    id_ = invited(room, project, state="sent", **asked)
    with room.connection.begin():
        mark_ids(room.connection, project.id, Source.INVITATIONS, [id_])
    return id_


def show(room: Workroom, project: Project) -> None:
    with room.connection.begin():
        event = Event(project.id, "wire", CONTACT, f"{SHOWN}{room.nps.id}")
        insert_events(Transaction(room.connection, room.now), [event])


def forget(room: Workroom, project: Project, kind: Fleeting, most: int = 500) -> int:
    """Forget what is older than two days."""
    job = ForgetOld(kind, project.id, room.now - KEPT, most)
    forgotten: int = room.run(forget_old, job)
    return forgotten


def move(room: Workroom, project: Project, zone: str) -> Project:
    moved = replace(project, settings=replace(project.settings, time_zone=zone))
    with room.connection.begin():
        update_settings(room.connection, project.id, moved.settings)
    return moved


def counted(room: Workroom, project: Project, since: int = 0) -> tuple[dict[str, int], int]:
    """Visits of machines by kind, and how often surveys were shown."""
    with room.connection.begin():
        visits = dict(overview_since(room.connection, project, since).machine_visits)
        return visits, count_shown(room.connection, project, None, since or None, None)


def learned(room: Workroom, project: Project) -> list[tuple[Any, ...]]:
    return [
        (row.reference, row.state, row.opened_at, row.clicked_at)
        for row in sorted(
            room.rows(invitations, project_id=project.id), key=lambda row: row.reference
        )
    ]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_changes_by_forgetting(room: Workroom, seed: int) -> None:
    """The same happens in two projects, and in one of them what is old is forgotten."""
    chance, projects = Random(seed), {"forgets": room.shop, "keeps": room.other}
    forgotten = 0
    sent: list[dict[str, str]] = []
    for _ in range(40):
        room.now += chance.choice((SECOND, MINUTE, HOUR, 7 * HOUR))
        if not sent or chance.random() < 0.2:
            sent.append({name: ask(room, one, len(sent)) for name, one in projects.items()})
        which, kind = chance.choice(sent[-6:]), chance.choice(("open", "click", "look", "trap"))
        link, agent = chance.choice(("a", "b", None)), chance.choice((PERSON, "curl/8"))
        for name, project in projects.items():
            visit(room, project, which[name], kind, link, agent)
            show(room, project)
        if chance.random() < 0.15:
            zone = chance.choice(ZONES)
            projects = {name: move(room, one, zone) for name, one in projects.items()}
        if chance.random() < 0.5:
            roll_up(room, projects["forgets"])
        for kind_ in (Fleeting.SIGNALS, Fleeting.EVENTS):
            forgotten += forget(room, projects["forgets"], kind_, chance.randrange(1, 9))
        assert counted(room, projects["forgets"]) == counted(room, projects["keeps"])
        assert learned(room, projects["forgets"]) == learned(room, projects["keeps"])
        assert complaints(room, projects["forgets"]) == []
    assert forgotten > 10


def test_what_was_opened_long_ago_stays_so(room: Workroom) -> None:
    id_ = invited(room, state="sent", sent_at=room.now - HOUR)
    visit(room, room.shop, id_, "click")
    roll_up(room)
    room.now += 5 * DAY
    assert forget(room, room.shop, Fleeting.SIGNALS) == 1
    assert room.rows(signals) == []
    visit(room, room.shop, id_, "trap")
    row = room.row(invitations)
    assert (row.state, row.opened_at, row.clicked_at) == ("clicked", NOW, NOW)


def test_who_was_taken_for_a_machine_stays_one(room: Workroom) -> None:
    """What was near it and gave it away is forgotten first."""
    room.now = NOW // DAY * DAY - MINUTE
    id_ = invited(room, state="sent", sent_at=room.now - HOUR)
    visit(room, room.shop, id_, "trap")
    room.now += 2 * MINUTE
    visit(room, room.shop, id_, "look")
    roll_up(room)
    room.now += 2 * DAY
    assert forget(room, room.shop, Fleeting.SIGNALS) == 1
    visit(room, room.shop, id_, "trap")
    assert room.row(invitations).opened_at is None
    assert [row.scanner for row in room.rows(signals)] == ["trap", "trap"]


def test_a_day_that_is_not_counted_yet_keeps_its_rows(room: Workroom) -> None:
    for _ in range(3):
        show(room, room.shop)
        room.now += DAY
    room.now += 5 * DAY
    assert forget(room, room.shop, Fleeting.EVENTS) == 0
    taken = take(room, room.shop)
    assert forget(room, room.shop, Fleeting.EVENTS) == 0, "somebody is counting"
    assert taken
    room.now += HOUR
    roll_up(room)
    assert forget(room, room.shop, Fleeting.EVENTS, most=2) == 2
    assert forget(room, room.shop, Fleeting.EVENTS, most=2) == 1
    assert room.rows(events) == []
    assert counted(room, room.shop)[1] == 3


def test_a_day_of_which_a_part_is_asked_for_counts_from_its_beginning(room: Workroom) -> None:
    room.now = NOW // DAY * DAY + 6 * HOUR
    show(room, room.shop)
    roll_up(room)
    begun, room.now = room.now, room.now + 5 * DAY
    forget(room, room.shop, Fleeting.EVENTS)
    assert [counted(room, room.shop, begun // DAY * DAY + at)[1] for at in (0, 1)] == [1, 0]
    with room.connection.begin():
        ends = [begun // DAY * DAY + at for at in (0, 1)]
        shown = [count_shown(room.connection, room.shop, None, None, end) for end in ends]
    assert shown == [0, 1]


def test_nobody_elses_days_are_frozen(room: Workroom) -> None:
    for project in (room.shop, room.other):
        show(room, project)
        roll_up(room, project)
    room.now += 5 * DAY
    with room.connection.begin():
        assert freeze(room.connection, room.shop.id, Source.SHOWN, room.now - KEPT)
        theirs = find_head(room.connection, room.other.id)
    assert theirs is not None
    assert (theirs.shown_from, theirs.visits_from) == (FIRST_DAY, FIRST_DAY)
    assert len(room.rows(rollup_cells)) == 2
