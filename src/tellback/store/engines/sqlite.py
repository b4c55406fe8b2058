"""SQLite: one file, one writer at a time, and calls that do not leave the process."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from sqlite3 import SQLITE_BUSY, SQLITE_ERROR, SQLITE_IOERR, SQLITE_READONLY, OperationalError
from time import monotonic, sleep
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    TableValuedAlias,
    Text,
    event,
    exc,
    func,
)
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from tellback.store.engines.cluster import NoCluster
from tellback.store.engines.insertion import Insertion

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16384",
)
#: A writer waits only to begin, and for that in a way of its own. What it keeps for a moment is
#: small; what a reader sorts may be anything, and goes to a file once it is more than the cache.
_WRITING = ("PRAGMA busy_timeout=0", "PRAGMA temp_store=MEMORY")
_READING = ("PRAGMA busy_timeout=15000", "PRAGMA query_only=ON")
_BEGIN_WRITING = "BEGIN IMMEDIATE"
#: In seconds: how often, and for how long, it asks for its turn while another process writes.
_NAP, _LONGEST_WAIT = 0.001, 15.0
#: How many rows a statement inserts. The driver lets go of Python's lock once per statement, which
#: costs more than the row itself where another thread is waiting for it.
_ROWS = 32
#: How many ms whoever wants a database alone waits for others to close it.
_PATIENCE = 2_000
#: The driver has one class for these and for what happens to a file.
_OUR_FAULTS = (SQLITE_ERROR, SQLITE_READONLY)
_encode = msgspec.json.Encoder().encode


def prepare(engine: Engine, writing: bool) -> None:
    """Have each new connection set up, to write or only to read."""

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _record: Any, _place: Any, options: dict[str, Any]) -> None:
        # Statements of many rows differ by the number of rows; the driver would keep 128.
        options["cached_statements"] = 256

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # Transactions are begun by us: the driver's own begin is late and cannot be IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *(_WRITING if writing else _READING)):
            cursor.execute(pragma)
        cursor.close()
        # The engine's own knows ASCII only, and a search that ignores case must not.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writing:
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def lock(connection: Connection, projects: Collection[str | None]) -> None:
    """Nothing to do: a transaction that writes is the only one from its beginning."""


def release_if_lost(connection: Connection) -> None:
    """Nothing to do: locks of a file end with their process."""


def migrate_alone(connection: Connection, lock: int, statement: int) -> None:
    """Nothing to do, as for `lock`."""


def spread(
    connection: Connection, divided: Collection[Table], copied: Collection[Table], *, begin: bool
) -> list[str]:
    """A file is on one machine."""
    if begin:
        raise NoCluster(NoCluster.__doc__)
    return []


def insert(connection: Connection, insertion: Insertion, rows: Sequence[Sequence[Any]]) -> int:
    """Insert rows; how many went in: `_ROWS` by each statement, and the rest by one."""
    done, whole = 0, len(rows) - len(rows) % _ROWS
    if whole:
        groups = [_flat(rows[start : start + _ROWS]) for start in range(0, whole, _ROWS)]
        done += connection.exec_driver_sql(_statement(insertion, _ROWS), groups).rowcount
    if rest := rows[whole:]:
        statement = _statement(insertion, len(rest))
        done += connection.exec_driver_sql(statement, _flat(rest)).rowcount
    return done


def pack(values: Iterable[str | int]) -> str:
    """A JSON array."""
    return _encode(list(values)).decode()


def packed() -> TypeEngine[Any]:
    """A text."""
    return Text()


def among(column: str, values: str, kind: TypeEngine[Any]) -> str:
    """That a column has one of the members of an array."""
    return f"{column} IN (SELECT value FROM json_each({values}))"


def inserting(table: Table) -> Insert:
    """An INSERT that can say what happens on a conflict."""
    return Insert(table)


def members(array: Any) -> TableValuedAlias:
    """The members of a JSON array as rows of one column, ``value``."""
    return func.json_each(array).table_valued("value")


def json_kind(json: Any, name: str) -> ColumnElement[str | None]:
    """One of text, integer, real, true, false, array, object and null."""
    return func.json_type(json, f'$."{name}"')


def tell(connection: Connection, name: str) -> None:
    """Nothing to do: other processes look for themselves, every second."""


def listen(engine: Engine, stopped: Callable[[], bool]) -> Iterator[tuple[str, int]]:
    """Nothing is told."""
    return iter(())


def number_of(connection: Connection) -> int:
    """Connections have no numbers."""
    return 0


def is_away(error: DBAPIError) -> bool:
    """Whether the file or its disk failed, or is busy, and not the statement."""
    code = getattr(error.orig, "sqlite_errorcode", SQLITE_IOERR) & 0xFF
    return isinstance(error, exc.OperationalError) and code not in _OUR_FAULTS


def alone(connection: Connection) -> bool:
    """Whether no other process has the database open; keeps others out if so."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={_PATIENCE}")
    driver.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("COMMIT")
    except OperationalError:
        return False
    return True


def stores_nul() -> bool:
    """It does."""
    return True


def by_bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column itself."""
    return column


def loaded(connection: Connection) -> None:
    """Nothing to do: its plans go by the indexes alone."""


def _begin_writing(connection: Connection) -> None:
    """Begin, as soon as no other process writes.

    The engine's own way of waiting naps ever longer, up to a tenth of a second, so that whoever
    has waited long asks seldom, and one of two busy writers starves.
    """
    driver: Any = connection.connection.driver_connection
    deadline = monotonic() + _LONGEST_WAIT
    while monotonic() < deadline:
        try:
            driver.execute(_BEGIN_WRITING)
        except OperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY:
                break
            sleep(_NAP)
        else:
            return
    # Once more, for an error as everybody expects it.
    connection.exec_driver_sql(_BEGIN_WRITING)


def _flat(rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(chain.from_iterable(rows))


@cache
def _statement(insertion: Insertion, rows: int) -> str:
    row = f"({', '.join('?' for _ in insertion.columns)})"
    marks = ", ".join(row for _ in range(rows))
    return f"INSERT INTO {insertion.target} VALUES {marks} {insertion.tail}"


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()
