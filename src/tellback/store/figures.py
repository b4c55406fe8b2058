"""Figures over time: votes, and what became of invitations.

Each event counts when it happened.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from tellback.core.calendar import Bucket, Interval, buckets, local_datetime, local_ms, local_range
from tellback.core.model import Project
from tellback.core.queries import CountInvitations, Local, ScoreInvitations
from tellback.core.reports import CountsStep, InvitationCounts, VotesReport, VotesStep
from tellback.core.score import Votes
from tellback.core.selection import Selection
from tellback.store.cohorts import Asked, narrowed
from tellback.store.event_sums import sum_events
from tellback.store.invitation_events import BOUNCE, DECISION, OPEN, REQUEST, SENDING, VOTE, Event

_LIFE = (REQUEST, DECISION, SENDING, BOUNCE, VOTE)
_COUNTED = [field.name for field in fields(InvitationCounts)]


def score_invitations(
    connection: Connection, project: Project, query: ScoreInvitations
) -> VotesReport:
    """Votes and opens in all, and per interval if one is given; `Invalid` for a wrong `where`.

    Without a start it is the project's first day, without an end the day of the last vote or open.
    """
    zone = project.settings.zone()
    asked = Asked(project, Selection(dialect=query.dialect))
    start, end = _range(connection, query, asked)
    if query.where is not None:
        asked = narrowed(connection, asked, query.where)
    if query.interval is None:
        steps = [Bucket(*local_range(start, end, zone), _day(start))]
    else:
        steps = buckets(start, end, Interval(query.interval), zone)
    sums = sum_events(connection, (VOTE, OPEN), asked, steps)
    votes = [Votes(s["positive"], s["negative"], s["opens"]) for s in sums]
    total = sum(votes, Votes())
    if query.interval is None:
        return VotesReport(total)
    firsts = _firsts(project, Interval(query.interval), steps)
    return VotesReport(total, [VotesStep(f, v) for f, v in zip(firsts, votes, strict=True)])


def count_invitations(
    connection: Connection, project: Project, query: CountInvitations
) -> list[CountsStep]:
    """What became of invitations, per interval."""
    interval = Interval(query.interval)
    steps = buckets(query.start, query.end, interval, project.settings.zone())
    sums = sum_events(connection, _LIFE, Asked(project, Selection(dialect=query.dialect)), steps)
    counts = [InvitationCounts(**{name: s[name] for name in _COUNTED}) for s in sums]
    firsts = _firsts(project, interval, steps)
    return [CountsStep(f, count) for f, count in zip(firsts, counts, strict=True)]


def _range(
    connection: Connection,
    query: ScoreInvitations,
    asked: Asked,
) -> tuple[Local, Local]:
    project, zone = asked.project, asked.project.settings.zone()
    start, end = query.start, query.end
    if start is None:
        first = local_datetime(project.created_at, zone).date()
        start = first if end is None else min(first, _day(end))
    if end is None:
        moments = [_latest(connection, event, asked) for event in (VOTE, OPEN)]
        days = [local_datetime(at, zone).date() for at in moments if at is not None]
        end = max([_day(start), *days])
    return start, end


def _latest(connection: Connection, event: Event, asked: Asked) -> int | None:
    newest = select(event.at).where(*asked.conditions, event.only).order_by(event.at.desc())
    return connection.execute(newest.limit(1)).scalar()


def _firsts(project: Project, interval: Interval, steps: Sequence[Bucket]) -> list[datetime]:
    zone = project.settings.zone()
    days = (_first_day(interval, step.label_date) for step in steps)
    return [local_datetime(local_ms(day, zone), zone) for day in days]


def _first_day(interval: Interval, day: date) -> date:
    """The first day of the interval that a day is in, also where a report begins later."""
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval is Interval.MONTH else day


def _day(local: Local) -> date:
    return local.date() if isinstance(local, datetime) else local
