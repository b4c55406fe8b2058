"""Finding projects, and what is asked of an engine that is stricter than the embedded one."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from tellback.actions.set_settings import SetSetting, set_settings
from tellback.core.model import Project
from tellback.store.projects import find_project
from tests.actions.workroom import Workroom


@pytest.fixture
def asked(room: Workroom) -> list[str]:
    """Each statement as PostgreSQL would get it."""
    found: list[str] = []

    def note(_connection: Any, statement: Any, *_: Any) -> None:
        found.append(str(statement.compile(dialect=postgresql.dialect())))

    event.listen(room.connection, "before_execute", note)
    return found


def find(room: Workroom, name: str) -> Project | None:
    with room.connection.begin():
        return find_project(room.connection, name)


def test_by_slug_or_id(room: Workroom) -> None:
    assert find(room, "shop") == room.shop
    assert find(room, room.shop.id) == room.shop
    assert find(room, "0" * 32) is None
    assert find(room, "") is None


def test_a_slug_is_never_taken_for_an_id(room: Workroom, asked: list[str]) -> None:
    find(room, "shop")
    (statement,) = asked
    assert "projects.id =" not in statement


def test_a_setting_is_changed_under_the_lock(room: Workroom, asked: list[str]) -> None:
    changed = room.run(set_settings, SetSetting(room.shop.id, "throttle_per_day", "7"))
    assert changed.throttle_per_day == 7
    assert asked[0].startswith("SELECT")
    assert asked[0].endswith("FOR UPDATE")
