"""The one place where the web application is put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tellback.config import PREFIX as SETTINGS
from tellback.config import BadSetting, Config
from tellback.dialects.contract import Dialect
from tellback.dialects.ingress import Ingress
from tellback.dialects.native import NAME as API
from tellback.dialects.native import WIDGET
from tellback.dialects.registry import load_dialects
from tellback.store.database import Database
from tellback.store.engine import sqlite_url
from tellback.store.ids import new_id
from tellback.store.migrate import fit
from tellback.telemetry.pace import Pace
from tellback.telemetry.requests import Telemetry, Told
from tellback.web.api.application import Api
from tellback.web.api.operations import PREFIX
from tellback.web.bounces import take_bounce
from tellback.web.dashboard.router import build_dashboard
from tellback.web.monitor.application import PATHS, Monitor
from tellback.web.monitor.health import Health
from tellback.web.monitor.metrics import Metrics
from tellback.web.news import News
from tellback.web.pages import Site, build_pages
from tellback.web.respond.errors import ERROR_PAGES
from tellback.web.respond.routes import HANDLERS as RESPONDENT_PAGES
from tellback.web.widget.application import Widget, is_widget


@dataclass(frozen=True, slots=True)
class App:
    """An ASGI application: our own API, widget and pages under ``/-/``, elsewhere the dialects.

    They are told apart here and not by the pages' framework, which would rewrite the path that
    a wire's routes depend on and costs the hot path time.
    """

    config: Config
    database: Database
    dialects: Mapping[str, Dialect]
    ingress: Ingress
    api: Any
    widget: Any
    pages: Any
    health: Health
    monitor: Monitor
    telemetry: Telemetry
    pace: Pace
    news: News

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, or the server's life-cycle messages."""
        await self._part(scope)(scope, receive, send)

    def _part(self, scope: Any) -> Any:
        if scope["type"] == "http" and is_widget(scope["path"]):
            return self.widget
        if scope["type"] != "http" or _is_page(scope["path"]):
            return self.monitor if scope.get("path") in PATHS else self.pages
        return self.api if _is_api(scope["path"]) else self.ingress


def open_telemetry(config: Config) -> Telemetry:
    """Where a server tells what it does. The caller closes it.

    Raises BadSetting where spans are asked for and what makes them is not installed.
    """
    log_all = config.log_level == "debug"
    if not config.otlp_endpoint:
        return Telemetry(log_all=log_all)
    try:
        spans = import_module("tellback.telemetry.spans")
    except ModuleNotFoundError as error:
        how = f"needs {error.name}; pip install 'tellback[otel]'"
        raise BadSetting(f"{SETTINGS}OTLP_ENDPOINT: {how}") from None
    telemetry: Telemetry = spans.open_spans(config.otlp_endpoint, log_all)
    return telemetry


def open_database(config: Config, telemetry: Telemetry | None = None) -> Database:
    """The database of the settings, with a schema that this program works with.

    An embedded one is made if needed and migrated.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    database = Database(
        database_url(config),
        max_queued=config.max_queued_writes,
        max_reading=config.max_queued_reads,
        readers=config.reader_threads,
        replica_url=config.replica_url,
        telemetry=telemetry,
    )
    try:
        fit(database.engine)
    except Exception:
        database.close()
        raise
    return database


def database_url(config: Config) -> str:
    """Where the database is: the one in the settings, or the embedded one."""
    return config.database_url or sqlite_url(config.data)


def build_app(
    config: Config, database: Database, dialects: Mapping[str, Dialect] | None = None
) -> App:
    """The application on an open database. The caller closes the database."""
    dialects = load_dialects() if dialects is None else dialects
    telemetry = database.telemetry
    pace = Pace(lambda: database.waiting()[1])
    site = Site(config, database, dialects, pace)
    handlers = [take_bounce, *RESPONDENT_PAGES, build_dashboard(site)]
    pages = build_pages(site, handlers, ERROR_PAGES)
    health = Health(database)
    return App(
        config=config,
        database=database,
        dialects=dialects,
        ingress=Ingress(dialects, database, config.public_url or None, telemetry, pace),
        api=Told(Api(database, dialects, telemetry, pace), API, telemetry, new_id),
        widget=Told(Widget(database, telemetry, pace), WIDGET, telemetry, new_id),
        pages=Told(pages, "pages", telemetry, new_id),
        health=health,
        monitor=Monitor(health, Metrics(database, telemetry.figures), config.metrics_token),
        telemetry=telemetry,
        pace=pace,
        news=site.news,
    )


def _is_api(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _is_page(path: str) -> bool:
    # No file has a NUL in its name, and the pages' framework fails on one.
    ours = path in ("/", "/-") or path.startswith("/-/")
    return ours and "\0" not in path and not _is_api(path)
