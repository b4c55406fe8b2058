"""`tellback demo`: a running Tellback with a project, its keys, mails in files, and a user."""

import asyncio
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from tellback.actions.record_conversations import record_conversations
from tellback.actions.request_invitations import request_invitations
from tellback.app import open_database
from tellback.cli.context import DataOption, settings
from tellback.cli.sample import fill
from tellback.cli.serve import start
from tellback.cli.shop_surveys import publish
from tellback.config import Config
from tellback.core.commands import RequestInvitation
from tellback.core.conversations import RecordConversation
from tellback.core.model import ContactKey, Identity, Transaction
from tellback.core.settings import ProjectSettings
from tellback.dialects.native import NAME as NATIVE
from tellback.dialects.native import WIDGET, WIDGET_KEY, WIDGET_TITLE, widget_snippet
from tellback.dialects.provision import NewProject, make_project
from tellback.dialects.registry import load_dialects
from tellback.logs import configure_logs
from tellback.server import Role
from tellback.store.database import Database
from tellback.store.ids import new_id, now_ms
from tellback.store.projects import find_project
from tellback.web.dashboard.accounts import make_user

_EMAIL = "demo@example.com"
#: Whose chat is over, for the wires that send surveys to such.
_CLIENT = "demo-client"
_ASKED = ("ada@example.com", "grace@example.org", "alan@example.net")


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo prints: a project's keys, and who may sign in."""

    slug: str
    credentials: dict[str, Any]
    email: str
    password: str


def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: DataOption = None,
) -> None:
    """Try Tellback: everything on one machine, mails go to files. Ctrl-C stops it."""
    config = settings(data, host=host, port=port)
    if data is None:
        config = replace(config, data=config.data / "demo")
    # The demo must never send real mail, whatever the environment says.
    config = replace(config, smtp_url="", log_level="warning", drain_seconds=0)
    configure_logs(config.log_level, config.log_format)
    made = asyncio.run(_prepare(config))
    start(config, Role.ALL, lambda url: _announce(url, made, config.data))


async def _prepare(config: Config) -> Demo:
    database = open_database(config)
    try:
        return _recall(config) or await _make(config, database)
    finally:
        await asyncio.to_thread(database.close)


def _notes(config: Config) -> Path:
    """Where the demo's keys are kept in the clear, since a demo is started again."""
    return config.data / "demo.json"


def _recall(config: Config) -> Demo | None:
    try:
        return Demo(**json.loads(_notes(config).read_text()))
    except (OSError, ValueError, TypeError):
        return None


async def _make(config: Config, database: Database) -> Demo:
    # Whoever tries the same curl twice should get two mails, so nobody is throttled here.
    free = ProjectSettings(
        throttle_per_day=None,
        throttle_per_week=None,
        throttle_per_month=None,
        allow_force=True,
    )
    name = "Demo shop"
    if await database.read(find_project, "demo-shop"):
        name = f"Demo shop {secrets.token_hex(2)}"
    made = await make_project(database, load_dialects(), name, free)
    email, password = _EMAIL, secrets.token_urlsafe(9)
    if name != "Demo shop":
        email = f"demo-{made.project.slug[-4:]}@example.com"
    await make_user(database, email, password, "owner", [made.project.slug])
    await _ask_somebody(database, made)
    await _talk_to_somebody(database, made)
    await publish(database, made.project)
    await fill(database, made.project, list(load_dialects().values()), now_ms())
    demo = Demo(made.project.slug, _plain(made.credentials), email, password)
    notes = _notes(config)
    notes.touch(mode=0o600)
    notes.write_text(json.dumps({name: getattr(demo, name) for name in Demo.__slots__}))
    return demo


async def _ask_somebody(database: Database, made: NewProject) -> None:
    """Request a few invitations, so that the outbox has mails to open."""
    asking = next(d.name for d in load_dialects().values() if "ask_by_email" in d.capabilities)
    request_id, now = new_id(), now_ms()
    jobs = [
        (
            made.project,
            RequestInvitation(
                dialect=asking,
                request_id=request_id,
                address=address,
                reference=f"demo-{number}",
                transaction=Transaction(f"demo-{number}", now, round(19.9 * number, 2), "EUR"),
            ),
        )
        for number, address in enumerate(_ASKED, start=1)
    ]
    await database.write(request_invitations, jobs)


async def _talk_to_somebody(database: Database, made: NewProject) -> None:
    """Record a chat that is over."""
    chat = RecordConversation(
        dialect=NATIVE,
        reference="demo-1",
        contact=ContactKey(Identity.EXTERNAL, _CLIENT),
        traits={"name": "Dana Demo"},
        channel="web",
        is_open=False,
    )
    await database.write_one(record_conversations, (made.project, chat))


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _announce(url: str, demo: Demo, data: Path) -> None:
    typer.echo(f"\nTellback demo is running on {url}  (data in {data}; mails go to files there)\n")
    typer.echo(f"  A chat of the client {_CLIENT} is over: the chat wires can send surveys to it.")
    typer.echo("  Throttles are lifted in the demo's project: nobody is asked too often here.\n")
    for name, dialect in load_dialects().items():
        if name in demo.credentials:
            held = demo.credentials[name]
            _print_wire(dialect.title, held, dialect.example(url, held))
    if own := demo.credentials.get(NATIVE):
        key = own["read_key"]
        example = f"curl {url}/-/api/contacts -H 'Authorization: Bearer {key}'"
        _print_wire("Tellback's own API", own, example)
    if widget := demo.credentials.get(WIDGET):
        _print_wire(WIDGET_TITLE, widget, widget_snippet(url, widget[WIDGET_KEY.name]))
    # Last, where a terminal still shows it.
    typer.echo("What customers have said so far is made up, so that there is something to see.\n")
    typer.echo(f"  Open      {url}/-/p/{demo.slug}/")
    typer.echo(f"  Sign in   {demo.email}  with the password  {demo.password}")
    typer.echo("  Then      open a mail in the outbox, click an answer, and see the score move.")
    typer.echo(f"  Widget    {url}/-/p/{demo.slug}/widget  shows it in a made-up shop.\n")
    typer.echo("Ctrl-C stops it.")


def _print_wire(title: str, credentials: dict[str, Any], example: str) -> None:
    typer.echo(title)
    shown = {key: str(value) for key, value in credentials.items() if isinstance(value, str | int)}
    width = max(map(len, shown), default=0)
    for key, value in shown.items():
        typer.echo(f"  {key:<{width}}  {value}")
    typer.echo("\n" + "\n".join(f"  {line}" for line in example.splitlines()) + "\n")
