"""Figures over time: votes, and what became of invitations.

Events are counted by the engine in slots of a quarter of an hour, and the slots are added up to
days, weeks and months here: every zone's midnight is the start of a slot, so the engines need not
know a zone. Each event counts when it happened.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from tellback.core.calendar import Bucket, Interval, buckets, local_datetime, local_ms, local_range
from tellback.core.instants import MINUTE
from tellback.core.invitation import State
from tellback.core.model import Project
from tellback.core.queries import CountInvitations, Local, ScoreInvitations
from tellback.core.reports import CountsStep, InvitationCounts, VotesReport, VotesStep
from tellback.core.score import Votes
from tellback.store.segments import segment_condition
from tellback.store.tables import invitations, responses

_SLOT = 15 * MINUTE
_ASK = invitations.c
_ANSWER = and_(responses.c.project_id == _ASK.project_id, responses.c.invitation_id == _ASK.id)
_ASK_WITH_ANSWER = invitations.outerjoin(responses, _ANSWER)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


class _Event(NamedTuple):
    """Something that happens to invitations: when, and what is counted of it under which name."""

    at: ColumnElement[int]
    counts: Mapping[str, ColumnElement[int]]


_VOTE = _Event(
    _ASK.responded_at,
    {
        "responses": func.count(),
        "positive": _how_many(responses.c.rating > 0),
        "negative": _how_many(responses.c.rating < 0),
    },
)
_OPEN = _Event(_ASK.opened_at, {"opens": func.count()})
_LIFE = (
    _Event(_ASK.created_at, {"requested": func.count()}),
    # When it was decided; one that ended without being picked never had another moment.
    _Event(
        func.coalesce(_ASK.claimed_at, _ASK.due_at),
        {
            "throttled": _how_many(_ASK.state == State.THROTTLED.value),
            "failed": _how_many(_ASK.state == State.FAILED.value),
        },
    ),
    _Event(_ASK.sent_at, {"sent": func.count()}),
    _Event(_ASK.bounced_at, {"bounced": func.count()}),
    _VOTE,
)


def score_invitations(
    connection: Connection, project: Project, query: ScoreInvitations
) -> VotesReport:
    """Votes and opens in all, and per interval if one is given; `Invalid` for a wrong `where`.

    Without a start it is the project's first day, without an end the day of the last vote or open.
    """
    zone = project.settings.zone()
    asked = _asked(project, query.dialect)
    start, end = _range(connection, project, query, asked)
    if query.where is not None:
        asked.append(segment_condition(connection, project, query.where))
    if query.interval is None:
        steps = [Bucket(*local_range(start, end, zone), _day(start))]
    else:
        steps = buckets(start, end, Interval(query.interval), zone)
    sums = _sums(connection, (_VOTE, _OPEN), asked, steps)
    votes = [Votes(s.get("positive", 0), s.get("negative", 0), s.get("opens", 0)) for s in sums]
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
    sums = _sums(connection, _LIFE, _asked(project, query.dialect), steps)
    firsts = _firsts(project, interval, steps)
    return [CountsStep(f, InvitationCounts(**s)) for f, s in zip(firsts, sums, strict=True)]


def _asked(project: Project, dialect: str | None) -> list[ColumnElement[bool]]:
    mine = [_ASK.project_id == project.id]
    return mine if dialect is None else [*mine, _ASK.dialect == dialect]


def _range(
    connection: Connection,
    project: Project,
    query: ScoreInvitations,
    asked: Sequence[ColumnElement[bool]],
) -> tuple[Local, Local]:
    zone = project.settings.zone()
    start, end = query.start, query.end
    if start is None:
        first = local_datetime(project.created_at, zone).date()
        start = first if end is None else min(first, _day(end))
    if end is None:
        latest = select(func.max(_ASK.responded_at), func.max(_ASK.opened_at)).where(*asked)
        moments = [at for at in connection.execute(latest).one() if at is not None]
        days = [local_datetime(at, zone).date() for at in moments]
        end = max([_day(start), *days])
    return start, end


def _sums(
    connection: Connection,
    events: Sequence[_Event],
    asked: Sequence[ColumnElement[bool]],
    steps: Sequence[Bucket],
) -> list[dict[str, int]]:
    """The counts of each step by name; a name is left out where nothing happened."""
    sums: list[dict[str, int]] = [{} for _ in steps]
    for event in events:
        for place, counts in _slots(connection, event, asked, steps):
            for name, count in counts.items():
                sums[place][name] = sums[place].get(name, 0) + count
    return sums


def _slots(
    connection: Connection,
    event: _Event,
    asked: Sequence[ColumnElement[bool]],
    steps: Sequence[Bucket],
) -> Iterator[tuple[int, dict[str, int]]]:
    """The counts of each slot in which something happened, with the place of its step."""
    if not steps:
        return
    starts = [step.start_ms for step in steps]
    columns = [count.label(name) for name, count in event.counts.items()]
    # A slot is known by its first event: where a range begins within one, the slot does not.
    statement = (
        select(func.min(event.at), *columns)
        .select_from(_ASK_WITH_ANSWER if event is _VOTE else invitations)
        .where(*asked, event.at >= starts[0], event.at < steps[-1].end_ms)
        .group_by(event.at // _SLOT)
    )
    for at, *counts in connection.execute(statement):
        yield bisect_right(starts, at) - 1, dict(zip(event.counts, counts, strict=True))


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
