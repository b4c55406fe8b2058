"""Segments pick the right invitations, and a value is never more than a value."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.segment import SegmentError, check, parse
from tellback.store.properties import declare_properties
from tellback.store.segments import compile_segment, read_segment
from tellback.store.tables import invitations
from tests.actions.workroom import Workroom
from tests.store.invited import invited

TYPES = {
    "city": PropertyType.STRING,
    "price": PropertyType.NUMBER,
    "delivered": PropertyType.DATE,
    "first": PropertyType.BOOLEAN,
    "skus": PropertyType.STRING_SET,
    "prices": PropertyType.NUMBER_SET,
    "größe$": PropertyType.STRING,
}
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def room(room: Workroom) -> Workroom:
    with room.connection.begin():
        for project in (room.shop, room.other):
            declare_properties(room.connection, project.id, TYPES, room.now)
    return room


def picked(room: Workroom, where: str, project: Project | None = None) -> list[str]:
    project = project or room.shop
    with room.connection.begin():
        segment = read_segment(room.connection, project, where)
        engine, zone = room.connection.dialect.name, project.settings.zone()
        condition = compile_segment(segment, engine, zone)
        mine = invitations.c.project_id == project.id
        statement = select(invitations.c.id).where(mine, condition).order_by(invitations.c.id)
        return list(room.connection.execute(statement).scalars())


def test_numbers(room: Workroom) -> None:
    low, middle, high = (invited(room, properties={"price": n}) for n in (-5, 499.5, 9_999_999_999))
    invited(room)
    assert picked(room, 'property["price"] < 499.5') == [low]
    assert picked(room, 'property["price"] <= 499.5') == [low, middle]
    assert picked(room, 'property["price"] > 499.5') == [high]
    assert picked(room, 'property["price"] >= 499.5') == [middle, high]
    assert picked(room, 'property["price"] == 499.50') == [middle]
    assert picked(room, 'property["price"] == 9999999999') == [high]
    assert picked(room, 'property["price"] < 999999999999999') == [low, middle, high]


def test_strings(room: Workroom) -> None:
    koeln = invited(room, properties={"city": "KÖLN 50%_x"})
    other = invited(room, properties={"city": "Köln 50 x"})
    assert picked(room, 'property["city"] contain "köln"') == [koeln, other]
    assert picked(room, 'property["city"] contain "50%"') == [koeln]
    assert picked(room, 'property["city"] contain "%_X"') == [koeln]
    assert picked(room, 'property["city"] contain "50_x"') == []
    assert picked(room, 'property["city"] == "Köln 50 x"') == [other]
    assert picked(room, 'property["city"] == "köln 50 x"') == []


def test_dates(room: Workroom) -> None:
    # The 15th in Berlin began at 23:00 UTC.
    moments = ["2016-01-14T22:59:59Z", "2016-01-14T23:00:00Z", "2016-01-15T22:59:59Z"]
    moments.append("2016-01-15T23:00:00Z")
    berlin = room.project("Berlin", time_zone="Europe/Berlin")
    with room.connection.begin():
        declare_properties(room.connection, berlin.id, TYPES, room.now)
    before, first, last, after = (
        invited(room, berlin, properties={"delivered": moment}) for moment in moments
    )
    day = [first, last]
    assert picked(room, 'property["delivered"] == 2016-01-15', berlin) == day
    assert picked(room, 'property["delivered"] < 2016:01:15', berlin) == [before]
    assert picked(room, 'property["delivered"] <= 2016-01-15', berlin) == [before, *day]
    assert picked(room, 'property["delivered"] > 2016-01-15', berlin) == [after]
    assert picked(room, 'property["delivered"] >= 2016-01-15', berlin) == [*day, after]
    assert picked(room, 'property["delivered"] == 2016-01-15T00:00:00', berlin) == [first]
    assert picked(room, 'property["delivered"] == "2016-01-14T23:00:00Z"', berlin) == [first]
    assert picked(room, 'property["delivered"] > "2016-01-15T04:29:59+05:30"', berlin) == [
        *day,
        after,
    ]
    assert picked(room, 'property["delivered"] >= 1452898800', berlin) == [after]


def test_booleans(room: Workroom) -> None:
    yes, no = (invited(room, properties={"first": value}) for value in (True, False))
    invited(room)
    assert picked(room, 'property["first"] is true') == [yes]
    assert picked(room, 'property["first"] is false') == [no]
    assert picked(room, 'property["first"] isset') == [yes, no]


def test_sets_hold_where_a_member_does(room: Workroom) -> None:
    one = invited(room, properties={"skus": ["BP-1", "Größe"], "prices": [500, 499.5]})
    two = invited(room, properties={"skus": [], "prices": [10]})
    none = invited(room)
    assert picked(room, 'property["skus"] contain "GRÖSSE"') == []
    assert picked(room, 'property["skus"] contain "GRÖ"') == [one]
    assert picked(room, 'property["skus"] == "BP-1"') == [one]
    assert picked(room, 'property["skus"] == "bp-1"') == []
    assert picked(room, 'property["prices"] < 499.5') == [two]
    assert picked(room, 'property["prices"] >= 500') == [one]
    assert picked(room, 'property["prices"] == 10') == [two]
    assert picked(room, 'property["skus"] isset') == [one, two]
    assert picked(room, 'property["prices"] isnotset') == [none]


def test_joined_conditions(room: Workroom) -> None:
    a = invited(room, properties={"city": "A", "price": 1})
    b = invited(room, properties={"city": "B", "price": 1})
    c = invited(room, properties={"city": "A", "price": 2})
    assert picked(room, '(property["city"] == "A") and (property["price"] == 1)') == [a]
    assert picked(room, '(property["city"] == "B" or property["price"] == 2)') == [b, c]


def test_names_may_have_letters_of_any_script_and_a_dollar(room: Workroom) -> None:
    found = invited(room, properties={"größe$": "XL"})
    assert picked(room, 'property["größe$"] == "XL"') == [found]


def test_a_property_of_another_project_is_unknown(room: Workroom) -> None:
    with room.connection.begin():
        declare_properties(room.connection, room.other.id, {"secret": PropertyType.STRING}, 1)
    assert picked(room, 'property["secret"] isset', room.other) == []
    with pytest.raises(SegmentError, match="there is no property"):
        picked(room, 'property["secret"] isset')


HOSTILE = ["' OR 1=1 --", '"; DROP TABLE invitations; --', "%", "\\", "${x}", "/%", "'/*", ":a ?"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("operator", ["==", "contain"])
def test_a_hostile_value_is_a_value(room: Workroom, text: str, operator: str) -> None:
    hostile = invited(room, properties={"city": text, "skus": [text]})
    invited(room, properties={"city": "Berlin", "skus": ["Berlin"]})
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert picked(room, f'property["city"] {operator} "{quoted}"') == [hostile]
    assert picked(room, f'property["skus"] {operator} "{quoted}"') == [hostile]


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_every_value_is_bound_on_both_engines(name: str) -> None:
    where = (
        '(property["city"] contain "marker1" and property["price"] > 7654321 and '
        'property["first"] is true and property["delivered"] == 2016-01-15 and '
        'property["skus"] == "marker2" and property["prices"] < 7654321)'
    )
    condition = compile_segment(check(parse(where), TYPES), name, BERLIN)
    dialect = sqlite.dialect() if name == "sqlite" else postgresql.dialect()
    text = str(condition.compile(dialect=dialect))
    for literal in ("marker", "7654321", "2016", "city", "skus"):
        assert literal not in text
    members = "json_each" if name == "sqlite" else "jsonb_array_elements_text"
    assert text.count(members) == 2
