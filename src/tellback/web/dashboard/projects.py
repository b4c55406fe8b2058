"""The way in: to the project, where there is one, and to the list of them, where there are more."""

from typing import Any

from litestar import Response, get
from litestar.response import Redirect

from tellback.store.users import list_memberships
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import HOME, AnyRequest, entry_of
from tellback.web.dashboard.navigation import first_page


@get("/", opt={"public": True}, sync_to_thread=False)
def enter() -> Response[Any]:
    """To our own pages, which leave all other paths to the wires."""
    return Redirect(HOME, status_code=302)


@get(HOME)
async def list_projects(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """One's projects; with one alone, the project itself."""
    memberships = await desk.site.database.read(list_memberships, entry_of(request).user.id)
    if len(memberships) == 1:
        return Redirect(first_page(memberships[0]), status_code=303)
    return desk.page(request, "projects.html", memberships=memberships)


HANDLERS = [enter, list_projects]
