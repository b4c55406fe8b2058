"""Why somebody was or was not asked, and when they next may be."""

from typing import Any

from litestar import Response, get

from tellback.core.queries import ListSurveys
from tellback.core.users import Area
from tellback.store.explain import explain
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of

#: No key that anybody is known by is longer.
_LONGEST = 300


@get("/-/p/{slug:str}/invitations/why", opt={"area": Area.INVITATIONS})
async def show_why(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Everything that decides about asking one person, over all channels."""
    project = entry_of(request).membership.project
    who = request.query_params.get("who", "").replace("\0", "").strip()[:_LONGEST]
    database = desk.site.database
    found = await database.read(explain, project, who, database.clock()) if who else None
    surveys = await database.read(list_surveys, project, ListSurveys()) if found else ()
    names = {survey.key: survey.definition.name for survey in surveys}
    return desk.page(request, "why.html", section="invitations", who=who, found=found, names=names)


HANDLERS = [show_why]
