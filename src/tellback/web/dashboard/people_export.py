"""People as a file: whoever the list shows, for who may take out what is known of them."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.store.contact_figures import ContactFigures, list_contact_figures
from tellback.store.feed import Position
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.list_exports import PAGE, format_asked, moment, page_by_page
from tellback.web.dashboard.people import read_who
from tellback.web.exports import Row, export

COLUMNS = (
    "id",
    "name",
    "email",
    "external_ids",
    "language",
    "first_seen_at",
    "last_seen_at",
    "next_ask_at",
    "suppressed",
    "answers",
    "properties",
)
KINDS = {
    **dict.fromkeys(("first_seen_at", "last_seen_at", "next_ask_at"), "moment"),
    "external_ids": "texts",
    "answers": "number",
}


@get("/-/p/{slug:str}/people/export", opt={"area": Area.PRIVACY})
async def export_people(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Everybody, or whoever's name or address holds what was searched for; newest first."""
    project, kind = entry_of(request).membership.project, format_asked(request)
    called, database = read_who(request.query_params) or None, desk.site.database

    async def read(before: Position | None) -> tuple[Sequence[Row], Position | None]:
        page = (project, before, PAGE, called)
        people, older = await database.read_patiently(list_contact_figures, *page)
        return [_row(one) for one in people], older

    return export(kind, f"{project.slug}-people", COLUMNS, page_by_page(read), KINDS)


def _row(one: ContactFigures) -> Row:
    contact = one.contact
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "external_ids": list(one.external),
        "language": contact.language,
        "first_seen_at": moment(contact.created_at),
        "last_seen_at": moment(contact.last_seen_at),
        "next_ask_at": moment(one.next_ask_at),
        "suppressed": one.suppressed,
        "answers": one.answers,
        "properties": contact.traits,
    }


HANDLERS = [export_people]
