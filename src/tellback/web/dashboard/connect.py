"""How to call a project's wires, and the keys to do it with."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.core.errors import Duplicate, Invalid, NotFound, TellbackError
from tellback.core.instants import HOUR
from tellback.core.users import Area
from tellback.dialects.keys import (
    LONGEST,
    MadeKey,
    add_key,
    find_key,
    find_spec,
    key_specs,
    revoke_key,
    rotate_key,
)
from tellback.store.arrivals import list_arrivals
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import AnyRequest, entry_of
from tellback.web.dashboard.examples import list_wires
from tellback.web.dashboard.positions import id_in_path

#: So much of each kind that came in is looked at, and so much of it shown of a wire.
_LOOKED_AT, _SEEN = 200, 6
#: How long an old key may go on beside its successor: hours, and how that is said.
GRACES = {
    0: "ends now",
    1: "goes on for an hour",
    24: "goes on for a day",
    7 * 24: "goes on for a week",
    30 * 24: "goes on for 30 days",
}


@get("/-/p/{slug:str}/connect", opt={"area": Area.WIRES})
async def show_wires(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Base address, keys and an example for each wire."""
    revoked = request.query_params.get("revoked") == "1"
    return await _page(request, desk, told="The key is revoked." if revoked else None)


@post("/-/p/{slug:str}/connect/keys", opt={"area": Area.WIRES})
async def add(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Give the project a further key, and show it: a new one, or one that its callers have."""
    project = entry_of(request).membership.project
    form = await request.form()
    wire, given = _text(form, "wire"), _text(form, "secret") or None
    try:
        spec = find_spec(key_specs(desk.site.dialects), wire, _text(form, "name"))
        made = await add_key(desk.site.database, project, wire, spec, given)
    except (Duplicate, Invalid, NotFound) as error:
        return await _page(request, desk, error)
    return await _show(request, desk, made, told=given is not None)


@post("/-/p/{slug:str}/connect/keys/{id:str}/rotate", opt={"area": Area.WIRES})
async def rotate(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Put a new key in the place of an old one, and show it."""
    project = entry_of(request).membership.project
    site, grace = desk.site, _text(await request.form(), "grace")
    hours = next((hours for hours in GRACES if str(hours) == grace), 0)
    try:
        key = await find_key(site.database, project, id_in_path(request))
        made = await rotate_key(site.database, key_specs(site.dialects), project, key, hours * HOUR)
    except NotFound as error:
        return await _page(request, desk, error)
    return await _show(request, desk, made, grace=hours)


@post("/-/p/{slug:str}/connect/keys/{id:str}/revoke", opt={"area": Area.WIRES})
async def revoke(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Take a key back."""
    project = entry_of(request).membership.project
    try:
        key = await find_key(desk.site.database, project, id_in_path(request))
        await revoke_key(desk.site.database, project, key)
    except NotFound as error:
        return await _page(request, desk, error)
    return Redirect(f"/-/p/{project.slug}/connect?revoked=1", status_code=303)


async def _page(
    request: AnyRequest, desk: Desk, error: TellbackError | None = None, told: str | None = None
) -> Response[Any]:
    project = entry_of(request).membership.project
    return desk.page(
        request,
        "connect.html",
        status=422 if error else 200,
        section="connect",
        wires=await list_wires(desk, request, project),
        # Not the replica's: whoever tries a wire wants to see at once what came of it.
        arrivals=await desk.site.database.read(list_arrivals, project.id, _LOOKED_AT, _SEEN),
        graces=GRACES,
        longest=LONGEST,
        problem=error.message if error else None,
        told=told,
    )


async def _show(
    request: AnyRequest, desk: Desk, made: MadeKey, *, told: bool = False, grace: int | None = None
) -> Response[Any]:
    """The page with a key that was just made, and a call with it: the only time to see them."""
    project, name = entry_of(request).membership.project, made.key.dialect
    wire = next(one for one in await list_wires(desk, request, project) if one.name == name)
    return desk.page(
        request,
        "key.html",
        section="connect",
        made=made,
        wire=wire,
        example=None if told else wire.example_with(made.spec.name, made.secret),
        told=told,
        grace=None if grace is None else GRACES[grace],
    )


def _text(form: Any, name: str) -> str:
    value = form.get(name)
    return value.strip()[: LONGEST + 1] if isinstance(value, str) else ""


HANDLERS = [show_wires, add, rotate, revoke]
