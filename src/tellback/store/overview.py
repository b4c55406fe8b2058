"""What the overview shows of a project: scores' counts, states, the way from ask to answer.

Everything counts from a moment on. Invitations count by when they were requested, answers and opens
by when they came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.invitation import State
from tellback.core.model import Project, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.store.response_feed import Version, find_versions
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
    project_id = project.id
    states, funnel = _count_invitations(connection, project_id, start)
    ratings = _count_ratings(connection, project_id, start)
    versions = {(rating.survey_id, rating.survey_version) for rating in ratings}
    current = list_surveys(connection, project, ListSurveys())
    return Overview(
        accepted=_count_accepted(connection, project_id, start),
        states=states,
        funnel=funnel,
        ratings=ratings,
        opens=_count_opens(connection, project_id, start),
        machine_visits=_count_machine_visits(connection, project_id, start),
        surveys=find_versions(connection, project_id, versions),
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
    connection: Connection, project_id: str, start: int
) -> tuple[dict[State, int], Funnel]:
    table = invitations.c
    answered = table.responded_at
    clicked = func.coalesce(table.clicked_at, answered)
    opened = func.coalesce(table.opened_at, clicked)
    sent = func.coalesce(table.sent_at, opened)
    statement = (
        select(
            table.state,
            func.count(),
            func.count(sent),
            func.count(opened),
            func.count(clicked),
            func.count(answered),
        )
        .where(table.project_id == project_id, table.created_at >= start)
        .group_by(table.state)
    )
    rows = connection.execute(statement).all()
    states = {State(row[0]): row[1] for row in rows}
    return states, Funnel(*(sum(row[place] for row in rows) for place in range(1, 6)))


def _count_ratings(connection: Connection, project_id: str, start: int) -> list[RatingCount]:
    table = responses.c
    by = (table.metric, table.survey_id, table.survey_version, table.rating)
    statement = select(*by, func.count()).where(
        table.project_id == project_id,
        table.created_at >= start,
        table.metric.is_not(None),
        table.rating.is_not(None),
    )
    return [RatingCount(*row) for row in connection.execute(statement.group_by(*by))]


def _count_opens(connection: Connection, project_id: str, start: int) -> dict[str, int]:
    table = invitations.c
    statement = (
        select(table.survey_id, func.count())
        .where(table.project_id == project_id, table.opened_at.is_not(None))
        .where(table.opened_at >= start)
        .group_by(table.survey_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def _count_machine_visits(connection: Connection, project_id: str, start: int) -> dict[str, int]:
    table = signals.c
    statement = (
        select(table.kind, func.count())
        .where(table.project_id == project_id, table.scanner.is_not(None))
        .where(table.created_at >= start)
        .group_by(table.kind)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}
