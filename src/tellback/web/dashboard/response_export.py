"""What was searched for, as a file: all of it, not only a page."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException

from tellback.core.instants import format_seconds
from tellback.core.model import Project
from tellback.core.response_search import ResponseSearch
from tellback.core.users import Area
from tellback.store.database import Database
from tellback.store.feed import AnyRow
from tellback.store.follow_ups import UNTOUCHED, list_members
from tellback.store.response_feed import ResponsePage, search_responses
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.responses import ask
from tellback.web.exports import OFFERED, Format, Row, export

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
    "answers",
)
KINDS = {"created_at": "moment", "rating": "number", "completed": "truth", "tags": "texts"}
CARE = frozenset({"status", "owner", "tags"})
#: Rows that are in memory at a time.
_PAGE = 1_000


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
    pages = _pages(desk.site.database, project, asked.search, owners)
    # What is done about a response is not for the agent whom it is about.
    columns = tuple(name for name in COLUMNS if not (membership.agent and name in CARE))
    return export(Format(kind), f"{project.slug}-responses", columns, pages, KINDS)


async def _pages(
    database: Database, project: Project, search: ResponseSearch, owners: Mapping[str, str]
) -> AsyncIterator[Sequence[Row]]:
    before = None
    while True:
        page = await database.read_patiently(search_responses, project, search, before, _PAGE)
        yield [_row(row, page, owners) for row in page.rows]
        before = page.older
        if before is None:
            return


def _row(row: AnyRow, page: ResponsePage, owners: Mapping[str, str]) -> Row:
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
        "answers": row.answers or {},
    }


HANDLERS = [export_responses]
