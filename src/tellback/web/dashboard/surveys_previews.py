"""A survey as people will see it: its page and its mail, without anybody being asked."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get
from litestar.enums import MediaType

from tellback.core.asked import Asked
from tellback.core.invitation import State
from tellback.core.model import Channel, Project, Survey, SurveyDefinition
from tellback.core.survey_problems import MAX_QUESTIONS
from tellback.core.users import Area
from tellback.mail.layout import lay_out
from tellback.mail.message import Slot
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.outbox import without_watchers
from tellback.web.dashboard.sample_mail import words_here
from tellback.web.dashboard.surveys_fields import language_of
from tellback.web.dashboard.surveys_found import Found, find_in_path, project_of
from tellback.web.dashboard.surveys_problems import judge
from tellback.web.dashboard.surveys_words import language_name
from tellback.web.pages import CONTENT_SECURITY_POLICY, HEADERS
from tellback.web.respond.texts import reader_of
from tellback.web.respond.views import View, form_page

NOBODY = "0" * 32
#: What came of a test mail, and whether it went well.
TRIALS = {
    "sent": (True, "The test is on its way."),
    "failed": (False, "The mail server did not take the test. Its log, and ours, say why."),
    "refused": (False, "No mail can be made of it: look at the sender's and your address."),
    "address": (False, "That is no e-mail address."),
}
#: A page of ours in a frame of ours. It answers nothing, so its form leads nowhere.
_PAGE_POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'none'")
PAGE_HEADERS = {
    "Content-Security-Policy": _PAGE_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
MAIL_HEADERS = {
    **HEADERS,
    **PAGE_HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; "
        "frame-ancestors 'self'; base-uri 'none'; sandbox"
    ),
}
#: Where the links of a mail lead that nobody got: what watches its reader is taken out of it.
_LINKS = {
    "answer_url": "#answer",
    "unsubscribe_url": "#unsubscribe",
    "pixel_url": "/-/o/preview",
    "honeypot_url": "/-/t/preview",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is previewed: a survey that may never have been stored, in a language."""

    project: Project
    survey: Survey
    language: str


@get("/-/p/{slug:str}/surveys/{key:str}/preview", opt={"area": Area.SURVEYS})
async def show_previews(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The page and the mail side by side, in one of the survey's languages."""
    found = await find_in_path(request, desk)
    content = found.content
    asked = language_of(request.query_params.get("language", ""))
    languages = content["languages"]
    return desk.page(
        request,
        "survey_preview.html",
        section="surveys",
        found=found,
        languages=languages,
        language=asked if asked in languages else languages[0],
        language_name=language_name,
        widget=content.get("widget"),
        ground=request.query_params.get("ground", ""),
        trial=TRIALS.get(request.query_params.get("trial", "")),
        in_files=not desk.site.config.smtp_url,
        own=entry_of(request).user.email,
    )


@get("/-/p/{slug:str}/surveys/{key:str}/preview/page", opt={"area": Area.SURVEYS})
async def preview_page(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The draft's page."""
    shown = await find_shown(request, desk)
    if shown is None:
        return not_yet(request, desk)
    reader = reader_of([shown.language], "", "")
    now = desk.site.database.clock()
    view = View(asked_nobody(shown, now), reader, request.url.path, now)
    template = form_page(view, {}, step=view.step(request.query_params.get("at")))
    template.headers.update(PAGE_HEADERS)
    return template


@get("/-/p/{slug:str}/surveys/{key:str}/preview/mail", opt={"area": Area.SURVEYS})
async def preview_mail(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The draft's mail."""
    shown = await find_shown(request, desk)
    if shown is None:
        return not_yet(request, desk)
    return Response(mail_html(shown, desk), media_type=MediaType.HTML, headers=MAIL_HEADERS)


def mail_html(shown: Shown, desk: Desk) -> str:
    """The mail's HTML, with links that lead nowhere."""
    mail_from = desk.site.config.mail_from
    words = words_here(shown.project, shown.survey, shown.language, False, mail_from)
    _, html = lay_out(words, ())
    parts = (_LINKS.get(part.name, "") if isinstance(part, Slot) else part for part in html)
    return without_watchers("".join(parts))


def asked_nobody(shown: Shown, now: int) -> Asked:
    """An invitation of nobody, which is stored nowhere."""
    return Asked(
        project=shown.project,
        id=NOBODY,
        dialect="",
        channel=Channel.LINK,
        state=State.SENT,
        survey=shown.survey,
        sent_at=now,
        languages=(shown.language,),
    )


def previewed(project: Project, found: Found, language: str) -> Shown | None:
    """What there is to be seen of a draft, or of the survey; None where it is none yet."""
    content = found.content
    judged = judge(found.key, content)
    definition = judged.definition
    if definition is None or not 1 <= len(definition.questions) <= MAX_QUESTIONS:
        return None
    tag = language if language in content["languages"] else content["languages"][0]
    survey = Survey(
        project.id, NOBODY, found.key, 0, found.version + 1, True, None, _showable(definition)
    )
    return Shown(project, survey, tag)


def _showable(definition: SurveyDefinition) -> SurveyDefinition:
    """What is not filled in yet, said instead of left out; rules about nothing show a question."""
    known: set[str] = set()
    shown = []
    for question in definition.questions:
        rules = tuple(rule for rule in question.show_if if rule.question in known)
        text = question.text if any(question.text.values()) else {"en": "…"}
        shown.append(replace(question, text=text, show_if=rules))
        known.add(question.id)
    return replace(definition, questions=tuple(shown))


async def find_shown(request: AnyRequest, desk: Desk) -> Shown | None:
    """What the address asks to be shown; None where it is no survey yet."""
    found = await find_in_path(request, desk)
    # The page's own links to its languages say it in their own way.
    query = request.query_params
    language = language_of(query.get("lang") or query.get("language") or "")
    return previewed(project_of(request), found, language)


def not_yet(request: AnyRequest, desk: Desk) -> Response[Any]:
    """That there is nothing to be seen, in the frame where it would be."""
    response = desk.page(request, "survey_not_yet.html")
    response.headers.update(PAGE_HEADERS)
    return response


HANDLERS = [show_previews, preview_page, preview_mail]
