"""Searches that have a name."""

import pytest

from tellback.actions import save_searches as saving
from tellback.actions.save_searches import drop_searches, save_searches
from tellback.core.errors import Invalid, NotFound
from tellback.core.saved_searches import SavedSearch, SaveSearch, read_name
from tellback.store.saved_searches import list_saved_searches
from tests.actions.workroom import Workroom

ALICE = "a" * 32


def kept(room: Workroom) -> list[SavedSearch]:
    with room.connection.begin():
        return list_saved_searches(room.connection, room.shop.id)


def test_one_of_a_name_is_replaced_and_let_go(room: Workroom) -> None:
    for name, query in (("b", "q=1"), ("a", "q=2"), ("b", "q=3")):
        room.run(save_searches, (room.shop, SaveSearch(name, query, ALICE)))
    room.run(save_searches, (room.other, SaveSearch("c", "q=4", ALICE)))
    found = kept(room)
    assert [(one.name, one.query) for one in found] == [("a", "q=2"), ("b", "q=3")]
    assert isinstance(room.run(drop_searches, (room.other, found[0].id)), NotFound)
    room.run(drop_searches, (room.shop, found[0].id))
    assert [one.name for one in kept(room)] == ["b"]


def test_no_project_keeps_more_than_it_may(room: Workroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_SEARCHES", 1)
    room.run(save_searches, (room.shop, SaveSearch("a", "", ALICE)))
    assert isinstance(room.run(save_searches, (room.shop, SaveSearch("b", "", ALICE))), Invalid)
    room.run(save_searches, (room.shop, SaveSearch("a", "q=1", ALICE)))
    assert [one.query for one in kept(room)] == ["q=1"]


def test_a_name_is_a_line() -> None:
    assert read_name(" angry\n people\0 ") == "angry people"
    for text in ("", " \n", "x" * 61):
        with pytest.raises(Invalid, match="1 to 60"):
            read_name(text)
