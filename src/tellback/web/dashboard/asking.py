"""Asking people from a file: choose it, see what would come of it, send."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tellback.actions.carry_out import carry_out
from tellback.core.admission import LIFETIME
from tellback.core.calendar import local_datetime, local_ms
from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.mailed import mailed_question
from tellback.core.model import Project, Survey, Transaction
from tellback.core.numbering import is_number
from tellback.core.outcomes import InvitationRequested
from tellback.core.properties import PropertyType
from tellback.core.queries import ListSurveys
from tellback.core.recipients import MOST, TYPES, Recipient
from tellback.core.tabular import Decoded, decode
from tellback.core.users import Area
from tellback.store.invitation_requests import find_request
from tellback.store.surveys import list_surveys
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.drafts import (
    LARGEST,
    Draft,
    check_moment,
    commands,
    digest_of,
    draft,
    pack,
    read,
    request_id,
    unpack,
)
from tellback.web.dashboard.outbox import MAIL_HEADERS
from tellback.web.dashboard.positions import id_in_path
from tellback.web.dashboard.sample_mail import SampleMail, sample_mail

#: A file comes back in its form in letters, which takes more room than its bytes.
_LARGEST_FORM = 2 * LARGEST
_SHOWN = 5
#: The last moment of the year 9998, in ms: in every zone one that can be written.
_LATEST = 253_370_764_799_000
#: More lines than these nobody reads on a page.
_LISTED = 100
#: What a column of a type holds.
_KINDS = {
    PropertyType.STRING: "text",
    PropertyType.NUMBER: "number",
    PropertyType.DATE: "date",
    PropertyType.BOOLEAN: "yes or no",
    PropertyType.STRING_SET: "several texts",
    PropertyType.NUMBER_SET: "several numbers",
}


@dataclass(frozen=True, slots=True)
class _Given:
    """What came with a form: the survey, the file's text, and how it was written."""

    survey: Survey
    file: Decoded


@get("/-/p/{slug:str}/invitations/ask", opt={"area": Area.ASKING})
async def choose(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Where a survey and a file are chosen; a link may have chosen the survey by its key."""
    return await _choose(request, desk)


@post(
    "/-/p/{slug:str}/invitations/ask",
    opt={"area": Area.ASKING},
    request_max_body_size=_LARGEST_FORM,
    status_code=200,
)
async def preview(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """What would come of a file; nothing is written."""
    form = await request.form()
    try:
        given = await _given(request, desk, form)
        return await _preview(request, desk, given)
    except Invalid as error:
        return await _choose(request, desk, form, error)


@post(
    "/-/p/{slug:str}/invitations/ask/send",
    opt={"area": Area.ASKING},
    request_max_body_size=_LARGEST_FORM,
    status_code=200,
)
async def send(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Ask the people of a file. The same form twice asks nobody twice."""
    form = await request.form()
    try:
        given = await _given(request, desk, form)
    except Invalid as error:
        return await _choose(request, desk, form, error)
    try:
        id_ = await _request(request, desk, given, form)
    except Invalid as error:
        return await _preview(request, desk, given, error, _text(form, "send_at"))
    slug = entry_of(request).membership.project.slug
    return Redirect(f"/-/p/{slug}/invitations/requests/{id_}", status_code=303)


@get("/-/p/{slug:str}/invitations/ask/mail/{id:str}", opt={"area": Area.ASKING})
async def show_sample(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The mail of a survey, for the frame on the page of what would come of a file."""
    query = request.query_params
    survey = await _survey(request, desk, id_in_path(request))
    if survey is None:
        raise NotFoundException
    mail = _sample(request, desk, survey, query.get("language"), _bought(query))
    return Response(mail.html, media_type=MediaType.HTML, headers=MAIL_HEADERS)


async def _request(request: AnyRequest, desk: Desk, given: _Given, form: Any) -> str:
    """The id of the request that was made; `Invalid` says why none was."""
    project, survey = entry_of(request).membership.project, given.survey
    send_at = _moment(project, _text(form, "send_at"), desk.site.database.clock())
    found = await asyncio.to_thread(read, given.file.text, project)
    plan = await _plan(desk, project, given)
    if plan.conflicts:
        raise Invalid(*(Problem(Fault.TYPE_CONFLICT, text) for text in plan.conflicts))
    again = _text(form, "again")
    number = int(again) if is_number(again) and int(again) <= plan.round else 0
    digest = await asyncio.to_thread(digest_of, given.file.text)
    id_ = request_id(project, survey, digest, number)
    jobs = commands(found.people, id_, survey, found.types, send_at)
    outcomes = await desk.site.database.write(carry_out, [(project, job) for job in jobs])
    asks: Sequence[Any] = outcomes[: len(found.people)]
    if any(isinstance(outcome, InvitationRequested) for outcome in asks):
        return id_
    # Sent before: its page tells more than a message would.
    if await desk.site.database.read(find_request, project.id, id_) is not None:
        return id_
    why = next((o for o in asks if isinstance(o, TellbackError)), None)
    text = why.message if why else "The file names nobody who can be asked."
    raise Invalid(Problem(Fault.VALUE, text))


async def _given(request: AnyRequest, desk: Desk, form: Any) -> _Given:
    survey = await _survey(request, desk, _text(form, "survey"))
    if survey is None:
        raise _invalid("Choose a survey that is live.")
    packed = _text(form, "packed")
    if packed:
        file = Decoded(await asyncio.to_thread(unpack, packed), "UTF-8")
    else:
        file = await _file(form)
    if not file.text.strip():
        raise _invalid("Choose a file, or paste its lines.")
    return _Given(survey, file)


async def _file(form: Any) -> Decoded:
    """What was uploaded, or else pasted."""
    upload = form.get("file")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    if len(content) > LARGEST:
        raise _invalid(f"The file has more than {LARGEST // 1024 // 1024} MB. Please split it.")
    if content:
        return await asyncio.to_thread(decode, content)
    return Decoded(_text(form, "pasted"), "UTF-8")


async def _plan(desk: Desk, project: Project, given: _Given) -> Draft:
    found = await asyncio.to_thread(read, given.file.text, project)
    return await draft(desk.site.database, project, given.survey, found, given.file.text)


async def _preview(
    request: AnyRequest,
    desk: Desk,
    given: _Given,
    error: Invalid | None = None,
    send_at: str = "",
) -> Response[Any]:
    project, now = entry_of(request).membership.project, desk.site.database.clock()
    plan = await _plan(desk, project, given)
    first = next(iter(plan.asked), None)
    packed = await asyncio.to_thread(pack, given.file.text)
    return desk.page(
        request,
        "ask_preview.html",
        status=422 if error else 200,
        section="invitations",
        survey=given.survey,
        file=given.file,
        packed=packed,
        plan=plan,
        first=first,
        shown=plan.asked[:_SHOWN],
        most=_LISTED,
        kinds=_KINDS,
        mail=_sample(request, desk, given.survey, first.language, first.transaction)
        if first
        else None,
        mail_query=_mail_query(first) if first else "",
        problem=error.message if error else None,
        send_at=send_at,
        earliest=_input(project, now),
        latest=_input(project, now + LIFETIME),
    )


async def _choose(
    request: AnyRequest, desk: Desk, form: Any = None, error: Invalid | None = None
) -> Response[Any]:
    project = entry_of(request).membership.project
    surveys = await desk.site.database.read(list_surveys, project, ListSurveys())
    linked = [one.id for one in surveys if one.key == request.query_params.get("survey")]
    return desk.page(
        request,
        "ask.html",
        status=422 if error else 200,
        section="invitations",
        surveys=[one for one in surveys if can_be_mailed(one)],
        chosen=_text(form, "survey") if form else next(iter(linked), ""),
        pasted=_text(form, "pasted") if form else "",
        problems=[problem.message for problem in error.problems] if error else [],
        most=MOST,
        largest=LARGEST,
        types=TYPES,
    )


async def _survey(request: AnyRequest, desk: Desk, id_: str) -> Survey | None:
    project = entry_of(request).membership.project
    surveys = await desk.site.database.read(list_surveys, project, ListSurveys())
    return next((one for one in surveys if one.id == id_ and can_be_mailed(one)), None)


def can_be_mailed(survey: Survey) -> bool:
    """Whether people can be asked by e-mail: it is live, and its first question fits a mail."""
    return survey.live and mailed_question(survey.definition) is not None


def _sample(
    request: AnyRequest,
    desk: Desk,
    survey: Survey,
    language: str | None,
    bought: Transaction | None,
) -> SampleMail:
    project = entry_of(request).membership.project
    config, now = desk.site.config, desk.site.database.clock()
    return sample_mail(project, survey, language, bought, config.mail_from, now)


def _mail_query(one: Recipient) -> str:
    bought = one.transaction
    said: dict[str, object] = {"language": one.language}
    if bought:
        facts = {"id": bought.id, "at": bought.at, "amount": bought.amount}
        said |= {**facts, "currency": bought.currency}
    return urlencode({name: value for name, value in said.items() if value is not None})


def _bought(query: Any) -> Transaction | None:
    if "id" not in query:
        return None
    try:
        at = int(query["at"]) if "at" in query else None
        amount = float(query["amount"]) if "amount" in query else None
    except ValueError:
        raise NotFoundException from None
    if at is not None and not 0 <= at <= _LATEST:
        raise NotFoundException
    return Transaction(query["id"], at, amount, query.get("currency"))


def _moment(project: Project, text: str, now: int) -> int | None:
    """When to send (ms), None: at once; `Invalid` for what is no such moment."""
    if not text:
        return None
    try:
        at = local_ms(datetime.fromisoformat(text).replace(tzinfo=None), project.settings.zone())
    except ValueError:
        raise _invalid("The moment to send is none, such as 2026-11-01T09:00.") from None
    check_moment(at, now)
    return at


def _input(project: Project, at: int) -> str:
    """A moment as an input for it has it."""
    return f"{local_datetime(at, project.settings.zone()):%Y-%m-%dT%H:%M}"


def _invalid(text: str) -> Invalid:
    return Invalid(Problem(Fault.VALUE, text))


def _text(form: Any, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


HANDLERS = [choose, preview, send, show_sample]
