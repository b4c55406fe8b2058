"""`tellback rollup`: what is counted ahead, and counting all of it anew."""

from collections.abc import Sequence
from typing import Annotated

import typer

from tellback.actions.roll_up import RestartRollUp, restart_roll_ups
from tellback.cli.context import (
    DataOption,
    JsonOption,
    ProjectOption,
    print_json,
    print_table,
    settings,
    the_project,
    with_database,
)
from tellback.core.model import Project
from tellback.mail.worker import worker_name
from tellback.store.database import Database
from tellback.store.projects import list_projects
from tellback.store.rollup_state import RollUpState, roll_up_states
from tellback.upkeep.rolling import Rolling

app = typer.Typer(
    help="The counts by day that figures are read from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("status")
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say what is counted ahead, and how many days wait to be counted anew."""
    states = with_database(settings(data), lambda database: database.read(roll_up_states))
    if as_json:
        print_json([state.as_dict() for state in states])
    else:
        print_table([_row(state) for state in states], ("PROJECT", "ZONE", "CELLS", "WAITING"))


@app.command("rebuild")
def rebuild(
    project: ProjectOption = None,
    every: Annotated[bool, typer.Option("--all", help="All projects.")] = False,
    data: DataOption = None,
) -> None:
    """Count everything anew. Meanwhile figures are counted from the rows, which takes longer."""
    for line in with_database(settings(data), lambda database: _rebuild(database, project, every)):
        typer.echo(line)


async def _rebuild(database: Database, slug: str | None, every: bool) -> list[str]:
    if every:
        projects: Sequence[Project] = await database.read(list_projects)
    else:
        projects = [await the_project(database, slug)]
    rolling = Rolling(database, worker_name())
    lines = []
    for project in projects:
        await database.write_one(restart_roll_ups, RestartRollUp(project.id))
        days = 0
        while done := await rolling.roll_up(project.id):
            days += done
        lines.append(f"{project.slug}: {days} days counted anew")
    return lines


def _row(state: RollUpState) -> tuple[str, ...]:
    waiting = "all" if state.waiting is None else f"{state.waiting:,}"
    return state.project, state.zone, f"{state.cells:,}", waiting
