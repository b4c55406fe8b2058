"""What the database engines do differently. Nothing else in the program asks which one it is.

Each engine is a module with the functions that `Ways` lists. It is loaded with the first database
of its kind: the driver of a server takes 8 MB, which nobody needs who has a file.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import ColumnElement, Connection, Engine, Table, TableValuedAlias
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from tellback.store.engines.insertion import Insertion

Upsert = SqliteInsert | PostgresqlInsert


class Ways(Protocol):
    """How an engine does what the engines do differently."""

    def prepare(self, engine: Engine, writing: bool) -> None:
        """Have each new connection set up, to write or only to read."""

    def lock(self, connection: Connection, projects: Collection[str | None]) -> None:
        """Let nobody else write to these projects (None: to any) until the transaction ends."""

    def release_if_lost(self, connection: Connection) -> None:
        """Let the engine end a writer's connection, and so its locks, once it is not heard of.

        Outside of a transaction; for short transactions only.
        """

    def migrate_alone(self, connection: Connection, lock: int, statement: int) -> None:
        """Be the only one who migrates, until the transaction ends.

        Waits for a lock and runs a statement that many ms at most; 0: as long as it takes.
        """

    def spread(
        self,
        connection: Connection,
        divided: Collection[Table],
        copied: Collection[Table],
        *,
        begin: bool,
    ) -> list[str]:
        """Spread tables over the machines of a cluster, and say which were not yet.

        ``divided`` are by their first key column, ``copied`` are whole on each. Raises `NoCluster`
        where they cannot be; without ``begin`` nothing is done until others are spread.
        """

    def insert(
        self, connection: Connection, insertion: Insertion, rows: Sequence[Sequence[Any]]
    ) -> int:
        """Insert rows in their stored form; how many went in or were changed."""

    def pack(self, values: Iterable[str | int]) -> str:
        """Values as one bound value, for `among`."""

    def packed(self) -> TypeEngine[Any]:
        """The type as which that value is bound."""

    def among(self, column: str, values: str, kind: TypeEngine[Any]) -> str:
        """That a column, of that type, has one of the values that are packed; as SQL."""

    def inserting(self, table: Table) -> Upsert:
        """An INSERT that can say what happens where a key is there already."""

    def members(self, array: Any) -> TableValuedAlias:
        """The members of a JSON array as rows of one column, ``value``."""

    def json_kind(self, json: Any, name: str) -> ColumnElement[str | None]:
        """What a JSON object's member is, in the engine's words; NULL where it has none."""

    def tell(self, connection: Connection, name: str) -> None:
        """Let the other processes that listen know a name, if the engine can tell them."""

    def listen(self, engine: Engine, stopped: Callable[[], bool]) -> Iterator[tuple[str, int]]:
        """The names that are told, each with the number of its connection; blocks between them.

        The first has no name: from then on nothing is missed. Nothing at all where the engine
        cannot tell.
        """

    def number_of(self, connection: Connection) -> int:
        """The number of a connection, as `listen` gives it."""

    def is_away(self, error: DBAPIError) -> bool:
        """Whether the database could not do its part just now, whatever was asked of it."""

    def alone(self, connection: Connection) -> bool:
        """Whether no other process of ours has the database open; outside of a transaction.

        Where the engine can, it keeps others out until the connection is closed.
        """

    def stores_nul(self) -> bool:
        """Whether a text may have the character NUL."""

    def by_bytes(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A text column that compares as its bytes do, whatever the database's language is."""

    def loaded(self, connection: Connection) -> None:
        """Have the engine look at what many new rows are like; outside of a transaction."""


if TYPE_CHECKING:
    from tellback.store.engines import postgresql, sqlite

    # So that the type checker holds each module against what it is to have.
    _WAYS: Mapping[str, Ways] = {"sqlite": sqlite, "postgresql": postgresql}

ENGINES = frozenset({"sqlite", "postgresql"})


@cache
def ways(name: str) -> Ways:
    """How the engine of that name (SQLAlchemy's) does things."""
    if name not in ENGINES:
        raise KeyError(name)
    return cast(Ways, import_module(f"{__name__}.{name}"))
