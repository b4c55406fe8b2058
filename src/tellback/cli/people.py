"""`tellback user`: who may sign in."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from tellback.cli.context import DataOption, JsonOption, print_json, settings, with_database
from tellback.store.database import Database
from tellback.web.dashboard.accounts import check_user, grant, make_user, reset_password

app = typer.Typer(help="People who may sign in.", no_args_is_help=True, rich_markup_mode=None)


class Role(StrEnum):
    """What a person may do in a project."""

    OWNER = "owner"
    ANALYST = "analyst"
    AGENT = "agent"


@app.command("create")
def create(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OWNER,
    project: Annotated[
        list[str] | None, typer.Option(help="A project's slug; repeat it. Default: all there are.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create a person who signs in at /-/login."""

    async def work(database: Database) -> Any:
        await check_user(database, email, role.value, project or [])
        # Nobody thinks of a password for nothing.
        password = _ask_password(password_stdin)
        return await make_user(database, email, password, role.value, project or [])

    user = with_database(settings(data), work)
    if as_json:
        print_json({"id": user.id, "email": user.email, "role": role.value})
    else:
        typer.echo(f"{user.email} may sign in at /-/login as {role.value}.")


@app.command("grant")
def grant_(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OWNER,
    project: Annotated[
        list[str] | None, typer.Option(help="A project's slug; repeat it. Default: all there are.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a person a member of projects, or give a member another role."""

    async def work(database: Database) -> Any:
        return await grant(database, email, role.value, project or [])

    user = with_database(settings(data), work)
    if as_json:
        print_json({"id": user.id, "email": user.email, "role": role.value})
    else:
        typer.echo(f"{user.email} is {role.value} of {', '.join(project or ['all projects'])}.")


@app.command("password")
def password_(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a person a new password, and sign them out everywhere."""
    password = _ask_password(password_stdin)
    user = with_database(settings(data), lambda db: reset_password(db, email, password))
    if as_json:
        print_json({"id": user.id, "email": user.email})
    else:
        typer.echo(f"{user.email} has a new password.")


def _ask_password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed
