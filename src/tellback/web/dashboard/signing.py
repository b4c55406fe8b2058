"""Signing in and out, and changing one's password."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.actions.sign_in import (
    ChangePassword,
    StartSession,
    change_passwords,
    end_sessions,
    start_sessions,
)
from tellback.core.addresses import normalise_address
from tellback.core.errors import CredentialUnknown, Invalid
from tellback.core.instants import MINUTE, SECOND
from tellback.core.users import MAX_EMAIL, MAX_PASSWORD, User, check_password
from tellback.store.ids import new_token
from tellback.store.users import find_password
from tellback.web.dashboard.attempts import sign_in_limits
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import SIGN_IN, AnyRequest, entry_of, safe_target

_WRONG = "That e-mail address and password do not belong together."


@get(SIGN_IN, opt={"public": True})
async def ask_to_sign_in(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The form to sign in with."""
    target = safe_target(request.query_params.get("next"))
    if entry_of(request).visitor is not None:
        return Redirect(target, status_code=303)
    return _form(request, desk, target)


@post(SIGN_IN, opt={"public": True})
async def sign_in(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Check address and password, and start a session."""
    form = await request.form()
    email, password = _text(form, "email"), _text(form, "password")
    target = safe_target(form.get("next"))
    limits = sign_in_limits(email, _peer(request))
    wait = desk.attempts.take(limits)
    if wait:
        return _too_many(request, desk, target, email, wait)
    token = await _start_session(desk, email, password)
    if token is None:
        return _form(request, desk, target, email=email, problem=_WRONG, status=422)
    desk.attempts.forgive(*limits)
    cookie = desk.door.session_cookie(request, token)
    return Redirect(target, status_code=303, cookies=[cookie])


@post("/-/logout")
async def sign_out(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """End this session."""
    await desk.site.database.write_one(end_sessions, entry_of(request).secret)
    cookie = desk.door.farewell_cookie(request)
    return Redirect(SIGN_IN, status_code=303, cookies=[cookie])


@get("/-/account")
async def show_account(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Who one is, and the form to change the password with."""
    changed = request.query_params.get("changed") == "1"
    return _account(request, desk, changed=changed)


@post("/-/account/password")
async def change_password(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Change one's password; every other session ends."""
    user = entry_of(request).user
    form = await request.form()
    limits = sign_in_limits(user.email, _peer(request))
    wait = desk.attempts.take(limits)
    if wait:
        return _account(request, desk, f"Too many tries. Please wait {_minutes(wait)}.", 429)
    try:
        token = await _change(desk, user, _text(form, "current"), _text(form, "new"))
    except (CredentialUnknown, Invalid) as error:
        return _account(request, desk, _explain(error), 422)
    desk.attempts.forgive(*limits)
    cookie = desk.door.session_cookie(request, token)
    return Redirect("/-/account?changed=1", status_code=303, cookies=[cookie])


async def _start_session(desk: Desk, email: str, password: str) -> str | None:
    """The token of a new session; None where the two do not belong together.

    Whatever is wrong, a password is checked: the time must not tell what it was.
    """
    address = normalise_address(email.strip(), MAX_EMAIL)
    found = await desk.site.database.read(find_password, address or "")
    user, password_hash = found or (None, None)
    if not await desk.passwords.match(password_hash, password) or not (user and password_hash):
        return None
    job = StartSession(new_token(), user.id, password_hash)
    try:
        await desk.site.database.write_one(start_sessions, job)
    except CredentialUnknown:
        return None
    return job.token


async def _change(desk: Desk, user: User, current: str, new: str) -> str:
    check_password(new, user.email)
    found = await desk.site.database.read(find_password, user.email)
    old_hash = found[1] if found else None
    if not await desk.passwords.match(old_hash, current) or old_hash is None:
        raise CredentialUnknown("The current password is not right.")
    job = ChangePassword(user.id, old_hash, await desk.passwords.hash(new), new_token())
    await desk.site.database.write_one(change_passwords, job)
    return job.token


def _explain(error: CredentialUnknown | Invalid) -> str:
    if isinstance(error, CredentialUnknown):
        return error.message
    return " ".join(f"The new password {problem.message}." for problem in error.problems)


def _form(
    request: AnyRequest,
    desk: Desk,
    target: str,
    *,
    email: str = "",
    problem: str | None = None,
    status: int = 200,
) -> Response[Any]:
    cookie = desk.door.form_cookie(request, entry_of(request).secret)
    return desk.page(
        request,
        "sign_in.html",
        status=status,
        cookies=[cookie],
        target=target,
        email=email,
        problem=problem,
    )


def _too_many(request: AnyRequest, desk: Desk, target: str, email: str, wait: int) -> Response[Any]:
    problem = f"Too many tries. Please wait {_minutes(wait)}, then try again."
    response = _form(request, desk, target, email=email, problem=problem, status=429)
    response.headers["Retry-After"] = str(-(-wait // SECOND))
    return response


def _account(
    request: AnyRequest,
    desk: Desk,
    problem: str | None = None,
    status: int = 200,
    *,
    changed: bool = False,
) -> Response[Any]:
    return desk.page(
        request,
        "account.html",
        status=status,
        section="account",
        problem=problem,
        changed=changed,
    )


def _peer(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _minutes(wait: int) -> str:
    minutes = -(-wait // MINUTE)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _text(form: Any, name: str) -> str:
    """A field of a form; cut where no honest one is that long."""
    value = form.get(name)
    return value[: MAX_PASSWORD + 1] if isinstance(value, str) else ""


HANDLERS = [ask_to_sign_in, sign_in, sign_out, show_account, change_password]
