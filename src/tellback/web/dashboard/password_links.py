"""A password that somebody sets by a link: looking at it changes nothing, and it works once."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.actions.link_passwords import SetPassword, set_passwords
from tellback.core.errors import CredentialUnknown, Invalid
from tellback.core.users import MAX_PASSWORD, User, check_password
from tellback.store.ids import new_token
from tellback.store.password_links import find_linked_user
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import HOME, AnyRequest, entry_of

PATH = "/-/password"


@get(f"{PATH}/{{token:str}}", opt={"public": True})
async def ask_for_password(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """The form to set a password with; for a link that does not work any more, what to do."""
    return _form(request, desk, await _find(request, desk))


@post(f"{PATH}/{{token:str}}", opt={"public": True})
async def set_password(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Set the password, sign out everywhere else, and sign in."""
    user, form = await _find(request, desk), await request.form()
    if user is None:
        return _form(request, desk, None)
    given = form.get("new")
    new = given[: MAX_PASSWORD + 1] if isinstance(given, str) else ""
    try:
        check_password(new, user.email)
    except Invalid as error:
        problem = " ".join(f"The password {one.message}." for one in error.problems)
        return _form(request, desk, user, problem)
    job = SetPassword(_token(request), await desk.passwords.hash(new), new_token())
    try:
        await desk.site.database.write_one(set_passwords, job)
    except CredentialUnknown:
        # It was used while this one was sent.
        return _form(request, desk, None)
    cookie = desk.door.session_cookie(request, job.session)
    return Redirect(HOME, status_code=303, cookies=[cookie])


async def _find(request: AnyRequest, desk: Desk) -> User | None:
    database = desk.site.database
    return await database.read(find_linked_user, _token(request), database.clock())


def _token(request: AnyRequest) -> str:
    token: str = request.path_params["token"]
    return token


def _form(
    request: AnyRequest, desk: Desk, user: User | None, problem: str | None = None
) -> Response[Any]:
    entry = entry_of(request)
    # Whoever is signed in has a session to make the form's token from.
    cookies = [] if entry.visitor else [desk.door.form_cookie(request, entry.secret)]
    status = 404 if user is None else 422 if problem else 200
    return desk.page(
        request, "password.html", status=status, cookies=cookies, user=user, problem=problem
    )


HANDLERS = [ask_for_password, set_password]
