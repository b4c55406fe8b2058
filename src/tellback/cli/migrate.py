"""`tellback migrate`."""

from typing import Annotated

import typer

from tellback.app import database_url
from tellback.cli.context import DataOption, JsonOption, print_json, settings
from tellback.store.engine import open_engine
from tellback.store.migrate import Migrated, Patience
from tellback.store.migrate import migrate as apply_migrations


def migrate(
    lock_timeout: Annotated[
        float, typer.Option(help="Seconds to wait for a table that is in use; 0: for ever.")
    ] = 5.0,
    statement_timeout: Annotated[
        float, typer.Option(help="Seconds that one statement may take; 0: for ever.")
    ] = 0.0,
    distribute: Annotated[
        bool,
        typer.Option(
            "--distribute",
            help="Spread the tables over the machines of a Citus cluster, by project. Needed once; "
            "tables that come later follow by themselves.",
        ),
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Bring the database to this version's schema, while the version before goes on serving."""
    config = settings(data)
    config.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(database_url(config), writing=True)
    try:
        patience = Patience(round(lock_timeout * 1000), round(statement_timeout * 1000))
        done = apply_migrations(engine, patience, distribute=distribute)
    finally:
        engine.dispose()
    if as_json:
        print_json(done)
    else:
        typer.echo(_told(done))


def _told(done: Migrated) -> str:
    spread = f" Spread over the cluster: {', '.join(done.spread)}." if done.spread else ""
    if done.before == done.after:
        return f"The schema is up to date: {done.after}.{spread}"
    return f"The schema is now {done.after}; it was {done.before or 'empty'}.{spread}"
