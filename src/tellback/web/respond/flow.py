"""How a survey is answered, whichever link led to it: what is shown, and what becomes of a form.

Looking changes nothing. What stands on one page of several is kept when it is sent, as an answer
that its author has not sent off yet: it is the same response that goes on growing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from litestar.response import Redirect, Template

from tellback.core.answers import Answers, hidden_questions, whole_problems
from tellback.core.asked import Standing
from tellback.core.errors import Internal, Invalid, NotEligible, NotFound, Overloaded, RateLimited
from tellback.core.mailed import mailed_question, offered_values
from tellback.core.model import Question
from tellback.core.steps import Step
from tellback.web.respond.fields import later_comment, typed_of
from tellback.web.respond.form import Form, Go, Mistake, Sent, Typed, mistakes_of, read_form
from tellback.web.respond.views import View, farewell, form_page, thanks_page

_UNANSWERABLE = frozenset({Standing.CLOSED, Standing.PAUSED, Standing.BARRED, Standing.GONE})


@dataclass(frozen=True, slots=True)
class Desk:
    """Where answers go: ``store`` takes them, with the question at which their author goes on.

    ``look`` is the view as it is now.
    """

    store: Callable[[View, Form, Answers, str | None], Awaitable[None]]
    look: Callable[[], Awaitable[View | None]]


def show_view(view: View, query: Mapping[str, str]) -> Template:
    """The form as far as it is filled in, or what has become of it."""
    clicked = clicked_in(view, query.get("a", ""))
    if view.standing in (Standing.OPEN, Standing.UNFINISHED):
        return _open_page(view, query, clicked)
    if view.standing in _UNANSWERABLE:
        return farewell(view)
    wanted = "change" in query or _differs(view, clicked)
    if wanted and view.standing is Standing.ANSWERED:
        typed = typed_of(view.given) | dict(clicked)
        step, notice = view.step(query.get("at")), view.reader.texts.before
        return form_page(view, typed, step=step, notice=notice)
    return thanks_page(view, view.comment)


async def take_form(view: View, form: Form, desk: Desk) -> Template | Redirect:
    """Record what was sent, or show it again with what is wrong."""
    questions = _questions(view, form)
    if not questions:
        return _too_late(view)
    step = None if form.comment_only else view.step(form.at)
    if form.go is Go.STAY and not form.comment_only:
        return form_page(view, form.typed, step=step)
    definition = view.on_page(step)
    asked = questions if step is None else step.questions
    sent = read_form(definition, form, asked, page=step is not None)
    if _is_there(view, form, sent):
        return _to(view)
    if view.standing is Standing.ANSWERED and form.seen != view.mark(
        comment_only=form.comment_only
    ):
        return _overtaken(view, form, step)
    if step is not None:
        return await _take_step(view, form, step, sent, desk)
    if sent.mistakes:
        return _again(view, form, asked, sent.mistakes, status=422)
    return await _store(view, form, None, sent.answers, None, desk) or _to(view)


def clicked_in(view: View, value: str) -> Typed:
    """What a mail's link chose, if it is one of the answers."""
    asked = mailed_question(view.definition)
    return {asked.id: [value]} if asked and value in offered_values(asked) else {}


def _open_page(view: View, query: Mapping[str, str], clicked: Typed) -> Template:
    """The form, or its page that was asked for or left; a mail's answer is chosen on its page."""
    at, given = query.get("at"), typed_of(view.given)
    typed = {**given, **clicked} if at is None else {**clicked, **given}
    left_at = view.asked.given.left_at if view.asked.given else None
    fresh = next(iter(clicked), None) if left_at and _differs(view, clicked) else None
    step = view.step(at or fresh or left_at)
    missing = whole_problems(view.definition, view.given) if "check" in query else []
    mistakes = mistakes_of(missing, step.questions if step else view.definition.questions)
    notice = view.reader.texts.resumed if left_at and at is None else ""
    return form_page(view, typed, mistakes, step=step, notice=notice)


async def _take_step(
    view: View, form: Form, step: Step, sent: Sent, desk: Desk
) -> Template | Redirect:
    """Keep what stands on one page, and go on to the next; the last one sends all of it off."""
    here = {question.id for question in step.questions}
    answers = {name: value for name, value in view.given.items() if name not in here}
    answers |= sent.answers
    for name in hidden_questions(view.definition, answers):
        answers.pop(name, None)
    if form.go is Go.BACK:
        return await _go_on(view, form, step, answers, step.before or step.at, desk)
    if sent.mistakes:
        return _again(view, form, step.questions, sent.mistakes, step=step, status=422)
    now = view.step(step.at, answers)
    if now is not None and now.after is not None:
        return await _go_on(view, form, step, answers, now.after, desk)
    missing = mistakes_of(whole_problems(view.definition, answers), view.definition.questions)
    if not missing:
        return await _store(view, form, step, answers, None, desk) or _to(view)
    if here & missing.keys():
        return _again(view, form, step.questions, missing, step=step, status=422)
    first = next(iter(missing))
    return await _go_on(view, form, step, answers, first, desk, check="1")


async def _go_on(
    view: View, form: Form, step: Step, answers: Answers, at: str, desk: Desk, **more: str
) -> Template | Redirect:
    """To another page, once what there is of answers is kept."""
    if answers:
        wrong = await _store(view, form, step, answers, at, desk)
        if wrong is not None:
            return wrong
    asked = mailed_question(view.definition)
    chosen = {"a": ""} if asked and asked.id in answers else {}
    return Redirect(view.address(at=at, **chosen, **more), status_code=303)


async def _store(
    view: View, form: Form, step: Step | None, answers: Answers, left_at: str | None, desk: Desk
) -> Template | None:
    """Have the answers kept; where that cannot be, the page that says so."""
    asked = step.questions if step else _questions(view, form)
    try:
        await desk.store(view, form, answers, left_at)
    except Invalid as refusal:
        mistakes = mistakes_of(refusal.problems, asked)
        return _again(view, form, asked, mistakes, step=step, status=422)
    except (Overloaded, Internal):
        busy = view.reader.texts.busy
        return _again(view, form, asked, {}, step=step, alert=busy, status=503)
    except RateLimited as error:
        busy = view.reader.texts.busy
        again = _again(view, form, asked, {}, step=step, alert=busy, status=429)
        again.headers["Retry-After"] = str(error.retry_after)
        return again
    except (NotEligible, NotFound):
        return _too_late(await desk.look() or view)
    return None


def _to(view: View) -> Redirect:
    return Redirect(view.address(**{"a": "", **view.sent}), status_code=303)


def _questions(view: View, form: Form) -> list[Question]:
    """The questions that the form may answer now; none when it comes too late."""
    comment, given = later_comment(view.definition), view.asked.given
    if form.comment_only:
        again = given is not None and comment is not None and comment.id in given.answers
        allowed = view.standing is Standing.ANSWERED if again else view.asked.may_add(view.now)
        return [comment] if comment and allowed else []
    if view.standing not in (Standing.OPEN, Standing.UNFINISHED, Standing.ANSWERED):
        return []
    return list(view.definition.questions)


def _is_there(view: View, form: Form, sent: Sent) -> bool:
    """Whether there is nothing to record: an empty comment, or a form that came twice."""
    if form.comment_only and sent.is_empty:
        return True
    overtaken = form.seen != view.mark() and view.standing is not Standing.UNFINISHED
    if form.comment_only or sent.mistakes or not sent.answers or not overtaken:
        return False
    return all(view.given.get(name) == value for name, value in sent.answers.items())


def _overtaken(view: View, form: Form, step: Step | None) -> Template:
    """The form again, where its page did not show the answer that is there: to be sent knowingly.

    An invitation may be open in two browsers, or have been passed on.
    """
    typed = typed_of(view.given) | dict(form.typed) if form.comment_only else form.typed
    alert = view.reader.texts.already
    return form_page(view, typed, step=step, alert=alert, with_given=True, status=409)


def _again(
    view: View,
    form: Form,
    questions: Sequence[Question],
    mistakes: Mapping[str, Mistake],
    *,
    step: Step | None = None,
    alert: str = "",
    status: int,
) -> Template:
    """The page that the form came from, filled in as it was sent."""
    if form.comment_only:
        return thanks_page(view, questions[0], form.typed, mistakes, alert=alert, status=status)
    notice = view.reader.texts.before if view.standing is Standing.ANSWERED else ""
    return form_page(
        view, form.typed, mistakes, step=step, notice=notice, alert=alert, status=status
    )


def _too_late(view: View) -> Template:
    if view.standing in (Standing.ANSWERED, Standing.UNFINISHED, Standing.SETTLED):
        return thanks_page(view, view.comment, status=409)
    return farewell(view)


def _differs(view: View, clicked: Typed) -> bool:
    given = typed_of(view.given)
    return any(given.get(name) != value for name, value in clicked.items())
