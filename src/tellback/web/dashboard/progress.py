"""How far one request is: its invitations by state, adding up to all that it asked for."""

from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException

from tellback.core.invitation import WAITING
from tellback.core.queries import ListSurveys
from tellback.core.users import Area
from tellback.store.invitation_requests import find_request
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.overview import state_lines
from tellback.web.dashboard.positions import id_in_path


@get("/-/p/{slug:str}/invitations/requests/{id:str}", opt={"area": Area.INVITATIONS})
async def show_progress(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The progress of one request, whoever made it."""
    project = entry_of(request).membership.project
    standing = await desk.site.database.read(find_request, project.id, id_in_path(request))
    if standing is None:
        raise NotFoundException
    surveys = await desk.site.database.read(list_surveys, project, ListSurveys())
    return desk.page(
        request,
        "progress.html",
        section="invitations",
        standing=standing,
        survey=next((s for s in surveys if s.id == standing.survey_id), None),
        lines=state_lines(standing.states),
        counted=sum(standing.states.values()),
        waiting=sum(standing.states.get(state, 0) for state in WAITING),
    )


HANDLERS = [show_progress]
