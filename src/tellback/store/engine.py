"""Engines, and what each database engine needs said to it. The differences stand only here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16384",
)


class DatabaseUnusable(Exception):
    """The database cannot be opened or read, for a reason that lies in its files."""


def database_file(data: Path) -> Path:
    """The embedded database in a data directory."""
    return data / "tellback.db"


def sqlite_url(data: Path) -> str:
    """The URL of the embedded database in a data directory."""
    return f"sqlite:///{database_file(data)}"


@contextmanager
def damage_told() -> Iterator[None]:
    """Raise `DatabaseUnusable` where the database's file is at fault, and not what was asked of it.

    For that the driver has no class of its own: it raises the bare one that the others come from.
    """
    try:
        yield
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise DatabaseUnusable(f"The database cannot be read: {error.orig}.") from error


def open_engine(url: str, *, writing: bool) -> Engine:
    """An engine whose connections are opened by the thread that uses them."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        # An error's text goes to the log, where no person's data belongs.
        hide_parameters=True,
        json_serializer=_encode_json,
        json_deserializer=msgspec.json.decode,
    )
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, writing)
    return engine


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


def _prepare_sqlite(engine: Engine, writing: bool) -> None:
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _record: Any, _place: Any, options: dict[str, Any]) -> None:
        # Statements of many rows differ by the number of rows; the driver would keep 128.
        options["cached_statements"] = 256

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # Transactions are begun by us: the driver's own begin is late and cannot be IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS if writing else (*_PRAGMAS, "PRAGMA query_only=ON"):
            cursor.execute(pragma)
        cursor.close()
        # The engine's own knows ASCII only, and a search that ignores case must not.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
