"""Where an answer's link leads to. The link only chooses an answer, the form records it.

Mail scanners follow links, and do not send forms.
"""

from collections.abc import Mapping, Sequence

from litestar import HttpMethod, post, route
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tellback.actions.answer_by_link import answer_by_link
from tellback.core.answers import Answers
from tellback.core.asked import Standing
from tellback.core.commands import SubmitResponse
from tellback.core.errors import Internal, Invalid, NotEligible, NotFound, Overloaded
from tellback.core.links import Purpose
from tellback.core.mailed import mailed_question, offered_values
from tellback.core.model import Question
from tellback.core.scanners import Kind
from tellback.web.pages import site_of
from tellback.web.respond.fields import later_comment, typed_of
from tellback.web.respond.form import (
    MAX_BODY,
    Form,
    Mistake,
    Sent,
    Typed,
    mistakes_of,
    parse_form,
    read_form,
)
from tellback.web.respond.page import AnyRequest, message, reader_for
from tellback.web.respond.views import View, farewell, form_page, path_of, thanks_page
from tellback.web.respond.visits import follow, record_visit, signal


@route("/-/r/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show(request: AnyRequest, token: FromPath[str]) -> Template:
    """Show the question with the clicked answer chosen, or what has become of it."""
    view = await _look(request, token)
    if view is None:
        return message("unknown", reader_for(request), status=404)
    value = request.query_params.get("a", "")
    clicked = _clicked(view, value)
    if view.standing is Standing.OPEN:
        await record_visit(request, view.asked, Kind.CLICK, f"answer {value}")
        return form_page(view, view.definition.questions, clicked)
    if view.standing in (Standing.CLOSED, Standing.GONE):
        return farewell(view)
    wanted = "change" in request.query_params or _differs(view, clicked)
    if wanted and view.standing is Standing.ANSWERED:
        return _change_page(view, clicked)
    return thanks_page(view, view.comment)


@post("/-/r/{token:str}", status_code=200, request_max_body_size=MAX_BODY)
async def take(request: AnyRequest, token: FromPath[str]) -> Template | Redirect:
    """Record what was sent, or show it again with what is wrong."""
    form = parse_form(await request.body())
    view = await _look(request, token, form.version)
    if view is None:
        return message("unknown", reader_for(request), status=404)
    questions = _questions(view, form)
    if not questions:
        return _too_late(view)
    sent = read_form(view.definition, form, questions)
    if _is_there(view, form, sent):
        return Redirect(path_of(token), status_code=303)
    if view.standing is Standing.ANSWERED and form.seen != view.mark(
        comment_only=form.comment_only
    ):
        return _overtaken(view, form)
    if sent.mistakes:
        return _again(view, form, questions, sent.mistakes, status=422)
    return await _store(request, view, form, questions, sent.answers)


async def _look(request: AnyRequest, token: str, version: int | None = None) -> View | None:
    asked = await follow(request, Purpose.ANSWER, token, version)
    if asked is None:
        return None
    return View(asked, reader_for(request, asked), token, site_of(request).database.clock())


async def _store(
    request: AnyRequest, view: View, form: Form, questions: Sequence[Question], answers: Answers
) -> Template | Redirect:
    asked, database = view.asked, site_of(request).database
    submission = SubmitResponse(
        dialect=asked.dialect,
        channel=asked.channel,
        invitation_id=asked.id,
        survey_version=asked.survey.version,
        answers=list(answers.items()),
        partial=form.comment_only,
        language=view.reader.language,
        user_agent=request.headers.get("user-agent", "")[:500] or None,
        ip=request.client.host if request.client else None,
    )
    job = (asked.project, submission, signal(request, asked, Kind.ANSWER))
    try:
        await database.write_one(answer_by_link, job)
    except Invalid as refusal:
        mistakes = mistakes_of(refusal.problems, questions)
        return _again(view, form, questions, mistakes, status=422)
    except (Overloaded, Internal):
        return _again(view, form, questions, {}, alert=view.reader.texts.busy, status=503)
    except (NotEligible, NotFound):
        return _too_late(await _look(request, view.token) or view)
    return Redirect(path_of(view.token), status_code=303)


def _questions(view: View, form: Form) -> list[Question]:
    """The questions that the form may answer now; none when it comes too late."""
    comment, given = later_comment(view.definition), view.asked.given
    if form.comment_only:
        again = given is not None and comment is not None and comment.id in given.answers
        allowed = view.standing is Standing.ANSWERED if again else view.asked.may_add(view.now)
        return [comment] if comment and allowed else []
    if view.standing not in (Standing.OPEN, Standing.ANSWERED):
        return []
    return list(view.definition.questions)


def _is_there(view: View, form: Form, sent: Sent) -> bool:
    """Whether there is nothing to record: an empty comment, or a form that came twice."""
    if form.comment_only and sent.is_empty:
        return True
    overtaken = form.seen != view.mark()
    if form.comment_only or sent.mistakes or not sent.answers or not overtaken:
        return False
    return all(view.given.get(name) == value for name, value in sent.answers.items())


def _overtaken(view: View, form: Form) -> Template:
    """The form again, where its page did not show the answer that is there: to be sent knowingly.

    An invitation may be open in two browsers, or have been passed on.
    """
    typed = typed_of(view.given) | dict(form.typed) if form.comment_only else form.typed
    questions, alert = view.definition.questions, view.reader.texts.already
    return form_page(view, questions, typed, alert=alert, with_given=True, status=409)


def _again(
    view: View,
    form: Form,
    questions: Sequence[Question],
    mistakes: Mapping[str, Mistake],
    *,
    alert: str = "",
    status: int,
) -> Template:
    """The page that the form came from, filled in as it was sent."""
    if form.comment_only:
        return thanks_page(view, questions[0], form.typed, mistakes, alert=alert, status=status)
    notice = view.reader.texts.before if view.standing is Standing.ANSWERED else ""
    return form_page(
        view, questions, form.typed, mistakes, notice=notice, alert=alert, status=status
    )


def _too_late(view: View) -> Template:
    if view.standing in (Standing.ANSWERED, Standing.SETTLED):
        return thanks_page(view, view.comment, status=409)
    return farewell(view)


def _change_page(view: View, clicked: Typed) -> Template:
    typed = typed_of(view.given) | dict(clicked)
    return form_page(view, view.definition.questions, typed, notice=view.reader.texts.before)


def _clicked(view: View, value: str) -> Typed:
    """What the link chose, if it is one of the answers."""
    asked = mailed_question(view.definition)
    return {asked.id: [value]} if asked and value in offered_values(asked) else {}


def _differs(view: View, clicked: Typed) -> bool:
    given = typed_of(view.given)
    return any(given.get(name) != value for name, value in clicked.items())
