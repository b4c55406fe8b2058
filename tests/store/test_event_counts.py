"""What is counted in one pass is what is counted one by one, and no row is read twice."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tellback.core.instants import DAY
from tellback.core.properties import PropertyType
from tellback.core.rollup import SLOT
from tellback.store.cohorts import Asked, narrowed
from tellback.store.event_counts import By, Within, count_each, count_together
from tellback.store.event_sums import read_events
from tellback.store.invitation_events import ASK, EVENTS, OPEN, VOTE
from tellback.store.properties import declare_properties
from tests.actions.workroom import NOW, Workroom
from tests.store.invited import invited, many_invited
from tests.store.plans import planning

RANGE = NOW - 5 * DAY, NOW - DAY
WHERE = 'property["city"] == "Bonn" and property["plan"] isset'


def some_invited(room: Workroom, dice: Random, number: int = 40) -> None:
    for _ in range(number):
        at = NOW - dice.randrange(8 * DAY)
        moments = ("claimed_at", "sent_at", "opened_at", "bounced_at", "responded_at")
        columns: dict[str, Any] = {
            name: at + dice.randrange(4 * DAY) for name in moments if dice.random() < 0.6
        }
        if "responded_at" in columns:
            columns["rating"] = dice.choice((1.0, -1.0, None))
        columns["state"] = dice.choice(("sent", "throttled", "failed"))
        columns["survey_id"] = dice.choice((room.nps.id, room.form.id))
        columns["properties"] = {"city": dice.choice(("Bonn", "Ulm")), "plan": "free"}
        invited(room, created_at=at, due_at=at, **columns)


def summed(count: Callable[..., Any], *args: Any) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for at, survey_id, counts in count(*args):
        sums.update({(at // SLOT, survey_id, name): n for name, n in counts.items()})
    return sums


@pytest.mark.parametrize("by", By)
def test_one_pass_counts_what_several_do(room: Workroom, by: By) -> None:
    some_invited(room, Random(7))
    mine = [ASK.project_id == room.shop.id]
    with room.connection.begin():
        for events in (EVENTS, (VOTE, OPEN), (OPEN,)):
            asked = (room.connection, events, mine, Within(RANGE, by))
            together = summed(count_together, *asked)
            assert together == summed(count_each, *asked)
            assert together.total() > 4


def test_a_segment_has_what_was_requested_long_before(room: Workroom) -> None:
    with room.connection.begin():
        types = {"city": PropertyType.STRING, "plan": PropertyType.STRING}
        declare_properties(room.connection, room.shop.id, types, 1)
    some_invited(room, Random(8))
    with room.connection.begin():
        asked = narrowed(room.connection, Asked(room.shop), WHERE)
        found = summed(read_events, room.connection, EVENTS, asked, Within(RANGE))
        plain = (room.connection, EVENTS, asked.conditions, Within(RANGE))
        assert found == summed(count_each, *plain)
        late = [*asked.conditions, ASK.created_at < RANGE[0]]
        assert summed(count_each, room.connection, EVENTS, late, Within(RANGE)).total()


def test_a_segment_is_asked_of_each_row_once(room: Workroom) -> None:
    with room.connection.begin():
        declare_properties(room.connection, room.shop.id, {"city": PropertyType.STRING}, 1)
    many_invited(room)
    with room.connection.begin():
        asked = narrowed(room.connection, Asked(room.shop), 'property["city"] == "Bonn"')
    with planning(room.connection) as plans, room.connection.begin():
        found = read_events(room.connection, (VOTE, OPEN), asked, Within((NOW - 500, NOW)))
        assert list(found) == []
    *earlier, within = plans
    bounds = [step.columns for plan in earlier for step in plan.steps if step.index]
    assert {"project_id", "responded_at"} <= bounds[0]
    steps = [step for step in within.steps if step.table == "invitations"]
    assert [step.index for step in steps] == ["ix_invitations_created"]
