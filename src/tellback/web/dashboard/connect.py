"""How to call a project's wires."""

from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.examples import list_wires


@get("/-/p/{slug:str}/connect", opt={"area": Area.WIRES})
async def show_wires(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Base address, keys and an example for each wire."""
    project = entry_of(request).membership.project
    wires = await list_wires(desk, request, project)
    return desk.page(request, "connect.html", section="connect", wires=wires)


HANDLERS = [show_wires]
