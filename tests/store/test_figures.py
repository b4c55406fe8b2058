"""Votes and the life of invitations over time, against a plain count."""

from datetime import date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tellback.core.calendar import Interval, buckets, local_ms
from tellback.core.errors import Invalid
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.queries import CountInvitations, ScoreInvitations
from tellback.core.reports import CountsStep, InvitationCounts, VotesReport
from tellback.core.score import Votes
from tellback.core.segment import SegmentError
from tellback.store.figures import count_invitations, score_invitations
from tellback.store.properties import declare_properties
from tests.actions.workroom import NOW, WIRE, Workroom
from tests.store.invited import invited

#: NOW, 2023-11-14T22:13:20Z, is in the evening of this day, and of the next one in Kolkata.
TODAY = date(2023, 11, 14)


def scores(room: Workroom, project: Project | None = None, **query: Any) -> VotesReport:
    with room.connection.begin():
        return score_invitations(room.connection, project or room.shop, ScoreInvitations(**query))


def counts(
    room: Workroom, start: date, end: date, interval: str = "day", **of: Any
) -> list[CountsStep]:
    project = of.pop("project", room.shop)
    query = CountInvitations(start, end, interval, **of)
    with room.connection.begin():
        return count_invitations(room.connection, project, query)


def test_nothing_yet_is_one_empty_day(room: Workroom) -> None:
    report = scores(room, interval="day")
    assert report.total == Votes()
    assert [(step.first.isoformat(), step.votes) for step in report.steps] == [
        ("2023-11-14T00:00:00+00:00", Votes())
    ]
    assert scores(room).steps == ()


def test_votes_and_opens_count_when_they_happened(room: Workroom) -> None:
    invited(room, rating=1.0, opened_at=NOW, responded_at=NOW + 1)
    invited(room, rating=-1.0, opened_at=NOW, responded_at=NOW + DAY)
    invited(room, opened_at=NOW + 2 * DAY)
    invited(room)
    report = scores(room, interval="day")
    assert [step.votes for step in report.steps] == [Votes(1, 0, 2), Votes(0, 1, 0), Votes(0, 0, 1)]
    assert report.total == Votes(1, 1, 3)
    assert scores(room).total == Votes(1, 1, 3)
    assert scores(room, start=date(2023, 11, 15), end=date(2023, 11, 15)).total == Votes(0, 1, 0)
    assert scores(room, start=date(2023, 11, 15)).total == Votes(0, 1, 1)
    assert scores(room, end=TODAY).total == Votes(1, 0, 2)


@pytest.mark.parametrize("end", [date(2001, 1, 1), datetime(2001, 1, 1, 12)])
def test_an_end_before_the_project_began_is_an_empty_day(room: Workroom, end: date) -> None:
    report = scores(room, end=end, interval="day")
    assert [step.first.date() for step in report.steps] == [date(2001, 1, 1)]


def test_nothing_of_others_is_counted(room: Workroom) -> None:
    invited(room, room.other, rating=1.0, opened_at=NOW, sent_at=NOW, bounced_at=NOW)
    invited(room, dialect="another", rating=1.0, opened_at=NOW, sent_at=NOW)
    assert scores(room, dialect=WIRE).total == Votes()
    assert scores(room).total == Votes(1, 0, 1)
    (step,) = counts(room, TODAY, TODAY, dialect=WIRE)
    assert step.counts == InvitationCounts()


def test_a_segment_narrows_the_votes(room: Workroom) -> None:
    with room.connection.begin():
        declare_properties(room.connection, room.shop.id, {"city": PropertyType.STRING}, 1)
    invited(room, rating=1.0, opened_at=NOW, properties={"city": "Berlin"})
    invited(room, rating=-1.0, opened_at=NOW, properties={"city": "Bonn"})
    invited(room, rating=-1.0, opened_at=NOW)
    assert scores(room, where='property["city"] == "Berlin"').total == Votes(1, 0, 1)
    assert scores(room, where='property["city"] isnotset').total == Votes(0, 1, 1)
    with pytest.raises(SegmentError):
        scores(room, where='property["town"] isset')


def test_the_life_of_invitations(room: Workroom) -> None:
    invited(room)
    invited(room, state="throttled", claimed_at=NOW + DAY)
    invited(room, state="throttled", created_at=NOW - 3 * DAY, due_at=NOW)
    invited(room, state="failed", claimed_at=NOW + DAY)
    invited(room, state="sent", claimed_at=NOW, sent_at=NOW + DAY)
    invited(room, state="bounced", claimed_at=NOW, sent_at=NOW, bounced_at=NOW + DAY)
    invited(room, state="responded", sent_at=NOW, rating=1.0)
    invited(room, state="responded", sent_at=NOW, responded_at=NOW + DAY, rating=-1.0)
    invited(room, state="responded", sent_at=NOW, responded_at=NOW + DAY, rating=None, comment="?")
    today, tomorrow, empty = counts(room, TODAY, date(2023, 11, 16))
    assert today.counts == InvitationCounts(
        requested=8, throttled=1, sent=4, responses=1, positive=1
    )
    assert tomorrow.counts == InvitationCounts(
        throttled=1, failed=1, sent=1, bounced=1, responses=2, negative=1
    )
    assert empty.counts == InvitationCounts()


def test_partial_weeks_and_months_carry_their_first_day(room: Workroom) -> None:
    start, end = date(2023, 11, 15), date(2023, 12, 4)
    weeks = [step.first.date() for step in counts(room, start, end, "week")]
    assert weeks == [date(2023, 11, day) for day in (13, 20, 27)] + [date(2023, 12, 4)]
    months = [step.first.date() for step in counts(room, start, end, "month")]
    assert months == [date(2023, 11, 1), date(2023, 12, 1)]
    # What happened in the cut-off days of the first week is not counted.
    invited(room, created_at=NOW)
    invited(room, created_at=NOW + DAY)
    assert counts(room, start, end, "week")[0].counts.requested == 1


@pytest.mark.parametrize(
    ("zone", "first", "epoch"),
    [
        ("Asia/Kolkata", "2017-05-23T00:00:00+05:30", 1495477800),
        ("UTC", "2017-05-23T00:00:00+00:00", 1495497600),
        ("Australia/Lord_Howe", "2017-05-23T00:00:00+10:30", 1495459800),
        ("America/St_Johns", "2017-05-23T00:00:00-02:30", 1495506600),
    ],
)
def test_steps_begin_at_midnight_of_the_zone(
    room: Workroom, zone: str, first: str, epoch: int
) -> None:
    project = room.project(zone, time_zone=zone)
    (step,) = counts(room, date(2017, 5, 23), date(2017, 5, 23), project=project)
    assert step.first.isoformat() == first
    assert step.first.timestamp() == epoch


def test_what_cannot_be_a_report_is_refused(room: Workroom) -> None:
    with pytest.raises(Invalid, match="end lies before the start"):
        counts(room, date(2023, 11, 15), TODAY)
    with pytest.raises(Invalid, match="more than 4000 steps"):
        counts(room, date(1900, 1, 1), TODAY)
    assert scores(room, start=date(1900, 1, 1), end=date(2999, 12, 31)).total == Votes()


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_any_mixture_agrees_with_a_plain_count(
    room: Workroom, zone: str, interval: Interval
) -> None:
    dice, project = Random(3), room.project(zone, time_zone=zone)
    # Both changes of the clock are in this time, and the range begins and ends within a slot.
    start, end = datetime(2023, 3, 20, 7, 3, 4), datetime(2023, 11, 8, 9, 10, 11)
    low, high = (local_ms(each, ZoneInfo(zone)) for each in (start, end))
    edges = [low, high, *(b.start_ms for b in buckets(start, end, interval, ZoneInfo(zone)))]
    moments = []
    for _ in range(300):
        near = dice.choice(edges) + dice.choice([-1, 0, 1, -HOUR, 20 * MINUTE])
        at = dice.choice([near, dice.randrange(low - DAY, high + DAY)])
        moments.append(at)
        invited(room, project, created_at=at)
    steps = counts(room, start, end, interval, project=project)
    expected = [
        sum(bucket.start_ms <= at < bucket.end_ms for at in moments)
        for bucket in buckets(start, end, interval, ZoneInfo(zone))
    ]
    assert [step.counts.requested for step in steps] == expected
    assert sum(expected) == sum(low <= at < high for at in moments)
