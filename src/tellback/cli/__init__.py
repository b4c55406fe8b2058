"""The command line: `tellback COMMAND`. Every command has ``--help``, ``--data`` and ``--json``."""

import os
import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from tellback.allocation import share_memory
from tellback.cli import copy as copy_command
from tellback.cli import demo as demo_command
from tellback.cli import (
    keys,
    migrate,
    people,
    project,
    rejected,
    retention,
    rollup,
    serve,
    survey,
    tell,
)
from tellback.config import BadSetting
from tellback.core.errors import TellbackError
from tellback.server import PortTaken
from tellback.store.copy_marks import CopyUnfinished
from tellback.store.copying import CannotCopy
from tellback.store.engine import DatabaseUnusable
from tellback.store.engines.cluster import NoCluster
from tellback.store.migrate import DatabaseBusy, SchemaTooNew, SchemaTooOld

#: What the user can mend.
_TOLD = (
    BadSetting,
    TellbackError,
    PortTaken,
    SchemaTooNew,
    SchemaTooOld,
    DatabaseBusy,
    DatabaseUnusable,
    NoCluster,
    CannotCopy,
    CopyUnfinished,
)
app = typer.Typer(
    help="Tellback: ask by e-mail, collect over vendors' survey APIs, tell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("demo")(demo_command.demo)
project.app.add_typer(keys.app, name="keys")
app.add_typer(project.app, name="project")
app.add_typer(survey.app, name="survey")
app.add_typer(people.app, name="user")
app.add_typer(tell.outbox, name="outbox")
app.add_typer(rejected.app, name="rejected")
app.add_typer(rollup.app, name="rollup")
app.add_typer(retention.app, name="retention")
app.command("explain")(tell.explain)
app.command("migrate")(migrate.migrate)
app.command("copy")(copy_command.copy)
app.command("verify")(tell.verify)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tellback {version('tellback')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a command; what the user can mend is said in one line, with exit status 2."""
    # The database and the outbox hold people's addresses and answers, so nobody else reads them.
    os.umask(0o077)
    share_memory()
    try:
        app()
    except _TOLD as error:
        _fail(str(error))
    except OSError as error:
        # One about a file is the user's to mend, any other is ours.
        if error.filename is None:
            raise
        _fail(f"{error.filename}: {error.strerror}")


def _fail(message: str) -> NoReturn:
    typer.echo(f"tellback: {' '.join(message.split())}", err=True)
    sys.exit(2)
