"""What the overview shows of a project: scores' counts, states, the way from ask to answer.

Everything counts from a moment on. Invitations count by when they were requested, answers and opens
by when they came. Whole days come from the roll-up, as far as nothing has changed since.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.invitation import State
from tellback.core.model import Project, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.core.rollup import ALL, LAST_DAY, RESPONSES, STATE, Range, Source, midnight
from tellback.store.cohorts import Asked
from tellback.store.event_sums import By, read_events
from tellback.store.invitation_events import ASK, FUNNEL, OPEN
from tellback.store.response_feed import Version, find_versions
from tellback.store.rollups import facts_of, of_survey, plan_reading, read_cells, sum_cells
from tellback.store.surveys import list_surveys
from tellback.store.tables import invitation_requests, invitations, responses, signals


@dataclass(frozen=True, slots=True)
class RatingCount:
    """How often a rating was given to a version of a survey."""

    metric: str
    survey_id: str
    survey_version: int
    rating: float
    count: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far invitations came. Whoever answered has opened, even where the mail hid it."""

    requested: int = 0
    sent: int = 0
    opened: int = 0
    clicked: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """All counts at one moment. ``accepted`` is how many invitations were taken when requested.

    ``opens`` is by survey. ``machine_visits`` counts what scanners did, by kind. ``surveys`` are
    those that the ratings answer, ``current`` all surveys by id as they are now.
    """

    accepted: int
    states: Mapping[State, int]
    funnel: Funnel
    ratings: Sequence[RatingCount]
    opens: Mapping[str, int]
    machine_visits: Mapping[str, int]
    surveys: Mapping[Version, SurveyDefinition]
    current: Mapping[str, SurveyDefinition]


def read_overview(connection: Connection, project: Project, start: int) -> Overview:
    """Count everything since ``start`` (ms; 0 for all)."""
    states, funnel = _count_invitations(connection, project, start)
    ratings = _count_ratings(connection, project, start)
    versions = {(rating.survey_id, rating.survey_version) for rating in ratings}
    current = list_surveys(connection, project, ListSurveys())
    return Overview(
        accepted=_count_accepted(connection, project.id, start),
        states=states,
        funnel=funnel,
        ratings=ratings,
        opens=_count_opens(connection, project, start),
        machine_visits=_count_machine_visits(connection, project, start),
        surveys=find_versions(connection, project.id, versions),
        current={survey.id: survey.definition for survey in current},
    )


def is_empty(connection: Connection, project_id: str) -> bool:
    """Whether nobody was ever asked and nobody ever answered."""
    return not any(
        connection.execute(
            select(table.c.id).where(table.c.project_id == project_id).limit(1)
        ).first()
        for table in (invitations, responses)
    )


def _count_accepted(connection: Connection, project_id: str, start: int) -> int:
    table = invitation_requests
    statement = select(func.coalesce(func.sum(table.c.accepted), 0)).where(
        table.c.project_id == project_id, table.c.created_at >= start
    )
    return int(connection.execute(statement).scalar_one())


def _count_invitations(
    connection: Connection, project: Project, start: int
) -> tuple[dict[State, int], Funnel]:
    counts: Counter[str] = Counter()
    plan = plan_reading(connection, project, Source.INVITATIONS, start or None, None)
    for range_ in plan.rest:
        counts += _count_states(connection, project.id, range_)
    cells = read_cells(connection, project.id, Source.INVITATIONS, plan.days, of_survey(ALL))
    counts += sum_cells(cells)
    states = {
        State(name.removeprefix(STATE)): count
        for name, count in counts.items()
        if name.startswith(STATE)
    }
    return states, Funnel(*(counts[name] for name in FUNNEL))


def _count_states(connection: Connection, project_id: str, range_: Range) -> Counter[str]:
    counts: Counter[str] = Counter()
    statement = select(ASK.state, *FUNNEL.values()).where(
        ASK.project_id == project_id, ASK.created_at >= range_[0], ASK.created_at < range_[1]
    )
    for state, *reached in connection.execute(statement.group_by(ASK.state)):
        counts.update({f"{STATE}{state}": reached[0], **dict(zip(FUNNEL, reached, strict=True))})
    return counts


def _count_ratings(connection: Connection, project: Project, start: int) -> list[RatingCount]:
    counted: Counter[tuple[str, str, int, float]] = Counter()
    plan = plan_reading(connection, project, Source.RESPONSES, start or None, None)
    table = responses.c
    by = (table.metric, table.survey_id, table.survey_version, table.rating)
    for first, end in plan.rest:
        statement = select(*by, func.count()).where(
            table.project_id == project.id,
            table.created_at >= first,
            table.created_at < end,
            table.metric.is_not(None),
            table.rating.is_not(None),
        )
        for metric, survey_id, version, rating, count in connection.execute(
            statement.group_by(*by)
        ):
            counted[metric, survey_id, version, rating] += count
    for cell in read_cells(connection, project.id, Source.RESPONSES, plan.days):
        for fact, kind, count in facts_of(cell.counts):
            if kind == RESPONSES and fact.metric is not None and fact.rating is not None:
                counted[fact.metric, cell.survey_id, fact.version, fact.rating] += count
    return [RatingCount(*rated, count) for rated, count in counted.items()]


def _count_opens(connection: Connection, project: Project, start: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    range_ = start, midnight(LAST_DAY, project.settings.zone())
    for opened in read_events(connection, (OPEN,), Asked(project), range_, By.SURVEY):
        counts[opened.survey_id] += opened.counts["opens"]
    return dict(counts)


def _count_machine_visits(connection: Connection, project: Project, start: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    table = signals.c
    plan = plan_reading(connection, project, Source.VISITS, start or None, None)
    for first, end in plan.rest:
        statement = (
            select(table.kind, func.count())
            .where(table.project_id == project.id, table.scanner.is_not(None))
            .where(table.created_at >= first, table.created_at < end)
            .group_by(table.kind)
        )
        for kind, count in connection.execute(statement):
            counts[kind] += count
    counts += sum_cells(read_cells(connection, project.id, Source.VISITS, plan.days))
    return dict(counts)
