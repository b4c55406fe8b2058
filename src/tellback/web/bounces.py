"""Bounces and complaints that a mail server posts, as the raw message."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from tellback.core.links import Purpose, peek_project, verify
from tellback.mail.bounces import ReportUnreadable
from tellback.mail.intake import receive_bounce
from tellback.store.projects import find_project
from tellback.web.pages import site_of

MAX_REPORT = 2 * 1024 * 1024


@post("/-/bounces/{token:str}", status_code=200, request_max_body_size=MAX_REPORT)
async def take_bounce(
    request: Request[Any, Any, Any], token: FromPath[str]
) -> Response[dict[str, object]]:
    """Record a report for the project whose link this is; says how many mails it was about."""
    database = site_of(request).database
    project_id = peek_project(token)
    project = await database.read(find_project, project_id) if project_id else None
    if project is None or verify(project.secret, Purpose.BOUNCES, token) != project.id:
        return Response({"error": "Not found"}, status_code=404)
    try:
        found = await receive_bounce(database, await request.body(), project.id)
    except ReportUnreadable as error:
        return Response({"error": "Not a mail", "message": error.message}, status_code=400)
    return Response({"mails": found})
