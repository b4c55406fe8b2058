"""What became of one survey in a time: opened and shown, begun, finished, and left where."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.model import Project, Survey
from tellback.core.reach import Course, Reached, reach_of
from tellback.core.rollup import RESPONSES, Range, Source
from tellback.store.events import count_events
from tellback.store.rollups import facts_of, of_survey, plan_reading, read_cells
from tellback.store.tables import responses

#: How many of a project's newest responses are looked at for those to the survey.
SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class Reach:
    """``begun`` and ``finished`` are responses by channel.

    ``questions`` are those of the version as it is, by so many responses (``read``) to it; they go
    back to ``back_to`` (ms), None if that is all of the time.
    """

    events: Counter[str]
    begun: Counter[str]
    finished: Counter[str]
    questions: Sequence[Reached]
    read: int
    back_to: int | None


def read_reach(connection: Connection, project: Project, survey: Survey, range_: Range) -> Reach:
    """What became of a survey in that time (ms)."""
    begun, finished = _count_responses(connection, project, survey.id, range_)
    courses, back_to = _read_courses(connection, survey, range_)
    questions = reach_of(survey.definition.questions, courses)
    events = count_events(connection, project, survey.id, *range_)
    return Reach(events, begun, finished, questions, len(courses), back_to)


def _count_responses(
    connection: Connection, project: Project, survey_id: str, range_: Range
) -> tuple[Counter[str], Counter[str]]:
    """Responses that were begun and that were finished, by channel; without mere dismissals."""
    table, begun, finished = responses.c, Counter[str](), Counter[str]()
    plan = plan_reading(connection, project, Source.RESPONSES, *range_)
    by = (table.channel, table.completed, table.dismissed)
    for start, end in plan.rest:
        statement = (
            select(*by, func.count())
            .where(table.project_id == project.id, table.survey_id == survey_id)
            .where(table.created_at >= start, table.created_at < end)
            .group_by(*by)
        )
        for channel, completed, dismissed, count in connection.execute(statement):
            if not dismissed:
                begun[channel] += count
                finished[channel] += count if completed else 0
    wanted = of_survey(survey_id)
    for cell in read_cells(connection, project.id, Source.RESPONSES, plan.days, wanted):
        for fact, kind, count in facts_of(cell.counts):
            if kind == RESPONSES and not fact.dismissed:
                begun[cell.channel] += count
                finished[cell.channel] += count if fact.completed else 0
    return begun, finished


def _read_courses(
    connection: Connection, survey: Survey, range_: Range
) -> tuple[list[Course], int | None]:
    """The newest responses to the version as it is, and how far back that is (None: all)."""
    table = responses.c
    mine = table.project_id == survey.project_id
    newest = (
        select(table.created_at)
        .where(mine, table.created_at >= range_[0], table.created_at < range_[1])
        .order_by(table.created_at.desc(), table.id.desc())
    )
    bound = connection.execute(newest.offset(SEARCHED).limit(1)).scalar()
    statement = select(table.answers, table.completed, table.left_at).where(
        mine,
        table.created_at >= (range_[0] if bound is None else bound),
        table.created_at < range_[1],
        table.survey_id == survey.id,
        table.survey_version == survey.version,
        table.dismissed.is_(False),
    )
    return [Course(*row) for row in connection.execute(statement)], bound
