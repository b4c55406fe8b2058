"""A survey as the widget shows it, on a page that is not there: nobody is asked, nothing is kept.

The card is made by the widget's own script, without the parts that call the server.
"""

from typing import Any

import msgspec
from litestar import Response, get

from tellback.core.model import Place
from tellback.core.users import Area
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest
from tellback.web.dashboard.surveys_previews import PAGE_HEADERS, find_shown, not_yet
from tellback.web.respond.texts import reader_of
from tellback.web.widget.content import content_of
from tellback.web.widget.script import load_preview

#: What the page may be laid on; without one of them on what its reader prefers.
GROUNDS = ("light", "dark")
#: Its address changes with what is in it.
_KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}


@get("/-/p/{slug:str}/surveys/{key:str}/preview/widget", opt={"area": Area.SURVEYS})
async def preview_widget(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The draft in the widget, over a page or within it."""
    shown = await find_shown(request, desk)
    if shown is None:
        return not_yet(request, desk)
    definition, query = shown.survey.definition, request.query_params
    rule, ground = definition.widget, query.get("ground")
    reader = reader_of([shown.language], "", "")
    response = desk.page(
        request,
        "survey_widget.html",
        content=msgspec.json.encode(content_of(shown.project, definition, reader)).decode(),
        place=_place(query.get("place"), rule.place if rule else Place.POPOVER),
        ground=ground if ground in GROUNDS else "",
        script=load_preview().tag.strip('"'),
    )
    response.headers.update(PAGE_HEADERS)
    return response


@get("/-/p/{slug:str}/widget-preview.js", opt={"area": Area.SURVEYS})
async def preview_script() -> Response[bytes]:
    """The script of that page."""
    return Response(load_preview().plain, media_type="text/javascript", headers=_KEPT)


def _place(asked: str | None, own: Place) -> Place:
    return Place(asked) if asked in set(Place) else own


HANDLERS = [preview_widget, preview_script]
