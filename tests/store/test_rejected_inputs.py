"""The log of what was refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.model import Project
from tellback.store import rejected_inputs
from tellback.store.rejected_inputs import (
    MAX_BODY,
    MAX_NOBODY_BODY,
    NOBODY,
    forget_oldest,
    get_rejection,
    list_rejections,
)
from tests.actions.workroom import Workroom, open_workroom


@pytest.fixture
def room() -> Iterator[Workroom]:
    with open_workroom() as opened:
        yield opened


def reject(room: Workroom, project: Project | None, reason: str, body: bytes = b"{}") -> None:
    entry = RecordRejection("wire", "ask", "POST", "/ask", 400, reason, body)
    room.run(record_rejections, (project, entry))
    room.now += 1


def listed(room: Workroom, project_id: str) -> list[str]:
    with room.connection.begin():
        return [row.reason for row in list_rejections(room.connection, project_id, None, 50).rows]


def test_newest_first_and_ones_own_only(room: Workroom) -> None:
    for reason in ("first", "second"):
        reject(room, room.shop, reason)
    reject(room, room.other, "theirs")
    reject(room, None, "nobody's")
    assert listed(room, room.shop.id) == ["second", "first"]
    assert listed(room, NOBODY) == ["nobody's"]


def test_the_list_leaves_the_bodies(room: Workroom) -> None:
    reject(room, room.shop, "no")
    with room.connection.begin():
        (row,) = list_rejections(room.connection, room.shop.id, None, 50).rows
        assert "body" not in row._mapping
        whole = get_rejection(room.connection, room.shop.id, row.id)
        assert whole is not None
        assert whole.body == b"{}"
        assert get_rejection(room.connection, room.other.id, row.id) is None


def test_bodies_are_kept_up_to_a_size(room: Workroom) -> None:
    huge = b"x" * (MAX_BODY + 1)
    for project, kept in ((room.shop, MAX_BODY), (None, MAX_NOBODY_BODY)):
        reject(room, project, "huge", huge)
        id_ = project.id if project else NOBODY
        (row,) = room.rows(rejected_inputs.rejected_inputs, project_id=id_)
        assert (len(row.body), row.body_size) == (kept, len(huge))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Old entries are looked for at each new one."""
    monkeypatch.setattr("tellback.actions.record_rejections._ONE_IN", 1)
    return monkeypatch


def test_what_belongs_to_nobody_is_bounded(room: Workroom, at_once: pytest.MonkeyPatch) -> None:
    at_once.setattr(rejected_inputs, "MOST_OF_NOBODY", 3)
    reject(room, room.shop, "ours")
    for number in range(6):
        reject(room, None, f"{number}")
    assert listed(room, NOBODY) == ["5", "4", "3"]
    assert listed(room, room.shop.id) == ["ours"]


def test_what_belongs_to_a_project_is_bounded(room: Workroom, at_once: pytest.MonkeyPatch) -> None:
    at_once.setattr(rejected_inputs, "MOST", 3)
    reject(room, room.other, "theirs")
    for number in range(6):
        reject(room, room.shop, f"{number}")
    assert listed(room, room.shop.id) == ["5", "4", "3"]
    assert listed(room, room.other.id) == ["theirs"]


def test_the_bytes_that_are_kept_are_bounded(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_inputs, "MOST_BYTES", 3 * MAX_BODY + 10)
    reject(room, room.shop, "small")
    for number in range(5):
        # Only what is kept of a body counts, and large ones are never waited for.
        reject(room, room.shop, f"{number}", b"x" * (2 * MAX_BODY))
    assert listed(room, room.shop.id) == ["4", "3", "2"]


def test_adding_up_sizes_reads_no_body(room: Workroom) -> None:
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(room.connection, "before_cursor_execute", note)
    with room.connection.begin():
        forget_oldest(room.connection, room.shop.id)
        statement, parameters = statements[-1]
        plan = room.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert any("COVERING INDEX ix_rejected_inputs_created" in row[-1] for row in plan)
