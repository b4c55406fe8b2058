"""`tellback rejected`: what the wires refused, and doing it again."""

from collections.abc import Sequence
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
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.identifiers import is_id
from tellback.core.instants import format_seconds
from tellback.core.model import Project
from tellback.core.moments import FORMS, read_moment
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.dialects.registry import load_dialects
from tellback.dialects.replay import Replayed, find_replayable, replay
from tellback.store.database import Database
from tellback.store.feed import AnyRow
from tellback.store.rejected_inputs import MOST, get_rejection, list_rejections

app = typer.Typer(help="Input that the wires refused.", no_args_is_help=True, rich_markup_mode=None)
_Wire = Annotated[str | None, typer.Option("--wire", help="Only of this wire.")]
_Operation = Annotated[str | None, typer.Option("--operation", help="Only of this operation.")]
_Reason = Annotated[str | None, typer.Option("--reason", help="Only with this in the reason.")]
_Since = Annotated[str | None, typer.Option("--since", help=f"From then on: {FORMS[8:]}.")]
_Until = Annotated[str | None, typer.Option("--until", help="Before then; a day is included.")]


@app.command("list")
def list_(
    wire: _Wire = None,
    operation: _Operation = None,
    reason: _Reason = None,
    since: _Since = None,
    until: _Until = None,
    settled: Annotated[
        bool | None, typer.Option("--settled/--open", help="Only what is (not) taken since.")
    ] = None,
    kind: Annotated[RejectionKind | None, typer.Option(help="Only of this kind.")] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=MOST)] = 50,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was refused, newest first."""

    async def work(database: Database) -> Sequence[AnyRow]:
        target = await the_project(database, project)
        span = _span(target, since, until, database.clock())
        wanted = RejectionFilter(wire, operation, reason, *span, settled, kind)
        feed = await database.read(list_rejections, target.id, wanted, None, limit)
        return feed.rows

    rows = with_database(settings(data), work)
    if as_json:
        print_json([_described(row) for row in rows])
    elif not rows:
        typer.echo("Nothing was refused, or nothing like that.")
    else:
        lines = [
            (row.id, format_seconds(row.created_at), row.dialect, row.operation, *_told(row))
            for row in rows
        ]
        print_table(lines, ("ID", "WHEN", "WIRE", "OPERATION", "STATE", "REASON"))


@app.command("show")
def show(
    entry: Annotated[str, typer.Argument(help="The entry's id, as `list` prints it.")],
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one refused input with its whole body."""

    async def work(database: Database) -> AnyRow | None:
        target = await the_project(database, project)
        return await database.read(get_rejection, target.id, entry) if is_id(entry) else None

    row = with_database(settings(data), work)
    if row is None:
        raise NotFound(f"There is no refused input {entry!r}.")
    body = row.body.decode("utf-8", "backslashreplace")
    if as_json:
        print_json({**_described(row), "headers": row.headers, "body": body})
        return
    query = f"?{row.query}" if row.query else ""
    typer.echo(f"{row.method} {row.path}{query}")
    for name, value in row.headers.items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"\n{body}\n")
    typer.echo(f"{format_seconds(row.created_at)} {row.status} {row.reason}")
    if row.replayed_at is not None:
        again = f"{row.replay_status} {row.replay_reason or 'taken'}"
        typer.echo(f"{format_seconds(row.replayed_at)} {again}")


@app.command("replay")
def replay_(
    entries: Annotated[list[str] | None, typer.Argument(help="Ids, as `list` prints them.")] = None,
    wire: _Wire = None,
    operation: _Operation = None,
    reason: _Reason = None,
    since: _Since = None,
    until: _Until = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also what was taken before: it is stored twice.")
    ] = False,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do refused input again: what is named, or all that is like this and not taken since.

    Exit status 1 when something was refused again.
    """
    dialects, searched = load_dialects(), (wire, operation, reason, since, until)
    if bool(entries) == any(each is not None for each in searched):
        rule = "name entries, or search with --wire, --operation, --reason, --since or --until"
        raise Invalid(message=f"Say what to replay: {rule}.")

    async def work(database: Database) -> list[Replayed]:
        target = await the_project(database, project)
        ids = entries or []
        if not ids:
            span = _span(target, since, until, database.clock())
            wanted = RejectionFilter(wire, operation, reason, *span)
            ids = list(await find_replayable(database, dialects, target, wanted, MOST))
        named = [id_ for id_ in ids if is_id(id_)]
        if len(named) < len(ids):
            raise NotFound(f"There is no refused input {(set(ids) - set(named)).pop()!r}.")
        return await replay(database, dialects, target, named, force=force)

    results = with_database(settings(data), work)
    _print_results(results, as_json)
    if not all(result.settled for result in results):
        raise typer.Exit(1)


def _span(
    project: Project, since: str | None, until: str | None, now: int
) -> tuple[int | None, int | None]:
    zone = project.settings.zone()
    start = None if since is None else read_moment(since, now, zone)
    stop = None if until is None else read_moment(until, now, zone, end=True)
    for name, given, read in (("--since", since, start), ("--until", until, stop)):
        if given is not None and read is None:
            raise Invalid(Problem(Fault.FORMAT, FORMS, name))
    return start, stop


def _told(row: AnyRow) -> tuple[str, str]:
    state = row.kind if row.settled_at is None else "settled"
    return state, " ".join(row.reason.split())[:100]


def _described(row: AnyRow) -> dict[str, Any]:
    def moment(at: int | None) -> str | None:
        return None if at is None else format_seconds(at)

    return {
        "id": row.id,
        "at": moment(row.created_at),
        "dialect": row.dialect,
        "operation": row.operation,
        "kind": row.kind,
        "item": row.item,
        "method": row.method,
        "path": row.path,
        "query": row.query,
        "status": row.status,
        "reason": row.reason,
        "size": row.body_size,
        "whole": row.whole,
        "settled_at": moment(row.settled_at),
        "replayed_at": moment(row.replayed_at),
        "replay_status": row.replay_status,
        "replay_reason": row.replay_reason,
    }


def _print_results(results: Sequence[Replayed], as_json: bool) -> None:
    if as_json:
        print_json(list(results))
        return
    for result in results:
        what = "taken" if result.taken else "not taken"
        typer.echo(f"{result.id} {what}{f': {result.reason}' if result.reason else ''}")
    taken = sum(result.taken for result in results)
    typer.echo(f"{taken} of {len(results)} taken.")
