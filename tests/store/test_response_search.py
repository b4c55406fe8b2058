"""Searching responses: by what they say, by what is known of who said it, in what was written."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from tellback.core.model import Question, QuestionType, SurveyDefinition, SurveyType
from tellback.core.properties import PropertyType
from tellback.core.response_search import Kind, ResponseSearch
from tellback.core.segment import Segment, check, parse
from tellback.core.segment_types import infer_types
from tellback.core.selection import Selection
from tellback.store import feed
from tellback.store.response_feed import ResponsePage, search_responses
from tellback.store.tables import contacts, invitations, responses, survey_versions
from tests.actions.workroom import WIRE, Workroom
from tests.store.invited import invited

TYPES = {"skus": PropertyType.STRING_SET, "prices": PropertyType.NUMBER_SET}
EFFORT = SurveyDefinition(
    "Effort",
    SurveyType.CES,
    (Question("e", QuestionType.SCALE, {"en": "Easy?"}, minimum=1, maximum=7, metric="ces"),),
)


class Desk:
    """Responses, put into the table directly, each a second after the one before."""

    def __init__(self, room: Workroom) -> None:
        self.room, self.number = room, 0

    def answer(self, project: Any = None, **columns: Any) -> str:
        """Insert a response; its id."""
        self.number += 1
        row = {
            "project_id": (project or self.room.shop).id,
            "id": f"{self.number:032x}",
            "dialect": WIRE,
            "channel": "in_app",
            "survey_id": self.room.nps.id,
            "survey_version": 1,
            "answers": {},
            "completed": True,
            "dismissed": False,
            "revision": 0,
            "created_at": self.room.now + 1_000 * self.number,
            "updated_at": self.room.now,
            **columns,
        }
        with self.room.connection.begin():
            self.room.connection.execute(insert(responses).values(**row))
        return str(row["id"])

    def person(self, number: int, properties: dict[str, Any]) -> str:
        """Insert a contact; its id."""
        times = dict.fromkeys(("created_at", "updated_at", "last_seen_at"), self.room.now)
        id_ = f"{number:032x}"
        row = {"project_id": self.room.shop.id, "id": id_, "properties": properties, **times}
        with self.room.connection.begin():
            self.room.connection.execute(insert(contacts).values(**row))
        return id_

    def found(self, before: Any = None, size: int = 50, **wanted: Any) -> list[str]:
        """The ids of a page, newest first."""
        return [row.id for row in self.page(before, size, **wanted).rows]

    def page(self, before: Any = None, size: int = 50, **wanted: Any) -> ResponsePage:
        """A page of a search."""
        search = ResponseSearch(**wanted)
        with self.room.connection.begin():
            return search_responses(self.room.connection, self.room.shop, search, before, size)


@pytest.fixture
def desk(room: Workroom) -> Desk:
    return Desk(room)


def where(text: str) -> Segment:
    expression = parse(text)
    return check(expression, infer_types(expression, TYPES))


def test_what_ratings_say(desk: Desk) -> None:
    room = desk.room
    room_effort = room.survey(room.shop, "effort", EFFORT)
    ten, eight, six = (desk.answer(metric="nps", rating=float(n)) for n in (10, 8, 6))
    yes, no = (desk.answer(metric="binary", rating=float(n)) for n in (1, -1))
    seven, four, one = (
        desk.answer(metric="ces", rating=float(n), survey_id=room_effort.id) for n in (7, 4, 1)
    )
    silent = desk.answer()
    desk.answer(room.other, metric="nps", rating=10.0, survey_id=room.foreign.id)
    assert desk.found(kind=Kind.PROMOTER) == [ten]
    assert desk.found(kind=Kind.PASSIVE) == [eight]
    assert desk.found(kind=Kind.DETRACTOR) == [six]
    assert desk.found(kind=Kind.POSITIVE) == [yes]
    assert desk.found(kind=Kind.NEGATIVE) == [no]
    assert desk.found(kind=Kind.GOOD) == [seven, yes, ten]
    assert desk.found(kind=Kind.NEUTRAL) == [four, eight]
    assert desk.found(kind=Kind.BAD) == [one, no, six]
    assert silent in desk.found()


@pytest.mark.parametrize("apart", [False, True])
def test_ratings_of_very_many_surveys(desk: Desk, *, apart: bool) -> None:
    room, seven = desk.room, msgspec.to_builtins(EFFORT)
    five = msgspec.to_builtins(
        replace(EFFORT, questions=(replace(EFFORT.questions[0], maximum=5),))
    )
    base = {"project_id": room.shop.id, "created_at": room.now}
    rows = [
        {**base, "survey_id": f"e{n:031x}", "version": version, "definition": definition}
        for n in range(1_100)
        for version, definition in ((1, seven), (2, five if apart else seven))
    ]
    with room.connection.begin():
        room.connection.execute(insert(survey_versions), rows)
    last = {"metric": "ces", "survey_id": f"e{1_099:031x}"}
    good = desk.answer(**last, rating=6.0)
    second = desk.answer(**last, rating=4.0, survey_version=2)
    assert desk.found(kind=Kind.GOOD) == ([second, good] if apart else [good])


def test_a_selection_a_time_and_a_comment(desk: Desk) -> None:
    first = desk.answer(comment="x")
    second = desk.answer(channel="email", comment="")
    third = desk.answer(survey_id=desk.room.form.id, comment="y")
    assert desk.found(selection=Selection(channel="email")) == [second]
    assert desk.found(selection=Selection(survey_id=desk.room.form.id)) == [third]
    assert desk.found(has_comment=True) == [third, first]
    at = desk.room.now
    assert desk.found(since=at + 2_000) == [third, second]
    assert desk.found(since=at + 2_000, until=at + 3_000) == [second]


def test_words_are_found_together_with_all_else(desk: Desk) -> None:
    small = desk.answer(comment="The Parcel was small", metric="nps", rating=3.0)
    desk.answer(comment="No box at all", metric="nps", rating=3.0)
    large = desk.answer(comment="parcels everywhere", metric="nps", rating=9.0)
    assert desk.found(text="PARCEL") == [large, small]
    assert desk.found(text="parcel", kind=Kind.DETRACTOR) == [small]
    assert desk.found(text="100%") == []


def test_a_page_goes_on_from_the_one_before(desk: Desk) -> None:
    all_ = [desk.answer(comment="same") for _ in range(5)][::-1]
    page = desk.page(size=2, text="same")
    assert [row.id for row in page.rows] == all_[:2]
    assert page.older is not None
    assert desk.found(page.older, 10, text="same") == all_[2:]


def test_a_long_search_stops_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SEARCHED", 3)
    rare = desk.answer(comment="x")
    for _ in range(4):
        desk.answer()
    page = desk.page(has_comment=True)
    assert (list(page.rows), page.cut) == ([], True)
    assert desk.found(page.older, has_comment=True) == [rare]


def test_a_property_of_the_answer_the_person_or_the_ask(desk: Desk) -> None:
    own = desk.answer(traits={"plan": "gold", "age": 30})
    person = desk.person(1, {"plan": "gold", "age": 17, "member": True})
    theirs = desk.answer(contact_id=person)
    ask = invited(desk.room, properties={"plan": "gold", "skus": ["a", "b"], "prices": [1, 9.5]})
    asked = desk.answer(invitation_id=ask)
    bare = desk.answer()
    assert desk.found(segment=where('property["plan"] == "gold"')) == [asked, theirs, own]
    assert desk.found(segment=where('property["plan"] contain "OL"')) == [asked, theirs, own]
    assert desk.found(segment=where('property["age"] >= 18')) == [own]
    assert desk.found(segment=where('property["age"] < 18 or property["skus"] == "b"')) == [
        asked,
        theirs,
    ]
    assert desk.found(segment=where('property["prices"] > 9')) == [asked]
    assert desk.found(segment=where('property["member"] is true')) == [theirs]
    assert desk.found(segment=where('property["member"] is false')) == []
    assert desk.found(segment=where('property["plan"] isset')) == [asked, theirs, own]
    assert desk.found(segment=where('property["plan"] isnotset')) == [bare]
    assert desk.found(segment=where('property["plan"] isset and property["age"] isnotset')) == [
        asked
    ]


@pytest.mark.parametrize("value", ["12", [12], {"a": 12}, None, True, "x"])
def test_what_is_of_another_kind_is_never_compared(desk: Desk, value: Any) -> None:
    desk.answer(traits={"age": value})
    for term in ("== 12", ">= 0", "< 99", "is false"):
        assert desk.found(segment=where(f'property["age"] {term}')) == []
    desk.found(segment=where('property["age"] contain "1"'))


def test_a_value_is_never_more_than_a_value(desk: Desk) -> None:
    name, value = "it's $[0].a", "'; DROP TABLE responses; --"
    odd = desk.answer(traits={name: value})
    assert desk.found(segment=where(f'property["{name}"] == "{value}"')) == [odd]
    assert desk.found(segment=where(f'property["{name}"] == "\'%"')) == []


def test_another_projects_ask_and_person_tell_nothing(desk: Desk) -> None:
    foreign = invited(desk.room, desk.room.other, properties={"plan": "gold"})
    desk.answer(invitation_id=foreign)
    assert desk.found(segment=where('property["plan"] isset')) == []
    assert desk.room.rows(invitations, project_id=desk.room.other.id)
