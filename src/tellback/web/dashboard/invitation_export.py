"""Invitations as a file: whom we asked, and what became of it, of all that the list would show."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.store.feed import AnyRow, Position
from tellback.store.invitation_feed import list_full_invitations, survey_names
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.invitations import read_filter
from tellback.web.dashboard.list_exports import PAGE, format_asked, moment, page_by_page
from tellback.web.exports import Row, export

_MOMENTS = ("due_at", "sent_at", "opened_at", "clicked_at", "bounced_at", "responded_at")
COLUMNS = (
    "id",
    "created_at",
    "survey",
    "wire",
    "channel",
    "address",
    "name",
    "state",
    "reason",
    *_MOMENTS,
    "conversation",
    "reference",
    "properties",
)
KINDS = {**dict.fromkeys(("created_at", *_MOMENTS), "moment"), "conversation": "number"}


@get("/-/p/{slug:str}/invitations/export", opt={"area": Area.INVITATIONS})
async def export_invitations(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """All invitations, those in one state, or those to one address; the newest request first."""
    project, kind = entry_of(request).membership.project, format_asked(request)
    state, address = read_filter(request.query_params)
    database = desk.site.database
    surveys = await database.look(survey_names, project.id)

    async def read(before: Position | None) -> tuple[Sequence[Row], Position | None]:
        page = (project.id, state, address, before, PAGE)
        feed = await database.read_patiently(list_full_invitations, *page)
        return [_row(row, surveys) for row in feed.rows], feed.older

    return export(kind, f"{project.slug}-invitations", COLUMNS, page_by_page(read), KINDS)


def _row(row: AnyRow, surveys: Mapping[str, str]) -> Row:
    return {
        "id": row.id,
        "created_at": moment(row.created_at),
        "survey": surveys.get(row.survey_id),
        "wire": row.dialect,
        "channel": row.channel,
        "address": row.address,
        "name": row.name,
        "state": row.state,
        "reason": row.reason,
        **{name: moment(getattr(row, name)) for name in _MOMENTS},
        "conversation": row.conversation,
        "reference": row.reference,
        "properties": row.properties or {},
    }


HANDLERS = [export_invitations]
