"""Opening engines. What differs between them stands in `store.engines`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from tellback.store.engines import ways


class DatabaseUnusable(Exception):
    """The database cannot be opened or read, for a reason that lies with it."""


def database_file(data: Path) -> Path:
    """The embedded database in a data directory."""
    return data / "tellback.db"


def sqlite_url(data: Path) -> str:
    """The URL of the embedded database in a data directory."""
    return f"sqlite:///{database_file(data)}"


def is_embedded(engine: Engine) -> bool:
    """Whether the database is a file of ours, which nobody else looks after."""
    return engine.dialect.name == "sqlite"


@contextmanager
def damage_told() -> Iterator[None]:
    """Raise `DatabaseUnusable` where the database is at fault, and not what was asked of it.

    For a damaged file the driver has no class of its own: it raises the bare one that the others
    come from. A server that is gone makes the connection invalid.
    """
    try:
        yield
    except DatabaseError as error:
        gone = isinstance(error, OperationalError) and error.connection_invalidated
        if type(error) is not DatabaseError and not gone:
            raise
        raise DatabaseUnusable(f"The database cannot be read: {error.orig}.") from error


def open_engine(url: str, *, writing: bool) -> Engine:
    """An engine whose connections are opened by the thread that uses them."""
    engine = create_engine(
        _with_driver(make_url(url)),
        poolclass=NullPool,
        # An error's text goes to the log, where no person's data belongs.
        hide_parameters=True,
        json_serializer=_encode_json,
        json_deserializer=msgspec.json.decode,
    )
    ways(engine.dialect.name).prepare(engine, writing)
    return engine


def _with_driver(url: URL) -> URL:
    """A PostgreSQL URL as everybody writes it, with the driver that we have."""
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
