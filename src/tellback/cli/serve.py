"""`tellback serve`."""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from typing import Annotated

import structlog
import typer
import uvloop

from tellback.app import build_app, open_database, open_telemetry
from tellback.cli.context import DataOption, settings
from tellback.config import Config
from tellback.logs import configure_logs
from tellback.mail.sender import WAKING, open_worker
from tellback.mail.worker import worker_name
from tellback.server import Role, Sender, open_listeners, run
from tellback.systemd import Supervisor, load_supervisor
from tellback.upkeep.pruning import open_pruner
from tellback.upkeep.rolling import open_roller
from tellback.webhooks.outgoing import WAKING_CHATS, WAKING_COURIER, open_tellers

log = structlog.get_logger()


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    role: Annotated[Role, typer.Option(help="Which parts run in this process.")] = Role.ALL,
    data: DataOption = None,
) -> None:
    """Run Tellback: web server and sender, on the data directory's database."""
    config = settings(data, host=host, port=port)
    configure_logs(config.log_level, config.log_format)
    start(config, role, lambda url: typer.echo(f"Tellback listens on {url}"))


def start(config: Config, role: Role, announce: Callable[[str], None]) -> None:
    """Run until told to stop; ``announce`` gets the URL once the server answers."""
    supervisor = load_supervisor(os.environ, os.getpid())
    uvloop.run(_run(config, role, supervisor, announce))


async def _run(
    config: Config, role: Role, supervisor: Supervisor, announce: Callable[[str], None]
) -> None:
    listeners = open_listeners(config, role, supervisor)
    telemetry = open_telemetry(config)
    database = open_database(config, telemetry)
    database.tell(*WAKING, *WAKING_CHATS, *WAKING_COURIER)
    try:
        url = _url(listeners.public)
        base = config.public_url or url or f"http://{config.host}:{config.port}"
        app = build_app(config, database)
        senders: list[Sender] = []
        if role is not Role.WEB:
            senders = [
                open_worker(config, database, base),
                *open_tellers(database, app.dialects, base),
                open_roller(database, worker_name()),
                open_pruner(database),
            ]
        said = url or "nothing: it only sends"
        if seen := _url(listeners.operations):
            log.info("operations", url=seen)
        await run(app, senders, listeners, lambda: announce(said), supervisor)
    finally:
        await asyncio.to_thread(database.close)
        await asyncio.to_thread(telemetry.close)


def _url(listeners: Sequence[socket.socket]) -> str | None:
    for listener in listeners:
        if listener.family in (socket.AF_INET, socket.AF_INET6):
            host, port = listener.getsockname()[:2]
            return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return None
