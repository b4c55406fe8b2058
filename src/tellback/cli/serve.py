"""`tellback serve`."""

import asyncio
import socket
from collections.abc import Callable
from typing import Annotated

import typer
import uvloop

from tellback.app import build_app, open_database
from tellback.cli.context import DataOption, settings
from tellback.config import Config
from tellback.dialects.forgetting import Forgetting
from tellback.logs import configure_logs
from tellback.mail.sender import WAKING, open_worker
from tellback.mail.worker import worker_name
from tellback.server import Role, Sender, listen, run
from tellback.upkeep.rolling import open_roller
from tellback.webhooks.outgoing import WAKING_CHATS, WAKING_COURIER, open_tellers


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    role: Annotated[Role, typer.Option(help="Which parts run in this process.")] = Role.ALL,
    data: DataOption = None,
) -> None:
    """Run Tellback: web server and sender, on the data directory's database."""
    config = settings(data, host=host, port=port)
    configure_logs(config.log_level)
    start(config, role, lambda url: typer.echo(f"Tellback listens on {url}"))


def start(config: Config, role: Role, announce: Callable[[str], None]) -> None:
    """Run until told to stop; ``announce`` gets the URL once the server answers."""
    uvloop.run(_run(config, role, announce))


async def _run(config: Config, role: Role, announce: Callable[[str], None]) -> None:
    listener = listen(config) if role is not Role.WORKER else None
    database = open_database(config)
    database.tell(*WAKING, *WAKING_CHATS, *WAKING_COURIER)
    try:
        url = _url(config, listener)
        base = config.public_url or url or f"http://{config.host}:{config.port}"
        app = build_app(config, database)
        senders: list[Sender] = []
        if role is not Role.WEB:
            senders = [
                open_worker(config, database, base, (Forgetting(database),)),
                *open_tellers(database, app.dialects, base),
                open_roller(database, worker_name()),
            ]
        await run(app, senders, listener, lambda: announce(url or "nothing: it only sends"))
    finally:
        await asyncio.to_thread(database.close)


def _url(config: Config, listener: socket.socket | None) -> str | None:
    if listener is None:
        return None
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"http://{host}:{listener.getsockname()[1]}"
