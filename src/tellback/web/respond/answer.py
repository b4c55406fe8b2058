"""Where an answer's link in a mail leads to. The link only chooses an answer, the form records it.

Mail scanners follow links, and do not send forms.
"""

from litestar import HttpMethod, post, route
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tellback.actions.answer_by_link import answer_by_link
from tellback.core.answers import Answers
from tellback.core.asked import Asked, Standing
from tellback.core.commands import SubmitResponse
from tellback.core.links import Purpose
from tellback.core.scanners import Kind
from tellback.web.pages import site_of
from tellback.web.respond.flow import Desk, show_view, take_form
from tellback.web.respond.form import MAX_BODY, Form, parse_form
from tellback.web.respond.page import AnyRequest, chosen_language, message, reader_for
from tellback.web.respond.views import View
from tellback.web.respond.visits import follow, record_visit, signal


@route("/-/r/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show(request: AnyRequest, token: FromPath[str]) -> Template:
    """Show the question with the clicked answer chosen, or what has become of it."""
    asked = await follow(request, Purpose.ANSWER, token)
    if asked is None:
        return message("unknown", reader_for(request), status=404)
    view, query = _view(request, asked, token), dict(request.query_params)
    if view.standing is Standing.OPEN and "at" not in query:
        await record_visit(request, asked, Kind.CLICK, f"answer {query.get('a', '')}")
    return show_view(view, query)


@post("/-/r/{token:str}", status_code=200, request_max_body_size=MAX_BODY, never_hurried=True)
async def take(request: AnyRequest, token: FromPath[str]) -> Template | Redirect:
    """Record what was sent, or show it again with what is wrong."""
    form = parse_form(await request.body())
    asked = await follow(request, Purpose.ANSWER, token, form.version)
    if asked is None:
        return message("unknown", reader_for(request), status=404)

    async def look() -> View | None:
        again = await follow(request, Purpose.ANSWER, token)
        return _view(request, again, token) if again else None

    async def store(view: View, form: Form, answers: Answers, left_at: str | None) -> None:
        submission = _submission(request, asked, view, form, answers, left_at)
        job = (asked.project, submission, signal(request, asked, Kind.ANSWER))
        await site_of(request).database.write_one(answer_by_link, job)

    return await take_form(_view(request, asked, token), form, Desk(store, look))


def _view(request: AnyRequest, asked: Asked, token: str) -> View:
    language = chosen_language(request, asked)
    kept = {"lang": language, "a": request.query_params.get("a", "")[:100]}
    now = site_of(request).database.clock()
    return View(asked, reader_for(request, asked, language), f"/-/r/{token}", now, kept)


def _submission(
    request: AnyRequest,
    asked: Asked,
    view: View,
    form: Form,
    answers: Answers,
    left_at: str | None,
) -> SubmitResponse:
    return SubmitResponse(
        dialect=asked.dialect,
        channel=asked.channel,
        invitation_id=asked.id,
        survey_version=view.asked.survey.version,
        answers=list(answers.items()),
        left_at=left_at,
        partial=form.comment_only,
        language=view.reader.language,
        user_agent=request.headers.get("user-agent", "")[:500] or None,
        ip=request.client.host if request.client else None,
    )
