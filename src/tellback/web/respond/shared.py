"""A survey's public page: anybody who has its link may answer, while the survey is live.

Who answers is told apart by a receipt, which names their response and is signed: in the form, so
that a form sent twice is one answer, and in a cookie, so that a browser comes back to its own.
Nothing is stored before a form is sent. Whoever makes a receipt can read what is answered by it, so
that nobody must be made to answer by a stranger's: see `_own_receipts` and `_remembered`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from litestar import HttpMethod, MediaType, Response, post, route
from litestar.datastructures import Cookie
from litestar.params import FromPath

from tellback.actions.submit_responses import submit_responses
from tellback.core.addresses import visitor_network
from tellback.core.answers import Answers
from tellback.core.asked import ANSWERABLE, Shared, Standing
from tellback.core.commands import SubmitResponse
from tellback.core.errors import NotEligible, RateLimited
from tellback.core.instants import DAY, HOUR, SECOND
from tellback.core.links import Purpose, share_link, sign
from tellback.core.model import Channel
from tellback.dialects.contract import Limit
from tellback.dialects.native import NAME
from tellback.store.asked import follow_share
from tellback.store.ids import new_id
from tellback.web.pages import site_of
from tellback.web.qr import qr_svg
from tellback.web.respond.flow import Desk, show_view, take_form
from tellback.web.respond.form import MAX_BODY, Form, parse_form
from tellback.web.respond.openings import note_opening
from tellback.web.respond.page import AnyRequest, chosen_language, message, reader_for
from tellback.web.respond.said import contact_of, said_in, traits_of
from tellback.web.respond.views import View

_COOKIE = "tellback-receipt"
#: What browsers keep at most.
_LONGEST_KEPT = 400 * DAY
#: What an address says where somebody looks at what they have answered.
_LOOKING_BACK = frozenset({"at", "change", "done"})
#: What browsers say (``Sec-Fetch-Site``) of a request that a page of ours has led to.
_HERE = "same-origin"
_FINISHED = frozenset({Standing.ANSWERED, Standing.SETTLED})


@route("/-/s/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_shared(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Show the survey to whoever comes by, or what has become of their answer."""
    view = await _view(request, token)
    if view is None:
        return message("unknown_page", reader_for(request), status=404)
    known = _COOKIE in request.cookies or bool(_LOOKING_BACK & request.query_params.keys())
    await note_opening(request, view, known or "r" in request.query_params)
    again = "again" in request.query_params or not _LOOKING_BACK & request.query_params.keys()
    if view.standing is Standing.GONE or (again and view.standing in _FINISHED and view.may_again):
        view = await _view(request, token, afresh=True) or view
    return _remembered(request, view, show_view(view, request.query_params))


@post("/-/s/{token:str}", status_code=200, request_max_body_size=MAX_BODY, never_hurried=True)
async def take_shared(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Record what was sent, or show it again with what is wrong."""
    form = parse_form(await request.body())
    view = await _view(request, token, form)
    if view is None:
        return message("unknown_page", reader_for(request), status=404)
    refused = False

    async def store(view: View, form: Form, answers: Answers, left_at: str | None) -> None:
        nonlocal refused
        _count(request, view)
        job = (view.asked.project, _submission(request, view, form, answers, left_at))
        try:
            await site_of(request).database.write_one(submit_responses, job)
        except NotEligible:
            refused = True
            raise

    async def look() -> View | None:
        found = await _view(request, token, form)
        if found is None or not isinstance(found.asked, Shared):
            return None
        return replace(found, asked=replace(found.asked, refused=refused))

    return _remembered(request, view, await take_form(view, form, Desk(store, look)))


@route("/-/s/{token:str}/qr.svg", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_code(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The link as a QR code, for posters and receipts."""
    shared = await _follow(request, token)
    if shared is None:
        return Response("", status_code=404, media_type=MediaType.TEXT)
    base = site_of(request).config.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    project = shared.project
    link = share_link(base, project.secret, project.id, shared.survey.id)
    return Response(qr_svg(link), media_type="image/svg+xml")


async def _follow(
    request: AnyRequest,
    token: str,
    receipts: Sequence[str] = (),
    told: str = "",
    version: int | None = None,
) -> Shared | None:
    database = site_of(request).database
    return await database.read(follow_share, token, receipts, told, new_id(), version)


async def _view(
    request: AnyRequest, token: str, form: Form | None = None, *, afresh: bool = False
) -> View | None:
    """The survey before somebody; None where there is no such link. ``afresh``: once more."""
    cookie, said_receipt = request.cookies.get(_COOKIE, ""), request.query_params.get("r", "")
    own, told = ((), "") if afresh else _own_receipts(request, form)
    shared = await _follow(request, token, own, told, form.version if form else None)
    if shared is None:
        return None
    definition, project = shared.survey.definition, shared.project
    said = said_in(request.query_params, definition)
    shared = replace(
        shared, contact=contact_of(said, definition), traits=traits_of(said, definition)
    )
    language = chosen_language(request, shared)
    receipt = sign(project.secret, Purpose.RECEIPT, project.id, shared.response_id)
    # Where cookies are refused, the address has to carry what they would.
    carried = receipt == said_receipt or (form is not None and not cookie)
    return View(
        asked=shared,
        reader=reader_for(request, shared, language),
        path=f"/-/s/{token}",
        now=site_of(request).database.clock(),
        kept={"lang": language, "a": request.query_params.get("a", "")[:100], **said}
        | ({"r": receipt} if carried else {}),
        receipt=receipt,
        sent={"done": "1"},
    )


def _count(request: AnyRequest, view: View) -> None:
    """Count what is to be stored; `RateLimited` where its network has sent too much."""
    project, site = view.asked.project, site_of(request)
    network = visitor_network(request.client.host if request.client else "")
    most = project.settings.calls_per_hour
    within, state = site.limiter.count(Limit(f"{project.id} {network}", most, HOUR // SECOND))
    if not within:
        raise RateLimited(max(1, -(-(state.reset_at - site.database.clock()) // SECOND)))


def _own_receipts(request: AnyRequest, form: Form | None) -> tuple[tuple[str, ...], str]:
    """The receipts that are whoever's who sends this, and the one that the address says.

    Another site's page can send a form, and anybody a link: neither says whose answers they are.
    Browsers that do not tell where a request comes from are taken at their word.
    """
    cookie = request.cookies.get(_COOKIE, "")
    if request.headers.get("sec-fetch-site", _HERE) != _HERE:
        return (cookie,), ""
    return (form.receipt if form else "", cookie), request.query_params.get("r", "")


def _submission(
    request: AnyRequest, view: View, form: Form, answers: Answers, left_at: str | None
) -> SubmitResponse:
    shared = view.asked
    assert isinstance(shared, Shared)  # noqa: S101 - its maker is above
    return SubmitResponse(
        dialect=NAME,
        channel=Channel.LINK,
        survey=shared.survey.id,
        survey_version=shared.survey.version,
        own_id=shared.response_id,
        contact=shared.contact,
        traits=shared.traits or None,
        answers=list(answers.items()),
        left_at=left_at,
        partial=form.comment_only,
        language=view.reader.language,
        user_agent=request.headers.get("user-agent", "")[:500] or None,
        ip=request.client.host if request.client else None,
    )


def _remembered(request: AnyRequest, view: View, response: Response[Any]) -> Response[Any]:
    """The reply, by which the browser keeps its receipt where there is one to keep.

    One that the address said may be a stranger's.
    """
    if view.receipt == request.query_params.get("r"):
        return response
    if view.standing in (Standing.OPEN, Standing.UNFINISHED, *_FINISHED):
        days = view.definition.repeat_after_days
        kept = _LONGEST_KEPT if days is None else min(_LONGEST_KEPT, max(ANSWERABLE, days * DAY))
        url = site_of(request).config.public_url
        is_https = url.startswith("https:") if url else request.url.scheme == "https"
        response.set_cookie(
            Cookie(
                _COOKIE,
                path=view.path,
                value=view.receipt,
                max_age=kept // SECOND,
                secure=is_https or None,
                httponly=True,
                samesite="lax",
            )
        )
    return response
