"""`tellback project webhook`: where a project's events are told, and what came of it."""

from typing import Annotated, Any

import typer

from tellback.actions.keep_webhook_keys import KeepWebhookKey, keep_webhook_keys
from tellback.actions.set_settings import SetSetting, set_settings
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
from tellback.core.errors import NotFound
from tellback.core.instants import format_seconds
from tellback.core.model import Project
from tellback.core.webhooks import TEST, write_secret
from tellback.store.database import Database
from tellback.store.ids import new_id
from tellback.store.outgoing_events import list_events
from tellback.store.webhook_keys import live_keys
from tellback.webhooks.message import message
from tellback.webhooks.post import NotPosted, Poster, Reply
from tellback.webhooks.signing import signed_headers

app = typer.Typer(
    help="Where events are told: an address of the project's own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("set")
def set_(
    url: Annotated[str, typer.Argument(help="The address that events are posted to; '' for none.")],
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set the address, and print the secret if it is the first. It is shown only now."""

    async def work(database: Database) -> bytes | None:
        target = await the_project(database, project)
        await database.write_one(set_settings, SetSetting(target.id, "webhook_url", url))
        if not url.strip():
            return None
        return _made(await database.write_one(keep_webhook_keys, KeepWebhookKey(target.id)))

    secret = with_database(settings(data), work)
    if as_json:
        print_json({"url": url.strip(), "secret": _written(secret)})
    elif not url.strip():
        typer.echo("No webhook any more: events are told to nobody.")
    else:
        typer.echo(f"Events are posted to {url.strip()}")
        typer.echo(_said(secret) if secret else "The secret is the one that it had.")


@app.command("rotate")
def rotate(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Make a new secret and print it. The old one signs along for a day."""

    async def work(database: Database) -> bytes | None:
        target = await the_project(database, project)
        job = KeepWebhookKey(target.id, rotate=True)
        return _made(await database.write_one(keep_webhook_keys, job))

    secret = with_database(settings(data), work)
    if as_json:
        print_json({"secret": _written(secret)})
    elif secret:
        typer.echo(_said(secret))


@app.command("show")
def show(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Print the address, and how many secrets sign."""

    async def work(database: Database) -> tuple[Project, int]:
        target = await the_project(database, project)
        return target, len(await database.read(live_keys, target.id, database.clock()))

    target, keys = with_database(settings(data), work)
    url = target.settings.webhook_url
    if as_json:
        print_json({"project": target.slug, "url": url or None, "secrets": keys})
    elif not url:
        typer.echo("No webhook is set: tellback project webhook set URL")
    else:
        typer.echo(f"Events are posted to {url}")
        typer.echo({0: "No secret yet", 1: "One secret signs"}.get(keys, f"{keys} secrets sign"))


@app.command("test")
def try_(
    project: ProjectOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Post a message that is of no event, now, and print what the receiver says.

    Exit status 1 unless it says 2xx.
    """
    reply, error = with_database(settings(data), lambda db: _post(db, project))
    good = reply is not None and 200 <= reply.status < 300
    if as_json:
        print_json(
            {
                "delivered": good,
                "status": reply.status if reply else None,
                "error": error or (reply.said if reply else None) or None,
            }
        )
    elif reply is not None:
        typer.echo(f"It says {reply.status}. {reply.said}".strip())
    else:
        typer.echo(f"Not posted: {error}.")
    if not good:
        raise typer.Exit(1)


@app.command("log")
def log(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=10_000)] = 50,
    project: ProjectOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest events, and what came of telling them."""

    async def work(database: Database) -> Any:
        target = await the_project(database, project)
        return await database.read(list_events, target.id, limit)

    rows = with_database(settings(data), work)
    if as_json:
        print_json([_event(row) for row in rows])
    elif not rows:
        typer.echo("No events.")
    else:
        print_table([_line(row) for row in rows], ("EVENT", "TYPE", "AT", "STATE", "SAID"))


async def _post(database: Database, slug: str | None) -> tuple[Reply | None, str | None]:
    target = await the_project(database, slug)
    url = target.settings.webhook_url
    if not url:
        raise NotFound("No webhook is set.")
    await database.write_one(keep_webhook_keys, KeepWebhookKey(target.id))
    now = database.clock()
    keys = await database.read(live_keys, target.id, now)
    body = message(TEST, now, {"project": target.slug})
    poster = Poster()
    try:
        return await poster.post(url, signed_headers(keys, new_id(), now, body), body), None
    except NotPosted as error:
        return None, str(error)
    finally:
        poster.close()


def _made(key: Any) -> bytes | None:
    return key if isinstance(key, bytes) else None


def _written(secret: bytes | None) -> str | None:
    return None if secret is None else write_secret(secret)


def _said(secret: bytes) -> str:
    return f"Its secret, shown only now: {write_secret(secret)}"


def _event(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "subject": row.subject_id,
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "error": row.error,
        "created_at": format_seconds(row.created_at),
        "settled_at": None if row.settled_at is None else format_seconds(row.settled_at),
        "due_at": format_seconds(row.due_at) if row.settled_at is None else None,
    }


def _line(row: Any) -> tuple[str, ...]:
    said = " ".join(str(part) for part in (row.status, row.error) if part)
    if row.settled_at is None and row.attempts:
        said += f" (attempt {row.attempts}; next after {format_seconds(row.due_at)})"
    return row.id, row.type, format_seconds(row.created_at), row.state, said.strip()
