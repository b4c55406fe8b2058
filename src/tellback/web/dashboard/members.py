"""Who belongs to a project, and as what."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tellback.actions.change_members import (
    AddMember,
    ChangeMember,
    NameAgent,
    add_members,
    change_members,
    name_agents,
)
from tellback.actions.link_passwords import Invite, LinkPassword, invite, link_passwords
from tellback.core.errors import Duplicate, Invalid, NotEligible, NotFound, TellbackError
from tellback.core.model import Project
from tellback.core.users import MAX_EMAIL, Area, Role, User, read_names, read_role
from tellback.store.agents import list_agents
from tellback.store.ids import new_token
from tellback.store.users import list_members
from tellback.web.dashboard.desk import Desk, GivenDesk
from tellback.web.dashboard.door import HOME, AnyRequest, entry_of
from tellback.web.dashboard.navigation import first_page
from tellback.web.dashboard.password_links import PATH
from tellback.web.dashboard.password_mail import mail_link
from tellback.web.dashboard.positions import id_in_path
from tellback.web.dashboard.wording import ROLES

_NOT_MAILED = "The mail could not be sent. The mail server said no, or did not answer."
_TOLD = {
    "added": "They see the project from now on, when they sign in as before.",
    "changed": "The role is changed. It holds from the next page on.",
    "named": "The names are changed. They hold from the next page on.",
    "removed": "They are no member any more. What they wrote here stays.",
}


@get("/-/p/{slug:str}/members", opt={"area": Area.SETTINGS})
async def show_members(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Who belongs to the project."""
    return await _page(request, desk)


@post("/-/p/{slug:str}/members", opt={"area": Area.SETTINGS}, status_code=200)
async def add(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Add somebody: who has no user yet gets one, and a link to set their password with."""
    project, form = entry_of(request).membership.project, await request.form()
    email = _text(form, "email")
    try:
        role = read_role(_text(form, "role"))
        try:
            await desk.site.database.write_one(add_members, (project, AddMember(email, role)))
        except NotFound:
            return await _create(request, desk, project, email, role)
    except (Duplicate, Invalid) as error:
        return await _page(request, desk, error, email)
    return _back(project, "added")


@post("/-/p/{slug:str}/members/{id:str}/role", opt={"area": Area.SETTINGS}, status_code=200)
async def change_role(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Give a member another role."""
    form = await request.form()
    try:
        role = read_role(_text(form, "role"))
    except Invalid as error:
        return await _page(request, desk, error)
    return await _change(request, desk, role, "changed")


@post("/-/p/{slug:str}/members/{id:str}/names", opt={"area": Area.SETTINGS}, status_code=200)
async def name_agent(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Say under which names a member has conversations."""
    project, written = entry_of(request).membership.project, (await request.form()).get("names")
    try:
        names = read_names(written if isinstance(written, str) else "")
        job = (project, NameAgent(id_in_path(request), names))
        await desk.site.database.write_one(name_agents, job)
    except (Invalid, NotFound) as error:
        return await _page(request, desk, error)
    return _back(project, "named")


@post("/-/p/{slug:str}/members/{id:str}/link", opt={"area": Area.SETTINGS}, status_code=200)
async def link_password(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Make a link with which a member sets a new password: by mail, or to hand over."""
    entry, token, write = entry_of(request), new_token(), desk.site.database.write_one
    project, mails = entry.membership.project, bool(desk.site.config.smtp_url)
    shown_to = None if mails else entry.user.id
    try:
        job = LinkPassword(id_in_path(request), token, shown_to)
        user: User = await write(link_passwords, (project, job))
    except (NotEligible, NotFound) as error:
        return await _page(request, desk, error)
    link = f"{desk.base_url(request)}{PATH}/{token}"
    if mails and not await mail_link(desk, project, user.email, link):
        return await _page(request, desk, TellbackError(_NOT_MAILED))
    return _show_link(request, desk, user, None if mails else link)


@post("/-/p/{slug:str}/members/{id:str}/remove", opt={"area": Area.SETTINGS}, status_code=200)
async def remove(request: AnyRequest, desk: GivenDesk) -> Response[Any]:
    """Take a member out of the project."""
    return await _change(request, desk, None, "removed")


async def _create(
    request: AnyRequest, desk: Desk, project: Project, email: str, role: Role
) -> Response[Any]:
    token = new_token()
    job = (project, Invite(email, role, token))
    user: User = await desk.site.database.write_one(invite, job)
    link = f"{desk.base_url(request)}{PATH}/{token}"
    mailed = await mail_link(desk, project, user.email, link)
    return _show_link(request, desk, user, None if mailed else link)


def _show_link(request: AnyRequest, desk: Desk, user: User, link: str | None) -> Response[Any]:
    """The link, shown this once; none where it has gone by mail."""
    return desk.page(request, "member.html", section="members", user=user, link=link)


async def _change(request: AnyRequest, desk: Desk, role: Role | None, done: str) -> Response[Any]:
    entry, user_id = entry_of(request), id_in_path(request)
    project = entry.membership.project
    try:
        job = (project, ChangeMember(user_id, role))
        await desk.site.database.write_one(change_members, job)
    except (NotEligible, NotFound) as error:
        return await _page(request, desk, error)
    if user_id == entry.user.id and role is not Role.OWNER:
        # This page is theirs no more.
        part = replace(entry.membership, role=role) if role else None
        return Redirect(first_page(part) if part else HOME, status_code=303)
    return _back(project, done)


async def _page(
    request: AnyRequest, desk: Desk, error: TellbackError | None = None, email: str = ""
) -> Response[Any]:
    entry, read = entry_of(request), desk.site.database.read
    project_id = entry.membership.project.id
    members = await read(list_members, project_id)
    return desk.page(
        request,
        "members.html",
        status=422 if error else 200,
        section="members",
        members=members,
        owners=sum(one.role is Role.OWNER for one in members),
        me=entry.user.id,
        roles=ROLES,
        mails=bool(desk.site.config.smtp_url),
        agents=await read(list_agents, project_id),
        email=email,
        longest=MAX_EMAIL,
        problem=_explain(error) if error else None,
        told=None if error else _TOLD.get(request.query_params.get("done", "")),
    )


def _explain(error: TellbackError) -> str:
    if isinstance(error, NotEligible):
        return f"Nothing was changed: {error.reason}."
    if isinstance(error, Invalid):
        return " ".join(f"The {one.field} {one.message}." for one in error.problems)
    return error.message


def _back(project: Project, done: str) -> Response[Any]:
    return Redirect(f"/-/p/{project.slug}/members?done={done}", status_code=303)


def _text(form: Any, name: str) -> str:
    value = form.get(name)
    return value.strip()[: MAX_EMAIL + 1] if isinstance(value, str) else ""


HANDLERS = [show_members, add, change_role, name_agent, link_password, remove]
