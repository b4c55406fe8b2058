"""The counts of the overview, against a plain count."""

from collections import Counter
from random import Random
from typing import Any

from sqlalchemy import insert

from tellback.core.instants import DAY
from tellback.core.invitation import State
from tellback.core.model import Project, Question, QuestionType, SurveyDefinition, SurveyType
from tellback.core.queries import ScoreInvitations
from tellback.core.score import Votes
from tellback.store.figures import score_invitations
from tellback.store.overview import Funnel, Overview, find_beginning
from tellback.store.rated import Counts
from tellback.store.tables import invitation_requests, signals
from tests.actions.workroom import NOW, WIRE, Workroom
from tests.store.invited import invited
from tests.store.overviews import overview_since

BINARY = SurveyDefinition(
    "Happy?",
    SurveyType.BINARY,
    (Question("q", QuestionType.BINARY, {"en": "Happy?"}, metric="binary"),),
)


def overview(room: Workroom, start: int = 0, project: Project | None = None) -> Overview:
    with room.connection.begin():
        return overview_since(room.connection, project or room.shop, start)


def visited(room: Workroom, number: int, **columns: Any) -> None:
    row = {
        "project_id": room.shop.id,
        "id": f"{number:032x}",
        "invitation_id": "0" * 32,
        "kind": "open",
        "created_at": NOW,
        **columns,
    }
    with room.connection.begin():
        room.connection.execute(insert(signals).values(**row))


def test_nothing_yet(room: Workroom) -> None:
    with room.connection.begin():
        assert find_beginning(room.connection, room.shop.id) is None
    found = overview(room)
    assert (found.accepted, found.states, found.funnel) == (0, {}, Funnel())
    assert (found.steps, found.machine_visits) == ([Counts()], {})
    assert set(found.current) == {room.nps.id, room.form.id}


def test_what_is_anothers_is_not_counted(room: Workroom) -> None:
    invited(room, room.other, survey_id=room.foreign.id, state="responded", rating=9.0)
    assert overview(room).states == {}
    assert overview(room).steps == [Counts()]
    with room.connection.begin():
        assert find_beginning(room.connection, room.shop.id) is None
        assert find_beginning(room.connection, room.other.id) == NOW


def test_states_and_funnel_against_a_plain_count(room: Workroom) -> None:
    chance = Random(5)
    made = []
    for _ in range(300):
        steps = sorted(NOW + chance.randrange(5) for _ in range(3))
        reached = chance.randrange(5)
        columns = {
            "state": chance.choice(list(State)).value,
            "created_at": NOW - chance.randrange(3) * DAY,
            "sent_at": steps[0] if reached > 0 else None,
            "opened_at": steps[1] if reached > 1 and chance.random() < 0.7 else None,
            "clicked_at": steps[1] if reached > 2 and chance.random() < 0.7 else None,
            "responded_at": steps[2] if reached > 3 else None,
        }
        invited(room, **columns)
        made.append(columns)
    for start in (0, NOW - DAY, NOW, NOW + 1):
        counted = [m for m in made if int(str(m["created_at"])) >= start]
        found = overview(room, start)
        assert found.states == Counter(State(str(m["state"])) for m in counted)
        assert sum(found.states.values()) == found.funnel.requested == len(counted)
        answered = [m for m in counted if m["responded_at"]]
        clicked = [m for m in counted if m["responded_at"] or m["clicked_at"]]
        opened = [m for m in counted if m in clicked or m["opened_at"]]
        sent = [m for m in counted if m in opened or m["sent_at"]]
        assert found.funnel == Funnel(
            len(counted), len(sent), len(opened), len(clicked), len(answered)
        )


def test_what_was_accepted_is_counted_by_itself(room: Workroom) -> None:
    rows = [(1, 40, NOW), (2, 2, NOW - DAY), (3, 0, NOW)]
    with room.connection.begin():
        for number, accepted, at in rows:
            values = {
                "project_id": room.shop.id,
                "id": f"{number:032x}",
                "dialect": WIRE,
                "accepted": accepted,
                "created_at": at,
            }
            room.connection.execute(insert(invitation_requests).values(**values))
    assert overview(room).accepted == 42
    assert overview(room, NOW).accepted == 40


def test_ratings_count_by_when_they_came(room: Workroom) -> None:
    for rating, at in ((0.0, NOW), (0.0, NOW), (10.0, NOW - 1), (None, NOW)):
        invited(room, rating=rating, responded_at=at)
    found = {(r.survey_version, r.rating): n for r, n in overview(room).steps[0].ratings.items()}
    assert found == {(1, 0.0): 2, (1, 10.0): 1}
    assert [(r.rating, n) for r, n in overview(room, NOW).steps[0].ratings.items()] == [(0.0, 2)]
    assert overview(room).surveys.keys() == {(room.nps.id, 1)}


def test_machines_count_apart(room: Workroom) -> None:
    visited(room, 1, scanner="head")
    visited(room, 2, scanner="trap", kind="click")
    visited(room, 3, scanner="trap", kind="click", created_at=NOW - 1)
    visited(room, 4)
    assert overview(room).machine_visits == {"open": 1, "click": 2}
    assert overview(room, NOW).machine_visits == {"open": 1, "click": 1}


def test_votes_agree_with_those_that_wires_tell(room: Workroom) -> None:
    chance = Random(7)
    survey = room.survey(room.shop, "happy", BINARY)
    for _ in range(200):
        opened = NOW + chance.randrange(9 * DAY) if chance.random() < 0.6 else None
        answer = {"rating": chance.choice((1.0, 1.0, -1.0))} if chance.random() < 0.3 else {}
        at = {"responded_at": NOW + chance.randrange(9 * DAY)} if answer else {}
        invited(room, survey_id=survey.id, opened_at=opened, **answer, **at)
    found = overview(room)
    votes = Votes(
        sum(n for r, n in found.steps[0].ratings.items() if r.rating > 0),
        sum(n for r, n in found.steps[0].ratings.items() if r.rating < 0),
        found.steps[0].opens[survey.id],
    )
    with room.connection.begin():
        assert votes == score_invitations(room.connection, room.shop, ScoreInvitations()).total
