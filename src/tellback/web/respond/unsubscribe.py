"""Unsubscribing: one button, or one click in the mail program (RFC 8058), and a way back."""

from litestar import HttpMethod, post, route
from litestar.params import FromPath
from litestar.response import Template

from tellback.actions.resubscribe import resubscribe
from tellback.actions.suppress import suppress
from tellback.core.asked import Asked
from tellback.core.commands import UNSUBSCRIBED, Suppress
from tellback.core.errors import Invalid
from tellback.core.links import Purpose
from tellback.core.scanners import Kind
from tellback.web.pages import site_of
from tellback.web.respond.form import MAX_BODY
from tellback.web.respond.page import AnyRequest, message, page, reader_for
from tellback.web.respond.texts import isolated
from tellback.web.respond.visits import follow, record_visit

_LINK = "unsubscribe"


@route("/-/u/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def ask(request: AnyRequest, token: FromPath[str]) -> Template:
    """Ask for the one press that unsubscribes: mail scanners follow links, so a link does not."""
    asked = await follow(request, Purpose.UNSUBSCRIBE, token)
    if asked is None or asked.address is None:
        return message("unknown", reader_for(request), status=404)
    await record_visit(request, asked, Kind.LOOK, _LINK)
    if asked.suppressed:
        return _show(request, "unsubscribed", asked, token, back=asked.suppressed == UNSUBSCRIBED)
    return _show(request, "unsubscribe", asked, token)


@post("/-/u/{token:str}", status_code=200, request_max_body_size=MAX_BODY)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Template:
    """Unsubscribe. The body says nothing that counts: mail servers send one too (RFC 8058)."""
    asked = await follow(request, Purpose.UNSUBSCRIBE, token)
    if asked is None or asked.address is None:
        return message("unknown", reader_for(request), status=404)
    job = (asked.project, Suppress(asked.address, UNSUBSCRIBED))
    try:
        await site_of(request).database.write_one(suppress, job)
    except Invalid:
        # Nothing to do: the address gets no mail already.
        return _show(request, "unsubscribed", asked, token, back=asked.suppressed == UNSUBSCRIBED)
    return _show(request, "unsubscribed", asked, token, back=True)


@post("/-/u/{token:str}/back", status_code=200, request_max_body_size=MAX_BODY)
async def take_back(request: AnyRequest, token: FromPath[str]) -> Template:
    """Take an unsubscription back that was a mistake."""
    asked = await follow(request, Purpose.UNSUBSCRIBE, token)
    if asked is None or asked.address is None:
        return message("unknown", reader_for(request), status=404)
    job = (asked.project, asked.address)
    await site_of(request).database.write_one(resubscribe, job)
    if asked.suppressed not in (None, UNSUBSCRIBED):
        return _show(request, "unsubscribed", asked, token)
    return _show(request, "subscribed", asked, token)


def _show(
    request: AnyRequest, kind: str, asked: Asked, token: str, *, back: bool = False
) -> Template:
    reader = reader_for(request, asked)
    text: str = getattr(reader.texts, f"{kind}_text")
    return page(
        "unsubscribe",
        reader,
        asked=asked,
        heading=getattr(reader.texts, kind),
        text=text.format(
            brand=isolated(asked.brand), address=isolated(_masked(asked.address or ""))
        ),
        token=token,
        confirm=kind == "unsubscribe",
        back=back,
    )


def _masked(address: str) -> str:
    """An address that its owner knows again and nobody else can use."""
    local, _, domain = address.rpartition("@")
    return f"{local[:2] if len(local) > 3 else local[:1]}•••@{domain}"
