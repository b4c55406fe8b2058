"""The log of what was refused."""

from collections.abc import Iterator

import pytest

from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import RecordRejection
from tellback.core.model import Project
from tellback.store import rejected_inputs
from tellback.store.rejected_inputs import (
    MAX_BODY,
    MAX_NOBODY_BODY,
    NOBODY,
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


def test_what_belongs_to_nobody_is_bounded(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejected_inputs, "MOST_OF_NOBODY", 3)
    reject(room, room.shop, "ours")
    for number in range(6):
        reject(room, None, f"{number}")
    assert listed(room, NOBODY) == ["5", "4", "3"]
    assert listed(room, room.shop.id) == ["ours"]
