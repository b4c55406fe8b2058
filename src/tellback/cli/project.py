"""`tellback project`: create, list, set."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tellback.actions.set_logos import SetLogo, set_logos
from tellback.actions.set_settings import SetSetting, set_settings
from tellback.cli import webhook
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
from tellback.core.instants import format_seconds
from tellback.core.links import bounces_link
from tellback.core.settings import SETTINGS, ProjectSettings
from tellback.dialects.native import WIDGET, WIDGET_KEY, widget_snippet
from tellback.dialects.provision import NewProject, make_project
from tellback.dialects.registry import load_dialects, switches_of
from tellback.store.database import Database
from tellback.store.projects import list_projects

app = typer.Typer(help="Projects: the tenants.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(webhook.app, name="webhook")
_KEY = (
    f"The setting: {', '.join(SETTINGS)}; or a wire's own, written WIRE.SWITCH "
    "(docs/configuration.md lists them, and so does the refusal of an unknown one)."
)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people call the project.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create a project and print the credentials of every wire. They are shown only now."""
    config = settings(data)
    made = with_database(config, lambda db: make_project(db, load_dialects(), name), create=True)
    if as_json:
        print_json(describe(made))
    else:
        print_project(made)
        _print_snippet(made, config.public_url)


@app.command("logo")
def logo(
    file: Annotated[
        Path | None,
        typer.Argument(help="A PNG, JPEG or SVG; without one the logo is taken away."),
    ] = None,
    project: ProjectOption = None,
    data: DataOption = None,
) -> None:
    """Set the logo of a project's pages and mails."""

    async def work(database: Database) -> ProjectSettings:
        target = await the_project(database, project)
        picture = None if file is None else file.read_bytes()
        changed: ProjectSettings = await database.write_one(set_logos, SetLogo(target.id, picture))
        return changed

    changed = with_database(settings(data), work)
    typer.echo(f"logo {changed.logo}" if changed.logo else "no logo")


@app.command("list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the projects with their settings."""
    projects = with_database(settings(data), lambda db: db.read(list_projects))
    if as_json:
        print_json(
            [
                {
                    "id": p.id,
                    "name": p.name,
                    "slug": p.slug,
                    "created_at": format_seconds(p.created_at),
                    "settings": asdict(p.settings),
                }
                for p in projects
            ]
        )
    elif not projects:
        typer.echo("No project yet. Make one: tellback project create NAME")
    else:
        rows = [(p.slug, p.name, p.id, format_seconds(p.created_at)) for p in projects]
        print_table(rows, ("SLUG", "NAME", "ID", "CREATED"))


@app.command("set")
def set_(
    key: Annotated[str, typer.Argument(help=_KEY)],
    value: Annotated[str, typer.Argument(help="Its new value; 'none' lifts a limit.")],
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a setting of a project."""

    switches = switches_of(load_dialects())

    async def change(database: Database) -> Any:
        target = await the_project(database, project)
        return await database.write_one(set_settings, SetSetting(target.id, key, value, switches))

    changed = with_database(settings(data), change)
    shown = changed.switches[key] if key in switches else getattr(changed, key)
    if as_json:
        print_json(asdict(changed))
    else:
        typer.echo(f"{key} = {_written(shown)}")


@app.command("bounces")
def bounces(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Print the address to which a mail server posts this project's bounces."""
    config = settings(data)
    target = with_database(config, lambda db: the_project(db, project))
    path = bounces_link("", target.secret, target.id)
    url = f"{config.public_url.rstrip('/')}{path}" if config.public_url else None
    if as_json:
        print_json({"project": target.slug, "path": path, "url": url})
        return
    typer.echo(url or path)
    if url is None:
        typer.echo("Set TELLBACK_PUBLIC_URL to have the whole address.", err=True)


def describe(made: NewProject) -> dict[str, Any]:
    """A new project as ``--json`` prints it."""
    project = made.project
    return {
        "id": project.id,
        "name": project.name,
        "slug": project.slug,
        "credentials": dict(made.credentials),
    }


def print_project(made: NewProject) -> None:
    """A new project for people to read."""
    typer.echo(f"Project {made.project.name} ({made.project.slug}), id {made.project.id}")
    typer.echo("Keys are kept hashed: note them now.\n")
    for dialect, values in made.credentials.items():
        typer.echo(f"  {dialect}")
        for name, value in values.items():
            text = ", ".join(map(_question, value)) if isinstance(value, list) else value
            typer.echo(f"    {name:<12} {text}")


def _print_snippet(made: NewProject, public_url: str) -> None:
    """What puts the project's surveys onto a page."""
    key = made.credentials[WIDGET][WIDGET_KEY.name]
    typer.echo("\nFor the widget, put this into your pages (docs/widget.md):\n")
    typer.echo(f"  {widget_snippet(public_url.rstrip('/') or 'https://YOUR_SERVER', key)}")


def _written(value: Any) -> str:
    """A setting as `set` takes it."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _question(question: Any) -> str:
    if not isinstance(question, dict):
        return str(question)
    return f"{question['id']} ({question.get('type') or question.get('label')})"
