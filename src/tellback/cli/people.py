"""`tellback user`: who may sign in."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from tellback.cli.context import DataOption, JsonOption, print_json, settings, with_database
from tellback.store.database import Database
from tellback.web.dashboard.accounts import make_user

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
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def work(database: Database) -> Any:
        return await make_user(database, email, password, role.value, project or [])

    user = with_database(settings(data), work)
    if as_json:
        print_json({"id": user.id, "email": user.email, "role": role.value})
    else:
        typer.echo(f"{user.email} may sign in at /-/login as {role.value}.")
