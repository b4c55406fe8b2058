"""The newest comments of a time."""

import pytest

from tellback.core.instants import DAY
from tellback.core.selection import EVERYTHING, Selection
from tellback.store import remarks
from tellback.store.remarks import Remarks, read_remarks
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited


def said(room: Workroom, comment: str | None, at: int = NOW, **columns: object) -> str:
    return invited(room, rating=9.0, comment=comment, responded_at=at, **columns)


def read(
    room: Workroom, selection: Selection = EVERYTHING, most: int = 10, start: int = 0
) -> Remarks:
    with room.connection.begin():
        return read_remarks(room.connection, room.shop, selection, (start, NOW + DAY), most)


def texts(found: Remarks) -> list[str]:
    return [row.comment for row in found.rows]


def test_only_what_was_written_newest_first(room: Workroom) -> None:
    said(room, "first", NOW - 2)
    said(room, "second", NOW - 1)
    said(room, "")
    said(room, None)
    invited(room, room.other, survey_id=room.foreign.id, rating=1.0, comment="not ours")
    found = read(room)
    assert texts(found) == ["second", "first"]
    assert found.back_to is None
    assert found.surveys.keys() == {(room.nps.id, 1)}
    assert texts(read(room, start=NOW - 1)) == ["second"]


def test_of_a_selection(room: Workroom) -> None:
    said(room, "here")
    said(room, "there", survey_id=room.form.id)
    assert texts(read(room, Selection(survey_id=room.form.id))) == ["there"]
    assert texts(read(room, Selection(dialect="none"))) == []


def test_of_many_the_newest(room: Workroom) -> None:
    for number in range(5):
        said(room, f"{number}", NOW - number)
    found = read(room, most=3)
    assert texts(found) == ["0", "1", "2"]
    assert found.back_to == NOW - 2


def test_no_further_than_so_many_responses(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        said(room, "x" if number > 4 else None, NOW - number)
    assert texts(read(room)) == ["x"]
    monkeypatch.setattr(remarks, "_SEARCHED", 3)
    found = read(room)
    assert texts(found) == []
    assert found.back_to == NOW - 3
