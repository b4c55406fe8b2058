"""A survey's pages before anybody has seen them: of what a file says, without any database.

For an editor's frame. What is sent from there leads back to ``path``, which records nothing.
"""

from dataclasses import replace

from litestar.response import Template

from tellback.core.asked import Given, Shared
from tellback.core.model import AnswerValue, Project, Survey
from tellback.web.pages import CONTENT_SECURITY_POLICY
from tellback.web.respond.fields import typed_of
from tellback.web.respond.form import Typed
from tellback.web.respond.texts import reader_of
from tellback.web.respond.views import View, form_page, thanks_page

#: As all pages, but in a frame of our own.
FRAMED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_NOBODY = "0" * 32


def preview_form(
    project: Project,
    survey: Survey,
    language: str,
    answers: dict[str, AnswerValue] | None = None,
    *,
    typed: Typed | None = None,
    at: str | None = None,
    path: str = "",
) -> Template:
    """The form with these answers given and these fields filled in; of several pages, that one."""
    view = _view(project, survey, language, answers, path)
    step = view.step(at)
    return _framed(form_page(view, {**typed_of(view.given), **(typed or {})}, step=step))


def preview_thanks(
    project: Project,
    survey: Survey,
    language: str,
    answers: dict[str, AnswerValue] | None = None,
    *,
    path: str = "",
) -> Template:
    """What is said after these answers."""
    view = _view(project, survey, language, answers or {}, path)
    return _framed(thanks_page(view, view.comment))


def _view(
    project: Project,
    survey: Survey,
    language: str,
    answers: dict[str, AnswerValue] | None,
    path: str,
) -> View:
    given = None if answers is None else Given(answers, 0)
    shown = Shared(
        project=project, survey=replace(survey, live=True), given=given, response_id=_NOBODY
    )
    reader = reader_of((language,), "", project.settings.language)
    return View(shown, reader, path, 0, {"lang": language})


def _framed(page: Template) -> Template:
    page.headers = {**page.headers, **FRAMED}
    return page
