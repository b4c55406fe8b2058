"""`tellback copy`: a whole database into an empty one."""

import sys
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tellback.cli.context import JsonOption, print_json
from tellback.store.copying import Copy, open_copy
from tellback.store.engine import damage_told
from tellback.store.places import KINDS, existing_url, new_url


def copy(
    source: Annotated[str, typer.Argument(help=f"From where: {KINDS}.")],
    destination: Annotated[str, typer.Argument(help="To where, alike; it must be empty.")],
    as_json: JsonOption = False,
) -> None:
    """Copy everything into an empty database, of the other engine or the same, and compare both.

    Stop all servers first. After an interruption the same command goes on where it was. Exit
    status 1 when the two are not the same at the end.
    """
    urls = existing_url(source), new_url(destination)
    with damage_told(), open_copy(*urls) as under_way:
        seconds = _carry_out(under_way)
    if as_json:
        print_json(_as_dict(under_way, seconds))
    else:
        _print(under_way, seconds)
    if under_way.differing:
        raise typer.Exit(1)


def _carry_out(copy: Copy) -> float:
    """Copy, compare, finish; how many seconds the copying took."""
    began = time.monotonic()
    _follow("Copying  ", copy.copy(), copy.total, copy.arrived)
    seconds = time.monotonic() - began
    _follow("Comparing", copy.compare(), 2 * copy.total)
    if not copy.differing:
        copy.finish()
    return seconds


def _follow(label: str, batches: Iterator[int], length: int, done: int = 0) -> None:
    """Go through the batches, with a bar on a terminal."""
    hidden = not sys.stderr.isatty()
    with typer.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        bar.update(done)
        for rows in batches:
            bar.update(rows)


def _as_dict(copy: Copy, seconds: float) -> dict[str, Any]:
    source, destination = copy.places
    copied = copy.total - copy.arrived
    return {
        "source": source,
        "destination": destination,
        "same": not copy.differing,
        "rows": copy.total,
        "copied": copied,
        "seconds": round(seconds, 1),
        "rows_per_second": round(copied / seconds),
        "replaced": {"count": copy.replaced.count, "places": copy.replaced.places},
        "tables": {
            one.table: {"rows": one.source.rows, "checksum": one.source.text}
            for one in copy.compared
        },
        "differing": copy.differing,
    }


def _print(copy: Copy, seconds: float) -> None:
    source, destination = copy.places
    copied = copy.total - copy.arrived
    typer.echo(
        f"{copied:,} rows in {seconds:.1f} s ({copied / seconds:,.0f} per second), "
        f"{copy.total:,} in all."
    )
    if copy.replaced.count:
        typer.echo(f"{copy.replaced.count} values had the character NUL; it is U+FFFD now:")
        typer.echo("\n".join(f"  {place}" for place in copy.replaced.places))
    if not copy.differing:
        typer.echo(f"{destination} has what {source} has.")
        return
    typer.echo("\n".join(copy.differing), err=True)
    typer.echo(
        "They are not the same, so something was written meanwhile. Empty the destination, and "
        "copy again.",
        err=True,
    )
