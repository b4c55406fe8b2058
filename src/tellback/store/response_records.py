"""Responses as their project may see them: a page of them, one, or all of them counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    func,
    select,
    tuple_,
)

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.queries import GetResponse, ListResponses, SummariseResponses
from tellback.core.records import ResponsePage, ResponseRecord, ResponseSummary
from tellback.core.rollup import COMMENTS, RESPONSES, RatingFact, Source
from tellback.core.score import Tally
from tellback.store.contact_records import find_contact_records
from tellback.store.events import count_shown
from tellback.store.feed import bound_place
from tellback.store.rollups import facts_of, of_survey, plan_reading, read_cells, sum_cells
from tellback.store.rows import among, chunks
from tellback.store.surveys import find_survey
from tellback.store.tables import responses, survey_versions


def list_responses(connection: Connection, project: Project, query: ListResponses) -> ResponsePage:
    """One page of a project's responses, newest first; `NotFound` for an unknown survey."""
    survey = _survey(connection, project, query.survey)
    conditions, table = _conditions(project, survey, query), responses.c
    if query.after is not None:
        place = tuple_(table.created_at, table.id)
        conditions.append(place < bound_place(responses, "created_at", query.after))
    order = (table.created_at.desc(), table.id.desc())
    wanted = select(responses).where(*conditions).order_by(*order).limit(query.size + 1)
    if query.page > 1:
        # Keys only as far as the page, however deep it is; then the rows of the page alone.
        keys = select(table.id).where(*conditions).order_by(*order).limit(query.size + 1)
        keys = keys.offset((query.page - 1) * query.size)
        ids = connection.execute(keys).scalars().all()
        these = (table.project_id == project.id, among(table.id, ids))
        wanted = select(responses).where(*these).order_by(*order)
    rows = connection.execute(wanted).all()
    items = _records(connection, project.id, rows[: query.size])
    return ResponsePage(items, len(rows) > query.size)


def get_response(connection: Connection, project: Project, query: GetResponse) -> ResponseRecord:
    """One response; `NotFound` alike where it is unknown or another project's."""
    if not is_id(query.id):
        raise NotFound
    statement = select(responses).where(
        responses.c.project_id == project.id, responses.c.id == query.id
    )
    found = _records(connection, project.id, connection.execute(statement).all())
    if not found:
        raise NotFound
    return found[0]


def summarise_responses(
    connection: Connection, project: Project, query: SummariseResponses
) -> ResponseSummary:
    """Count responses; `NotFound` for an unknown survey. One that was only dismissed is none."""
    survey = _survey(connection, project, query.survey)
    ratings: Counter[int] = Counter()
    counted: Counter[str] = Counter()
    for fact, kind, count in _facts(connection, project, survey, query):
        if query.metric not in (None, fact.metric):
            continue
        if kind == COMMENTS:
            counted["commented"] += count
            continue
        counted["dismissed"] += count if fact.dismissed else 0
        counted["responses"] += count if fact.rating is not None or not fact.dismissed else 0
        if fact.rating is not None:
            ratings[int(fact.rating)] += count
            counted["pending"] += 0 if fact.completed or fact.dismissed else count
    survey_id = survey.id if survey else None
    shown = count_shown(connection, project, survey_id, query.start, query.end)
    definition = survey.definition if survey else None
    return ResponseSummary(**counted, shown=shown, tally=Tally(ratings), definition=definition)


def _facts(
    connection: Connection, project: Project, survey: Survey | None, query: SummariseResponses
) -> Iterator[tuple[RatingFact, str, int]]:
    """The responses of a time counted, by what is told apart of them, from cells and rows."""
    plan = plan_reading(connection, project, Source.RESPONSES, query.start, query.end)
    table = responses.c
    facts = (table.survey_version, table.metric, table.rating, table.completed, table.dismissed)
    of_rows = [] if survey is None else [table.survey_id == survey.id]
    for start, end in plan.rest:
        counting = select(*facts, func.count(), func.count(table.comment)).where(
            table.project_id == project.id,
            table.created_at >= start,
            table.created_at < end,
            *of_rows,
        )
        for *fact, count, commented in connection.execute(counting.group_by(*facts)):
            yield RatingFact(*fact), RESPONSES, count
            yield RatingFact(*fact), COMMENTS, commented
    of_cells = [] if survey is None else [of_survey(survey.id)]
    cells = read_cells(connection, project.id, Source.RESPONSES, plan.days, *of_cells)
    yield from facts_of(sum_cells(cells))


def responses_about(
    connection: Connection, project_id: str, conversation_ids: Sequence[str]
) -> list[tuple[str, ResponseRecord]]:
    """What was answered about these conversations, with each one's id, oldest first."""
    found = []
    for chunk in chunks(conversation_ids):
        statement = (
            select(responses)
            .where(responses.c.project_id == project_id, responses.c.conversation_id.in_(chunk))
            .order_by(responses.c.created_at, responses.c.id)
        )
        rows = connection.execute(statement).all()
        records = _records(connection, project_id, rows)
        found += [(row.conversation_id, record) for row, record in zip(rows, records, strict=True)]
    return found


def _conditions(
    project: Project, survey: Survey | None, query: ListResponses
) -> list[ColumnElement[bool]]:
    conditions = [responses.c.project_id == project.id]
    if survey is not None:
        conditions.append(responses.c.survey_id == survey.id)
    if query.start is not None:
        conditions.append(responses.c.created_at >= query.start)
    if query.end is not None:
        conditions.append(responses.c.created_at < query.end)
    return conditions


def _survey(connection: Connection, project: Project, name: str | None) -> Survey | None:
    if name is None:
        return None
    survey = find_survey(connection, project.id, name, "")
    if survey is None:
        raise NotFound("There is no such survey.")
    return survey


def _records(
    connection: Connection, project_id: str, rows: Sequence[Row[Any]]
) -> list[ResponseRecord]:
    definitions = _definitions(connection, project_id, rows)
    authors = {row.contact_id for row in rows if row.contact_id is not None}
    contacts = find_contact_records(connection, project_id, authors)
    return [
        ResponseRecord(
            id=row.id,
            project_id=project_id,
            survey_id=row.survey_id,
            definition=definitions[row.survey_id, row.survey_version],
            dialect=row.dialect,
            channel=row.channel,
            answers=row.answers,
            metric=row.metric,
            rating=row.rating,
            comment=row.comment,
            completed=row.completed,
            dismissed=row.dismissed,
            traits=row.traits or {},
            language=row.language,
            referrer=row.referrer,
            user_agent=row.user_agent,
            ip=row.ip,
            contact=contacts.get(row.contact_id),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _definitions(
    connection: Connection, project_id: str, rows: Sequence[Row[Any]]
) -> dict[tuple[str, int], SurveyDefinition]:
    """What the surveys of these responses said, by id and version."""
    table = survey_versions
    wanted = sorted({(row.survey_id, row.survey_version) for row in rows})
    found = {}
    for start in range(0, len(wanted), 200):
        statement = select(table.c.survey_id, table.c.version, table.c.definition).where(
            table.c.project_id == project_id,
            tuple_(table.c.survey_id, table.c.version).in_(wanted[start : start + 200]),
        )
        for survey_id, version, definition in connection.execute(statement):
            found[survey_id, version] = msgspec.convert(definition, SurveyDefinition)
    return found
