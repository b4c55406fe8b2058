"""What the overview shows of a project: scores' counts, states, the way from ask to answer.

Invitations count by when they were requested, answers and opens by when they came. Whole days
come from the roll-up, as far as nothing has changed since.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.calendar import Bucket
from tellback.core.invitation import State
from tellback.core.model import Project, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.core.rollup import STATE, Range, Source
from tellback.core.selection import EVERYTHING, Selection
from tellback.store.cohorts import Asked, plan_cohorts
from tellback.store.invitation_events import ASK, FUNNEL
from tellback.store.rated import Counts, count_steps
from tellback.store.response_feed import Version, find_versions
from tellback.store.rollups import plan_reading, read_cells, sum_cells
from tellback.store.selected import selected_cells
from tellback.store.surveys import list_surveys
from tellback.store.tables import invitation_requests, invitations, responses, signals


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
    """All counts at one moment: those of each step, and of the invitations of the last of them.

    ``accepted`` is how many invitations were taken when requested, None where that is not known of
    a selection. ``machine_visits`` counts what scanners did, by kind; they are of all surveys.
    ``surveys`` are those that the ratings answer, ``current`` all surveys by id as they are now.
    """

    steps: Sequence[Counts]
    accepted: int | None
    states: Mapping[State, int]
    funnel: Funnel
    machine_visits: Mapping[str, int]
    surveys: Mapping[Version, SurveyDefinition]
    current: Mapping[str, SurveyDefinition]


def read_overview(
    connection: Connection,
    project: Project,
    steps: Sequence[Bucket],
    since: int,
    selection: Selection = EVERYTHING,
) -> Overview:
    """Count everything in the steps, and the invitations that were requested ``since`` (ms)."""
    range_ = since, steps[-1].end_ms
    counts = count_steps(connection, project, selection, steps)
    versions = {(r.survey_id, r.survey_version) for step in counts for r in step.ratings}
    states, funnel = _count_invitations(connection, Asked(project, selection), range_)
    current = list_surveys(connection, project, ListSurveys())
    return Overview(
        steps=counts,
        accepted=_count_accepted(connection, project.id, range_, selection),
        states=states,
        funnel=funnel,
        machine_visits=_count_machine_visits(connection, project, range_),
        surveys=find_versions(connection, project.id, versions),
        current={survey.id: survey.definition for survey in current},
    )


def find_beginning(connection: Connection, project_id: str) -> int | None:
    """When the first invitation was requested or the first answer came; None: nothing yet."""
    firsts = (
        select(func.min(table.c.created_at)).where(table.c.project_id == project_id)
        for table in (invitations, responses)
    )
    found = [connection.execute(first).scalar() for first in firsts]
    return min((at for at in found if at is not None), default=None)


def _count_accepted(
    connection: Connection, project_id: str, range_: Range, selection: Selection
) -> int | None:
    if selection.survey_id is not None or selection.channel is not None:
        return None
    table = invitation_requests
    statement = select(func.coalesce(func.sum(table.c.accepted), 0)).where(
        table.c.project_id == project_id,
        table.c.created_at >= range_[0],
        table.c.created_at < range_[1],
    )
    if selection.dialect is not None:
        statement = statement.where(table.c.dialect == selection.dialect)
    return int(connection.execute(statement).scalar_one())


def _count_invitations(
    connection: Connection, asked: Asked, range_: Range
) -> tuple[dict[State, int], Funnel]:
    counts: Counter[str] = Counter()
    id_, plan = asked.project.id, plan_cohorts(connection, asked, *range_)
    for part in plan.rest:
        counts += _count_states(connection, asked, part)
    of = selected_cells(asked.selection, by_survey=False)
    counts += sum_cells(read_cells(connection, id_, Source.INVITATIONS, plan.days, *of))
    states = {
        State(name.removeprefix(STATE)): count
        for name, count in counts.items()
        if name.startswith(STATE)
    }
    return states, Funnel(*(counts[name] for name in FUNNEL))


def _count_states(connection: Connection, asked: Asked, range_: Range) -> Counter[str]:
    counts: Counter[str] = Counter()
    statement = select(ASK.state, *FUNNEL.values()).where(
        *asked.conditions, ASK.created_at >= range_[0], ASK.created_at < range_[1]
    )
    for state, *reached in connection.execute(statement.group_by(ASK.state)):
        counts.update({f"{STATE}{state}": reached[0], **dict(zip(FUNNEL, reached, strict=True))})
    return counts


def _count_machine_visits(
    connection: Connection, project: Project, range_: Range
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    table = signals.c
    plan = plan_reading(connection, project, Source.VISITS, *range_)
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
