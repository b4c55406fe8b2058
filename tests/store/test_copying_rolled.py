"""What was counted ahead and what is forgotten arrive as they are, and go on from there."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tellback.actions.roll_up import RestartRollUp, restart_roll_ups
from tellback.app import database_url
from tellback.config import Config
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.invitation import State
from tellback.core.properties import PropertyType
from tellback.core.retention import Fleeting
from tellback.core.rollup import FIRST_DAY, Source
from tellback.core.settings import ProjectSettings
from tellback.store import rollup_counts
from tellback.store.engine import open_engine, sqlite_url
from tellback.store.migrate import migrate
from tellback.store.overview import Funnel
from tellback.store.projects import update_settings
from tellback.store.properties import declare_properties
from tellback.store.rollup_marks import mark_ids
from tellback.store.rollups import find_head
from tellback.store.rows import insert_rows
from tellback.store.tables import contacts, invitation_requests, rollup_marks
from tellback.store.verify import verify
from tests.actions.workroom import Workroom
from tests.engines import Engine
from tests.store.invited import invited
from tests.store.overviews import overview_since
from tests.store.rolled import roll_up, take
from tests.store.test_copying import copied
from tests.store.test_rollup_freezing import CONTACT, counted, forget, show, visit

DAYS = 8
#: More than are told apart, and equally often: which of them are goes by their order.
WORDS = ("b", "B", "_", "a", "Z")
ASKED = len(WORDS)
_CONTACT = ("project_id", "id", "properties", "created_at", "updated_at", "last_seen_at")


@contextmanager
def connected(url: str, room: Workroom | None = None) -> Iterator[Workroom]:
    """A database with new projects, or with those of another room."""
    engine = open_engine(url, writing=True)
    try:
        with engine.connect() as connection:
            if room is None:
                migrate(engine)
                found = Workroom(connection)
            else:
                found = copy.copy(room)
                found.connection = connection
            yield found
    finally:
        engine.dispose()


@pytest.fixture
def config(engine: Engine, tmp_path: Path) -> Iterator[Config]:
    """Settings with a database of our own, without any table, in another order of words."""
    with engine.without_tables(tmp_path / "data", in_language=True) as config:
        config.data.mkdir()
        yield config


def fill(room: Workroom) -> None:
    """Some days of asking and being visited, counted and half forgotten, and one begun."""
    requested = DAYS * ASKED
    room.shop = replace(room.shop, settings=ProjectSettings(rolled_properties="word"))
    call = ("project_id", "id", "dialect", "accepted", "created_at")
    with room.connection.begin():
        row = (room.shop.id, "0" * 32, "wire", requested, room.now)
        insert_rows(room.connection, invitation_requests, call, [row])
        person = (room.shop.id, CONTACT, "{}", room.now, room.now, room.now)
        insert_rows(room.connection, contacts, _CONTACT, [person])
        declare_properties(room.connection, room.shop.id, {"word": PropertyType.STRING}, 1)
        update_settings(room.connection, room.shop.id, room.shop.settings)
    for _ in range(DAYS):
        for word in WORDS:
            sent = {"state": "sent", "sent_at": room.now - HOUR, "message_id": "<1@shop>"}
            id_ = invited(room, **sent, properties={"word": word})
            with room.connection.begin():
                mark_ids(room.connection, room.shop.id, Source.INVITATIONS, [id_])
            visit(room, room.shop, id_, "click")
            visit(room, room.shop, id_, agent="curl/8")
            show(room, room.shop)
            room.now += MINUTE
        room.now += DAY
        roll_up(room)
    room.now -= DAY
    forgotten = [forget(room, room.shop, kind, 5) for kind in (Fleeting.SIGNALS, Fleeting.EVENTS)]
    assert forgotten == [5, 5]
    show(room, room.shop)
    assert take(room, room.shop, worker="dies"), "somebody is counting, and never will have"
    show(room, room.shop)


def figures(room: Workroom) -> tuple[Mapping[State, int], Funnel, Any, Any]:
    with room.connection.begin():
        overview = overview_since(room.connection, room.shop, 0)
    since = [room.now // DAY * DAY - days * DAY for days in range(DAYS + 2)]
    by_day = [counted(room, room.shop, start) for start in since]
    return overview.states, overview.funnel, overview.steps, by_day


def hold(room: Workroom, wanted: Any) -> None:
    """The figures are those, and everything adds up."""
    assert figures(room) == wanted
    with room.connection.begin():
        assert verify(room.connection).findings == []
        head = find_head(room.connection, room.shop.id)
    assert head is not None
    assert min(head.visits_from, head.shown_from) > FIRST_DAY


def test_rollups_arrive_and_go_on(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_counts, "MOST_VALUES", 2)
    (tmp_path / "source").mkdir()
    source, there, back = (
        sqlite_url(tmp_path / "source"),
        database_url(config),
        sqlite_url(tmp_path),
    )
    with connected(source) as room:
        fill(room)
        before = figures(room)
        assert before[3][-1] == ({"open": DAYS * ASKED}, DAYS * ASKED + 2)
        hold(room, before)
    for origin, destination in ((source, there), (there, back)):
        assert not copied(origin, destination).differing
        with connected(destination, room) as moved:
            hold(moved, before)
            # Who was counting is gone; once its time is over another takes the day.
            assert roll_up(moved) == 0 or destination == back
            moved.now += 2 * MINUTE
            roll_up(moved)
            assert moved.rows(rollup_marks) == []
            hold(moved, before)
            for kind in (Fleeting.SIGNALS, Fleeting.EVENTS):
                assert forget(moved, moved.shop, kind) > 0 or destination == back
            hold(moved, before)
            moved.run(restart_roll_ups, RestartRollUp(moved.shop.id))
            hold(moved, before)
            roll_up(moved)
            hold(moved, before)
