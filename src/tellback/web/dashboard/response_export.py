"""What was searched for, as a file: all of it, not only a page.

In a table each property has a column, and each question where one survey is searched. The answers
stand whole beside them, by the ids of questions: of any survey, and at any of its versions.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException

from tellback.core.instants import format_seconds
from tellback.core.model import AnswerValue, Project, Question
from tellback.core.response_search import ResponseSearch
from tellback.core.users import Area
from tellback.store.database import Database
from tellback.store.feed import AnyRow
from tellback.store.follow_ups import UNTOUCHED, list_members
from tellback.store.properties import seen_properties
from tellback.store.response_feed import ResponsePage
from tellback.store.told import search_with_properties
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.responses import Asked, ask
from tellback.web.exports import OFFERED, Format, Row, export
from tellback.web.respond.fields import shown_answer
from tellback.web.respond.texts import Reader

COLUMNS = (
    "id",
    "created_at",
    "survey",
    "wire",
    "channel",
    "metric",
    "rating",
    "comment",
    "completed",
    "name",
    "email",
    "external_id",
    "conversation",
    "status",
    "owner",
    "tags",
    "properties",
    "answers",
)
KINDS = {"created_at": "moment", "rating": "number", "completed": "truth", "tags": "texts"}
CARE = frozenset({"status", "owner", "tags"})
#: Rows that are in memory at a time.
_PAGE = 1_000
#: Tables, whose cells hold one thing each.
_TABLES = (Format.CSV, Format.XLSX)
#: So many properties at most have columns of their own.
_PROPERTIES = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """What has a column of its own: properties by heading, and questions by heading."""

    properties: Mapping[str, str]
    questions: Mapping[str, Question]

    def columns(self, columns: Sequence[str]) -> tuple[str, ...]:
        """All columns of a table, for those of a list."""
        fixed = [name for name in columns if name not in {"properties", "answers"}]
        return (*fixed, *self.properties, *self.questions, "answers")


@get("/-/p/{slug:str}/responses/export", opt={"area": Area.CONVERSATIONS})
async def export_responses(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All responses that a search finds, newest first."""
    membership = entry_of(request).membership
    project, asked = membership.project, await ask(request, desk, membership)
    kind = request.query_params.get("format", Format.CSV.value)
    if kind not in OFFERED or asked.field.mistake is not None:
        raise NotFoundException
    members = await desk.site.database.look(list_members, project.id)
    owners = {member.id: member.email for member in members}
    # What is done about a response is not for the agent whom it is about.
    columns = tuple(name for name in COLUMNS if not (membership.agent and name in CARE))
    shown = Shown({}, {})
    if kind in _TABLES:
        shown = await _shown(desk.site.database, project, asked)
        columns = shown.columns(columns)
    pages = _pages(desk.site.database, project, asked.search, owners, shown)
    return export(Format(kind), f"{project.slug}-responses", columns, pages, KINDS)


async def _shown(database: Database, project: Project, asked: Asked) -> Shown:
    known = [] if asked.search.agent else await database.look(seen_properties, project.id)
    chosen = asked.search.selection.survey_id
    questions = next((one.definition.questions for one in asked.surveys if one.id == chosen), ())
    return Shown(
        {f"property: {name}": name for name in list(known)[:_PROPERTIES]},
        _headed(questions, project),
    )


def _headed(questions: Sequence[Question], project: Project) -> Mapping[str, Question]:
    """Questions by their words; those that say the same are told apart by their ids."""
    found: dict[str, Question] = {}
    reader = reader_for(project)
    for question in questions:
        words = reader.pick(question.text).text or question.name or question.id
        heading = f"answer: {words}"
        found[f"{heading} ({question.id})" if heading in found else heading] = question
    return found


async def _pages(
    database: Database,
    project: Project,
    search: ResponseSearch,
    owners: Mapping[str, str],
    shown: Shown,
) -> AsyncIterator[Sequence[Row]]:
    before, reader = None, reader_for(project)
    while True:
        page, told = await database.read_patiently(
            search_with_properties, project, search, before, _PAGE
        )
        yield [
            {
                **_row(row, page, owners, told[row.id]),
                **_cells(row, told[row.id], shown, reader),
            }
            for row in page.rows
        ]
        before = page.older
        if before is None:
            return


def _cells(row: AnyRow, told: Mapping[str, Any], shown: Shown, reader: Reader) -> Row:
    """What has a column of its own: values as they are, choices in their words."""
    given = row.answers or {}
    properties = {heading: told.get(name) for heading, name in shown.properties.items()}
    answers = {
        heading: _answer(question, reader, given.get(question.id))
        for heading, question in shown.questions.items()
    }
    return {**properties, **answers}


def _answer(question: Question, reader: Reader, value: AnswerValue | None) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    return [words.text for words in shown_answer(question, reader, value)]


def _row(
    row: AnyRow, page: ResponsePage, owners: Mapping[str, str], told: Mapping[str, Any]
) -> Row:
    definition = page.surveys.get((row.survey_id, row.survey_version))
    author, care = page.authors.get(row.contact_id), page.care.get(row.id, UNTOUCHED)
    return {
        "id": row.id,
        "created_at": format_seconds(row.created_at),
        "survey": definition.name if definition else None,
        "wire": row.dialect,
        "channel": row.channel,
        "metric": row.metric,
        "rating": row.rating,
        "comment": row.comment,
        "completed": row.completed,
        "name": author.name if author else None,
        "email": author.email if author else None,
        "external_id": author.external if author else None,
        "conversation": row.conversation,
        "status": care.progress.value,
        "owner": owners.get(care.owner_id or ""),
        "tags": list(care.tags),
        "properties": told,
        "answers": row.answers or {},
    }


HANDLERS = [export_responses]
