"""`tellback retention`: what is kept for how long, and forgetting what is older now."""

import typer

from tellback.cli.context import (
    DataOption,
    JsonOption,
    print_json,
    print_table,
    settings,
    with_database,
)
from tellback.core.instants import DAY, format_seconds
from tellback.store.database import Database
from tellback.store.retention import Held, held
from tellback.upkeep.pruning import Pruning

app = typer.Typer(
    help="What is forgotten in time: visits, events, refused input and the like.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("status")
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Say for how long each project keeps what, and how old the oldest of it is."""
    found = with_database(settings(data), lambda database: database.read(held))
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        print_table([_row(one) for one in found], ("PROJECT", "WHAT", "DAYS", "OLDEST"))


@app.command("run")
def run(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Forget all that is older now, which the server does by itself every hour."""

    async def work(database: Database) -> dict[str, int]:
        return await Pruning(database).all()

    forgotten = with_database(settings(data), work)
    if as_json:
        print_json(forgotten)
    else:
        lines = [f"{kind}: {rows:,} forgotten" for kind, rows in sorted(forgotten.items())]
        typer.echo("\n".join(lines) or "Nothing is older than it is kept.")


def _row(one: Held) -> tuple[str, ...]:
    oldest = "-" if one.oldest_at is None else format_seconds(one.oldest_at)
    return one.project, one.kind.value, f"{one.kept_for // DAY:,}", oldest
