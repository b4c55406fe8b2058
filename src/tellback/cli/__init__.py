"""The command line: `tellback COMMAND`. Every command has ``--help``, ``--data`` and ``--json``."""

import sys

import typer

from tellback.cli import demo as demo_command
from tellback.cli import people, project, serve, survey, tell
from tellback.config import BadSetting
from tellback.core.errors import TellbackError

app = typer.Typer(
    help="Tellback: ask by e-mail, collect over five vendors' survey APIs, tell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("demo")(demo_command.demo)
app.add_typer(project.app, name="project")
app.add_typer(survey.app, name="survey")
app.add_typer(people.app, name="user")
app.add_typer(tell.outbox, name="outbox")
app.command("explain")(tell.explain)
app.command("verify")(tell.verify)


def main() -> None:
    """Run a command; what the user can mend is said in one line, with exit status 2."""
    try:
        app()
    except (BadSetting, TellbackError) as error:
        typer.echo(f"tellback: {error}", err=True)
        sys.exit(2)
