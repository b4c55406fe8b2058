"""`tellback project keys`: which keys a project has, new ones, and taking them back."""

import sys
from typing import Annotated, Any

import typer

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
from tellback.core.instants import HOUR, format_seconds
from tellback.dialects.keys import (
    KeySpecs,
    MadeKey,
    add_key,
    find_key,
    find_spec,
    key_specs,
    name_of,
    revoke_key,
    rotate_key,
)
from tellback.dialects.registry import load_dialects
from tellback.store.credentials import Key, list_keys
from tellback.store.database import Database

app = typer.Typer(help="The keys of a project.", no_args_is_help=True, rich_markup_mode=None)
_KeyArgument = Annotated[
    str, typer.Argument(help="The key: its id, or what it ends in where only one does.")
]


@app.command("list")
def list_(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """List the keys that hold. The keys themselves are kept hashed; public ones are shown."""

    async def work(database: Database) -> list[Key]:
        target = await the_project(database, project)
        return await database.read(list_keys, target.id, database.clock())

    keys, specs = with_database(settings(data), work), key_specs(load_dialects())
    if as_json:
        print_json([_described(specs, key) for key in keys])
        return
    rows = [_row(specs, key) for key in keys]
    print_table(rows, ("ID", "WIRE", "KEY", "ROLE", "ENDS IN", "CREATED", "LAST USED", "UNTIL"))


@app.command("add")
def add(
    dialect: Annotated[str, typer.Argument(help="The wire, by the name of its folder.")],
    kind: Annotated[str, typer.Argument(help="Which key of it, as `list` names it.")],
    secret_stdin: Annotated[
        bool,
        typer.Option("--secret-stdin", help="Take over the key that standard input has."),
    ] = False,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a project a further key: a new one, or the one that its callers have already."""
    specs = key_specs(load_dialects())
    spec = find_spec(specs, dialect, kind)
    secret = sys.stdin.readline().strip() if secret_stdin else None

    async def work(database: Database) -> MadeKey:
        target = await the_project(database, project)
        return await add_key(database, target, dialect, spec, secret)

    _show(with_database(settings(data), work), specs, as_json, told=secret is not None)


@app.command("rotate")
def rotate(
    key: _KeyArgument,
    grace: Annotated[
        int, typer.Option(help="How many hours the old key goes on beside the new one.", min=0)
    ] = 0,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a new key in the place of an old one, which ends at once or after some hours."""
    specs = key_specs(load_dialects())

    async def work(database: Database) -> MadeKey:
        target = await the_project(database, project)
        old = await find_key(database, target, key)
        return await rotate_key(database, specs, target, old, grace * HOUR)

    _show(with_database(settings(data), work), specs, as_json)
    if not as_json:
        ends = f"in {grace} h" if grace else "now"
        typer.echo(f"The old key ends {ends}.", err=True)


@app.command("revoke")
def revoke(
    key: _KeyArgument,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a key back: calls with it are refused from now on."""

    async def work(database: Database) -> Key:
        target = await the_project(database, project)
        found = await find_key(database, target, key)
        await revoke_key(database, target, found)
        return found

    gone, specs = with_database(settings(data), work), key_specs(load_dialects())
    if as_json:
        print_json(_described(specs, gone))
    else:
        typer.echo(f"{gone.dialect} {name_of(specs, gone)} {gone.hint} is revoked.")


def _show(made: MadeKey, specs: KeySpecs, as_json: bool, *, told: bool = False) -> None:
    """Print a new key: the only time that it can be seen."""
    if as_json:
        print_json({**_described(specs, made.key), "secret": made.secret})
        return
    typer.echo(f"{made.key.dialect} {made.spec.name} {made.secret}")
    if not (told or made.spec.public):
        typer.echo("Keys are kept hashed: note it now.", err=True)


def _row(specs: KeySpecs, key: Key) -> tuple[str, ...]:
    return (
        key.id,
        key.dialect,
        name_of(specs, key),
        key.role,
        key.hint,
        format_seconds(key.created_at),
        format_seconds(key.last_used_at) if key.last_used_at is not None else "never",
        format_seconds(key.expires_at) if key.expires_at is not None else "",
    )


def _described(specs: KeySpecs, key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "dialect": key.dialect,
        "name": name_of(specs, key),
        "kind": key.kind,
        "role": key.role,
        "hint": key.hint,
        "created_at": format_seconds(key.created_at),
        "last_used_at": None if key.last_used_at is None else format_seconds(key.last_used_at),
        "expires_at": None if key.expires_at is None else format_seconds(key.expires_at),
    }
