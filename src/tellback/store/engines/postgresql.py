"""PostgreSQL, by itself or under Citus: many writers, and a network in between.

psycopg turns each value of a statement into a parameter of its own, which costs more than the
value's row does; so many values travel as one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from time import sleep
from typing import Any

import msgspec
from psycopg import Error as PsycopgError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    Table,
    TableValuedAlias,
    event,
    func,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.types import NullType, TypeEngine

from tellback.store.engines import citus
from tellback.store.engines.cluster import NoCluster
from tellback.store.engines.insertion import Insertion, quoted
from tellback.store.schema import Id

#: From this many rows on, COPY is cheaper for the server than one JSON document.
_COPIED = 500
#: The lock that everybody shares who writes to one project only. A number of our own.
_EVERYTHING = 0x7E11BACC
_LOCK = (
    "SELECT pg_advisory_xact_lock_shared(%s), "
    "(SELECT count(pg_advisory_xact_lock(one)) FROM unnest(%s::bigint[]) AS one)"
)
#: The lock of whoever migrates.
_SCHEMA = 0x7E11BACD
_LOCK_ALL = "SELECT pg_advisory_xact_lock(%s)"
_SETTINGS = ("SET timezone TO 'UTC'", "SET client_min_messages TO warning", "SET jit TO off")
#: All that one question reads was there at one moment.
_READING = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
#: How our connections are named among a server's, unless the URL names them.
_OURS = "tellback"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = %s AND pid <> pg_backend_pid()"
)
#: What we do about a server that cannot be reached, unless the URL says otherwise: how long we wait
#: for it to open a connection (s), and to take what we send (ms), and after how many seconds of
#: silence we ask whether it is still there.
_REACHING = {"connect_timeout": 5, "tcp_user_timeout": 20_000, "keepalives_idle": 15}
#: What the server does about a writer that has vanished or stands still, since others wait for its
#: locks: it ends a transaction that goes on with nothing, and asks whether anybody is still there.
#: Neither helps against one that stands still within a message, so nobody waits for it for ever.
_NO_LINGERING = (
    "SET lock_timeout TO '20s'",
    "SET idle_in_transaction_session_timeout TO '15s'",
    "SET tcp_keepalives_idle TO 15",
    "SET tcp_keepalives_interval TO 5",
)
#: How often, and how many seconds apart, is looked for others.
_LOOKS, _BETWEEN = 10, 0.5
#: What the processes of one installation tell each other through.
_CHANNEL = "tellback"
_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_encode = msgspec.json.Encoder().encode


def prepare(engine: Engine, writing: bool) -> None:
    """Have each new connection set up, to write or only to read."""

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _record: Any, _place: Any, options: dict[str, Any]) -> None:
        options.setdefault("fallback_application_name", _OURS)
        for name, value in _REACHING.items():
            options.setdefault(name, value)
        if writing:
            # Not to a standby, as the old server is one after another has taken over.
            options.setdefault("target_session_attrs", "read-write")

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        for statement in _SETTINGS if writing else (*_SETTINGS, _READING):
            connection.execute(statement)
        connection.commit()


def lock(connection: Connection, projects: Collection[str | None]) -> None:
    """Let nobody else write to these projects until the transaction ends.

    In the order of the numbers, so that no two transactions ever wait for each other.
    """
    if None in projects:
        connection.exec_driver_sql(_LOCK_ALL, (_EVERYTHING,))
        return
    numbers = sorted(_number(project) for project in projects if project)
    connection.exec_driver_sql(_LOCK, (_EVERYTHING, numbers))


def release_if_lost(connection: Connection) -> None:
    """Let the server end this connection, and so its locks, where we are not heard of any more."""
    with connection.begin():
        for statement in _NO_LINGERING:
            connection.exec_driver_sql(statement)


def migrate_alone(connection: Connection, lock: int, statement: int) -> None:
    """Be the only one who migrates, until the transaction ends."""
    limits = (
        "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
    )
    connection.exec_driver_sql(limits, (str(lock), str(statement)))
    citus.go_one_by_one(connection)
    connection.exec_driver_sql(_LOCK_ALL, (_SCHEMA,))


def spread(
    connection: Connection, divided: Collection[Table], copied: Collection[Table], *, begin: bool
) -> list[str]:
    """Spread tables over the machines of a cluster, and say which were not yet."""
    if not citus.is_there(connection):
        if begin:
            raise NoCluster(NoCluster.__doc__)
        return []
    done = citus.spread_tables(connection)
    if not done and not begin:
        return []
    return citus.spread(connection, done, divided, copied)


def insert(connection: Connection, insertion: Insertion, rows: Sequence[Sequence[Any]]) -> int:
    """Insert rows; how many went in: a few as one JSON document, many by COPY.

    COPY knows no conflicts: where there may be some, it goes through a temporary table.
    """
    if not rows:
        return 0
    if len(rows) < _COPIED:
        return connection.exec_driver_sql(_document(insertion), (_text(rows),)).rowcount
    if not insertion.tail:
        _copy(connection, insertion.target, rows)
        return len(rows)
    name = insertion.table.name
    staged = quoted([f"new_{name}"])
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} "
        f"(LIKE {quoted([name])} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
    )
    _copy(connection, f"{staged} ({insertion.names})", rows)
    done = connection.exec_driver_sql(_from_staged(insertion, staged)).rowcount
    connection.exec_driver_sql(f"TRUNCATE {staged}")
    return done


def pack(values: Iterable[str | int]) -> str:
    """An array as PostgreSQL writes it."""
    members = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{member}"' for member in members) + "}"


def packed() -> TypeEngine[Any]:
    """Of no type: a parameter is then what it is cast to, and so is read only once.

    A text that is made an array by the statement would be read again for each row that a plan holds
    against it.
    """
    return NullType()


def among(column: str, values: str, kind: TypeEngine[Any]) -> str:
    """That a column has one of the members of an array."""
    known = {Id: "uuid", Integer: "bigint"}
    of = next((name for family, name in known.items() if isinstance(kind, family)), "text")
    return f"{column} = ANY (({values})::{of}[])"


def inserting(table: Table) -> Insert:
    """An INSERT that can say what happens on a conflict."""
    return Insert(table)


def members(array: Any) -> TableValuedAlias:
    """The members of a JSON array as rows of one column, ``value``."""
    return func.jsonb_array_elements_text(array).table_valued("value")


def json_kind(json: Any, name: str) -> ColumnElement[str | None]:
    """One of string, number, boolean, array, object and null."""
    return func.jsonb_typeof(json[name])


def tell(connection: Connection, name: str) -> None:
    """Let every process that listens know a name, in a transaction of its own.

    Not in the one that it tells of: those that tell something commit one after the other.
    """
    with connection.begin():
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (_CHANNEL, name))


def listen(engine: Engine, stopped: Callable[[], bool]) -> Iterator[tuple[str, int]]:
    """The names that are told from now on, each with the number of the connection that told it.

    Blocks; looks twice a second whether it is ``stopped``.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with _told(connection, statement := f"LISTEN {_CHANNEL}"):
            driver.autocommit = True
            driver.execute(statement)
            # What was told before somebody listened is to be looked for now.
            yield "", 0
            while not stopped():
                for notice in driver.notifies(timeout=0.5):
                    yield notice.payload, notice.pid


def number_of(connection: Connection) -> int:
    """The number of a connection, as `listen` gives it."""
    driver: Any = connection.connection.driver_connection
    number: int = driver.info.backend_pid
    return number


def is_away(error: DBAPIError) -> bool:
    """Whether the server is gone, full or stopping; or it, or another's lock, took too long."""
    return isinstance(error, OperationalError) or error.connection_invalidated


def alone(connection: Connection) -> bool:
    """Whether no other process of ours is connected; one that was killed is given a moment."""
    for _ in range(_LOOKS):
        others: int = connection.exec_driver_sql(_OTHERS, (_OURS,)).scalar_one()
        connection.rollback()
        if not others:
            return True
        sleep(_BETWEEN)
    return False


def stores_nul() -> bool:
    """It does not."""
    return False


def by_bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column in the order of its bytes."""
    return column.collate("C")


def loaded(connection: Connection) -> None:
    """Have the planner know now what it would find out in a minute."""
    with connection.begin():
        connection.exec_driver_sql("ANALYZE")


def _copy(connection: Connection, target: str, rows: Sequence[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {target} FROM STDIN"
    with (
        _told(connection, statement),
        driver.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


@contextmanager
def _told(connection: Connection, statement: str) -> Iterator[None]:
    """Have the driver's errors raised as those of everybody else's statements are."""
    driver: Any = connection.connection.driver_connection
    try:
        yield
    except PsycopgError as error:
        gone = bool(driver.broken)
        if gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, PsycopgError, connection_invalidated=gone, dialect=_DIALECT
        ) from error


def _text(rows: Sequence[Sequence[Any]]) -> str:
    return _encode(rows).decode()


@cache
def _from_staged(insertion: Insertion, staged: str) -> str:
    # In the order of the key, as everybody else's.
    order = quoted(column.name for column in insertion.table.primary_key.columns)
    select = f"SELECT {insertion.names} FROM {staged} ORDER BY {order}"
    return f"INSERT INTO {insertion.target} {select} {_tail(insertion)}"


@cache
def _document(insertion: Insertion) -> str:
    members = ", ".join(
        _member(insertion, place, column) for place, column in enumerate(insertion.columns)
    )
    select = f"SELECT {members} FROM jsonb_array_elements(%s::jsonb) AS row"
    return f"INSERT INTO {insertion.target} {select} {_tail(insertion)}"


def _tail(insertion: Insertion) -> str:
    # Without rows to return, Citus counts those that it skipped as well.
    return f"{insertion.tail} RETURNING 1" if insertion.tail else ""


def _member(insertion: Insertion, place: int, column: str) -> str:
    kind = insertion.table.c[column].type
    text = f"(row->>{place})"
    if isinstance(kind, LargeBinary):
        return f"decode({text}, 'base64')"
    return f"{text}::{kind.compile(_DIALECT)}"


def _number(project: str) -> int:
    """The number of a project's lock, from the random part of its id; signed, of 64 bits."""
    number = int(project[16:], 16)
    return number - (1 << 64) if number >> 63 else number
