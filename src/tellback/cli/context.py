"""What the commands share: settings, an open database for a moment, and printing."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer

from tellback.app import open_database
from tellback.config import Config, load_config
from tellback.core.errors import NotFound
from tellback.core.model import Project
from tellback.store.database import Database
from tellback.store.engine import damage_told, database_file
from tellback.store.projects import find_project, list_projects

T = TypeVar("T")
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data directory (TELLBACK_DATA, default ./data).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ProjectOption = Annotated[
    str | None, typer.Option("--project", help="The project's slug; needed when there are several.")
]


def settings(data: Path | None = None, **options: Any) -> Config:
    """The server's settings from the environment, with the command line's options over them."""
    return load_config(os.environ, {"data": data, **options})


def existing(config: Config) -> Config:
    """The same settings; `NotFound` where their data directory has no database."""
    if not config.database_url and not database_file(config.data).exists():
        raise NotFound(f"There is no Tellback database in {config.data}.")
    return config


def with_database(
    config: Config, work: Callable[[Database], Awaitable[T]], *, create: bool = False
) -> T:
    """Run work on the open database, and close it; only with ``create`` is it made if needed."""
    if not create:
        existing(config)

    async def run() -> T:
        database = open_database(config)
        try:
            with damage_told():
                return await work(database)
        finally:
            await asyncio.to_thread(database.close)

    return asyncio.run(run())


async def the_project(database: Database, slug: str | None) -> Project:
    """The project of that slug, or the only one there is; `NotFound` says what there are."""
    projects = await database.read(list_projects)
    if slug is not None:
        project = await database.read(find_project, slug)
        if project is None:
            known = ", ".join(p.slug for p in projects) or "none yet"
            raise NotFound(f"There is no project {slug!r}; there are: {known}.")
        return project
    if len(projects) != 1:
        known = ", ".join(p.slug for p in projects) or "none yet: tellback project create NAME"
        raise NotFound(f"Say which project with --project SLUG; there are: {known}.")
    return projects[0]


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...]) -> None:
    """Print rows in aligned columns under a header."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
