"""Every setting of the server, once: name, type, default, what it does. Read here and nowhere else.

Settings come from the environment (``TELLBACK_*``) and, where that is silent, from one TOML file
named by ``TELLBACK_CONFIG``. An unknown or ill-typed setting stops the start.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "TELLBACK_"


class BadSetting(Exception):
    """A setting is unknown or has a wrong value; the message names it and what is allowed."""


def _setting(default: Any, about: str, allowed: str = "") -> Any:
    return field(default=default, metadata={"about": about, "allowed": allowed})


@dataclass(frozen=True, slots=True)
class Config:
    """The server's settings."""

    data: Path = _setting(Path("data"), "directory of the embedded database and the outbox")
    database_url: str = _setting(
        "",
        "the PostgreSQL server; empty: a SQLite file in the data directory",
        "postgresql://user:password@host:port/database",
    )
    replica_url: str = _setting(
        "",
        "a streaming replica of that server, which lists and figures are read from; empty: none",
        "postgresql://user:password@host:port/database",
    )
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8400, "port to listen on", "0 to 65535; 0 takes a free one")
    public_url: str = _setting(
        "", "how browsers and mails reach this server; empty: as the request came", "http(s) URL"
    )
    smtp_url: str = _setting(
        "",
        "where mail goes; empty: files in the data directory's outbox",
        "smtp://user:password@host:port?starttls=auto|required|off or smtps://…",
    )
    mail_from: str = _setting("feedback@localhost", "sender of mails where a project sets none")
    mail_connections: int = _setting(8, "SMTP connections at most", "1 to 100")
    mail_per_second: float = _setting(0.0, "mails per second in all; 0: no limit", "0 or more")
    mail_per_domain_per_second: float = _setting(
        0.0, "mails per second to one recipient domain; 0: no limit", "0 or more"
    )
    bounce_maildir: str = _setting("", "maildir that bounces arrive in; empty: none")
    max_queued_writes: int = _setting(
        20_000, "writes that may wait before callers get 503", "1 or more"
    )
    max_queued_reads: int = _setting(
        200, "reads that may wait or be under way before callers get 503", "1 or more"
    )
    reader_threads: int = _setting(4, "threads that answer reading requests", "1 to 64")
    log_level: str = _setting("info", "what is logged", "debug, info, warning or error")
    log_format: str = _setting(
        "auto", "how; auto: readable on a terminal, else lines of JSON", "auto, json or console"
    )
    operations: str = _setting(
        "",
        "a second place to listen, for health and metrics alone; empty: none",
        "address:port; port 0 takes a free one",
    )
    metrics_token: str = _setting(
        "",
        "bearer token that opens /-/metrics on the public port too; empty: nothing does",
        "16 characters or more",
    )
    otlp_endpoint: str = _setting(
        "",
        "where spans of requests, commits and mails go, by OpenTelemetry over HTTP; empty: nowhere",
        "http(s) URL, such as http://127.0.0.1:4318",
    )
    drain_seconds: float = _setting(
        5.0,
        "how long, once told to stop, requests are still taken while readiness says no",
        "0 to 300",
    )
    trusted_proxies: str = _setting(
        "",
        "your own proxies, whose X-Forwarded-For and -Proto are believed",
        "addresses and networks, separated by commas",
    )

    @property
    def operations_place(self) -> tuple[str, int] | None:
        """The address and port of the second place to listen, if there is one."""
        host, _, port = self.operations.rpartition(":")
        return (host.strip("[]"), int(port)) if self.operations else None

    @property
    def outbox(self) -> Path:
        """Where the file outbox writes."""
        return self.data / "outbox"


def load_config(
    environment: Mapping[str, str], overrides: Mapping[str, Any] | None = None
) -> Config:
    """The settings from the environment, the TOML file it names, and the command line's options.

    Raises `BadSetting` with the setting's name and what is allowed.
    """
    known = {item.name: item for item in fields(Config)}
    values: dict[str, Any] = {}
    file = environment.get(PREFIX + "CONFIG")
    if file:
        values.update(_read_file(Path(file), known))
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name == "config" or name.startswith("test_"):
            continue
        if name not in known:
            raise BadSetting(f"{variable}: unknown setting; known are {_names(known)}")
        values[name] = _convert(variable, known[name].type, text)
    values.update({k: v for k, v in (overrides or {}).items() if v is not None})
    config = Config(**values)
    _check(config)
    return config


def _read_file(path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadSetting(f"{PREFIX}CONFIG: cannot read {path}: {error}") from None
    unknown = table.keys() - known.keys()
    if unknown:
        raise BadSetting(f"{path}: unknown setting {min(unknown)}; known are {_names(known)}")
    return {name: _convert(name, known[name].type, str(value)) for name, value in table.items()}


def _convert(name: str, kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise BadSetting(f"{name}: must be {what}, not {text!r}") from None


def _check(config: Config) -> None:
    _in_range("port", config.port, 0, 65_535)
    _in_range("mail_connections", config.mail_connections, 1, 100)
    _in_range("max_queued_writes", config.max_queued_writes, 1, 10_000_000)
    _check_place("OPERATIONS", config.operations)
    _in_range("drain_seconds", config.drain_seconds, 0, 300)
    _in_range("max_queued_reads", config.max_queued_reads, 1, 1_000_000)
    _in_range("reader_threads", config.reader_threads, 1, 64)
    _in_range("mail_per_second", config.mail_per_second, 0, 1e6)
    _in_range("mail_per_domain_per_second", config.mail_per_domain_per_second, 0, 1e6)
    if config.log_level not in {"debug", "info", "warning", "error"}:
        raise BadSetting(f"{PREFIX}LOG_LEVEL: must be debug, info, warning or error")
    _check_url("DATABASE_URL", config.database_url, {"postgresql", "postgres"}, remote=False)
    if config.log_format not in {"auto", "json", "console"}:
        raise BadSetting(f"{PREFIX}LOG_FORMAT: must be auto, json or console")
    if config.metrics_token and len(config.metrics_token) < 16:
        raise BadSetting(f"{PREFIX}METRICS_TOKEN: must have 16 characters or more")
    _check_url("REPLICA_URL", config.replica_url, {"postgresql", "postgres"}, remote=False)
    if config.replica_url and not config.database_url:
        raise BadSetting(f"{PREFIX}REPLICA_URL: needs {PREFIX}DATABASE_URL, whose replica it is")
    _check_url("PUBLIC_URL", config.public_url, {"http", "https"})
    _check_url("OTLP_ENDPOINT", config.otlp_endpoint, {"http", "https"})
    _check_url("SMTP_URL", config.smtp_url, {"smtp", "smtps"})
    _check_proxies(config.trusted_proxies)


def _in_range(name: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise BadSetting(f"{PREFIX}{name.upper()}: must be from {lowest:g} to {highest:g}")


def _check_proxies(proxies: str) -> None:
    try:
        for proxy in filter(None, proxies.split(",")):
            ip_network(proxy.strip())
    except ValueError:
        allowed = "must be addresses or networks, separated by commas"
        raise BadSetting(f"{PREFIX}TRUSTED_PROXIES: {allowed}") from None


def _check_place(name: str, place: str) -> None:
    host, _, port = place.rpartition(":")
    sound = bool(host) and port.isascii() and port.isdigit() and int(port) <= 65_535
    if place and not sound:
        raise BadSetting(f"{PREFIX}{name}: must be an address and a port, such as 127.0.0.1:8401")


def _check_url(name: str, url: str, schemes: set[str], remote: bool = True) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        valid = parts.scheme in schemes and "://" in url and parts.port != 0
        # A database may be reached through a socket in the file system.
        valid = valid and (bool(parts.hostname) or not remote)
    except ValueError:
        valid = False
    if not valid or url != url.strip():
        raise BadSetting(f"{PREFIX}{name}: must be a URL with {' or '.join(sorted(schemes))}://")


def _names(known: Mapping[str, Any]) -> str:
    return ", ".join(sorted(PREFIX + name.upper() for name in known))
