"""Numbers are taken once each, per project and name, and above those that somebody chose."""

import pytest

from tellback.core.errors import Invalid
from tellback.core.model import MAX_WIRE_NUMBER
from tellback.store.counters import keep_above, take_numbers
from tests.actions.workroom import Workroom

SHOP, OTHER = "a" * 32, "b" * 32


def test_numbers_follow_on(room: Workroom) -> None:
    taken = [take_numbers(room.connection, SHOP, "chat", count) for count in (1, 3, 1)]
    assert taken == [1, 2, 5]


def test_projects_and_names_count_by_themselves(room: Workroom) -> None:
    assert take_numbers(room.connection, SHOP, "chat", 5) == 1
    assert take_numbers(room.connection, OTHER, "chat", 1) == 1
    assert take_numbers(room.connection, SHOP, "person", 1) == 1


def test_a_chosen_number_is_never_taken(room: Workroom) -> None:
    keep_above(room.connection, SHOP, "chat", 40)
    keep_above(room.connection, SHOP, "chat", 7)
    assert take_numbers(room.connection, SHOP, "chat", 2) == 41
    keep_above(room.connection, SHOP, "chat", 42)
    assert take_numbers(room.connection, SHOP, "chat", 1) == 43


def test_where_no_number_is_left_none_is_taken(room: Workroom) -> None:
    keep_above(room.connection, SHOP, "chat", MAX_WIRE_NUMBER - 1)
    with pytest.raises(Invalid, match="no number is free"):
        take_numbers(room.connection, SHOP, "chat", 2)
    assert take_numbers(room.connection, SHOP, "chat", 1) == MAX_WIRE_NUMBER
    with pytest.raises(Invalid, match="no number is free"):
        take_numbers(room.connection, SHOP, "chat", 1)
