"""A shop that is not there, with the project's widget on its page: to see what visitors see."""

from typing import Any

from litestar import Response, get

from tellback.core.queries import ListSurveys
from tellback.core.users import Area
from tellback.dialects.keys import is_of
from tellback.dialects.native import WIDGET, WIDGET_KEY
from tellback.store.credentials import list_keys
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of

#: The parts of the shop, between which its script goes without loading a page.
VIEWS = ("bicycles", "help")


@get("/-/p/{slug:str}/widget", opt={"area": Area.WIRES})
async def show_shop(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The page, with the project's public key in it."""
    project, database = entry_of(request).membership.project, desk.site.database
    keys = await database.read(list_keys, project.id, database.clock())
    surveys = await database.read(list_surveys, project, ListSurveys())
    view = request.query_params.get("view")
    return desk.page(
        request,
        "shop.html",
        view=view if view in VIEWS else VIEWS[0],
        key=next((k.hint for k in keys if k.dialect == WIDGET and is_of(k, WIDGET_KEY)), None),
        surveys=[survey for survey in surveys if survey.live and survey.definition.widget],
    )


HANDLERS = [show_shop]
