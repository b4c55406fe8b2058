"""Who opens a survey's public page: counted once for each browser, and machines not at all.

No more is kept of it than that and when it was: neither who, nor from where, nor by what.
"""

from litestar import HttpMethod

from tellback.actions.note_openings import NoteOpening, note_openings
from tellback.core.addresses import visitor_network
from tellback.core.asked import Standing
from tellback.core.errors import Internal, Overloaded
from tellback.core.instants import HOUR, SECOND
from tellback.core.scanners import is_program
from tellback.dialects.contract import Limit
from tellback.dialects.native import NAME
from tellback.web.pages import site_of
from tellback.web.respond.page import AnyRequest
from tellback.web.respond.views import View

#: What browsers say when they load what nobody has asked for yet.
_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
#: More from one network within an hour are no people.
_MOST = 600


async def note_opening(request: AnyRequest, view: View, known: bool) -> None:
    """Count a visit, if a person's first. Where that fails, the visitor's page matters more.

    ``known``: the browser has been here before.
    """
    if known or view.standing is not Standing.OPEN or not _is_persons(request):
        return
    site, project = site_of(request), view.asked.project
    network = visitor_network(request.client.host if request.client else "")
    within, _ = site.limiter.count(Limit(f"opened {project.id} {network}", _MOST, HOUR // SECOND))
    if not within:
        return
    try:
        job = (project, NoteOpening(NAME, view.asked.survey.id))
        await site.database.write_one(note_openings, job)
    except (Overloaded, Internal):
        return


def _is_persons(request: AnyRequest) -> bool:
    headers = request.headers
    return (
        request.method == HttpMethod.GET
        and not is_program(headers.get("user-agent"))
        and not any("pre" in headers.get(name, "") for name in _AHEAD)
        # A picture or a frame of another page is nobody's visit.
        and headers.get("sec-fetch-dest", "document") == "document"
    )
