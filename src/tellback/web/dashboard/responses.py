"""What people answered, newest first."""

from typing import Any

from litestar import Response, get

from tellback.core.users import Area
from tellback.store.response_feed import list_newest_responses
from tellback.web.dashboard.answers import reader_for
from tellback.web.dashboard.desk import GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.positions import read_position, write_position
from tellback.web.dashboard.readings import readings

_SIZE = 25


@get("/-/p/{slug:str}/responses", opt={"area": Area.FEEDBACK})
async def list_responses(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """A page of responses: all, or those with a comment."""
    project = entry_of(request).membership.project
    with_comment = request.query_params.get("comments") == "1"
    before = read_position(request.query_params.get("before"))
    page = await desk.site.database.look(
        list_newest_responses, project.id, with_comment, before, _SIZE
    )
    return desk.page(
        request,
        "responses.html",
        section="responses",
        readings=readings(page, reader_for(project)),
        with_comment=with_comment,
        first=before is None,
        older=write_position(page.older),
        cut=page.older if page.cut else None,
    )


HANDLERS = [list_responses]
