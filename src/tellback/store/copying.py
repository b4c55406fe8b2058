"""Copying a whole database into an empty one, of the same engine or of another.

Table by table, in the order of the keys, each batch in a transaction of its own. So the greatest
key that has arrived says where to go on, and nothing else has to be kept: whoever is killed at any
moment begins again. What is copied is compared at the end, and until then the destination is
marked: a server does not start on it. Nobody writes to the source meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, Text, func, select, tuple_
from sqlalchemy.exc import DBAPIError

from tellback.store.across import across_projects
from tellback.store.checksums import Checksum, all_rows, batch, readable
from tellback.store.copy_marks import mark, unfinished_from, unmark
from tellback.store.engine import open_engine
from tellback.store.engines import ways
from tellback.store.migrate import check_usable, migrate, revisions
from tellback.store.nuls import NulInKey, Replacements, without_nul
from tellback.store.places import place_of
from tellback.store.rows import insert_rows
from tellback.store.schema import metadata
from tellback.store.tables import schema_marks


class CannotCopy(Exception):
    """This cannot be copied there."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A table's rows at the source and at the destination."""

    table: str
    source: Checksum
    destination: Checksum

    @property
    def same(self) -> bool:
        """Whether they are the same rows."""
        return self.source == self.destination

    @property
    def difference(self) -> str:
        """What is not the same."""
        return (
            f"{self.table}: {self.source.rows} rows {self.source.text} at the source, "
            f"{self.destination.rows} rows {self.destination.text} at the destination"
        )


@dataclass(slots=True)
class Copy:
    """A copy under way: `copy` all of it, then `compare`, and if all is the same, `finish`.

    The first two say after each batch how many rows it had.
    """

    source: Connection
    destination: Connection
    #: Rows of the source.
    total: int = 0
    #: Rows that were there already, from a copy that was interrupted.
    arrived: int = 0
    replaced: Replacements = field(default_factory=Replacements)
    compared: list[Compared] = field(default_factory=list)

    @property
    def places(self) -> tuple[str, str]:
        """Where the source and the destination are."""
        return place_of(self.source.engine.url), place_of(self.destination.engine.url)

    @property
    def differing(self) -> list[str]:
        """What was not the same, table by table."""
        return [one.difference for one in self.compared if not one.same]

    def count(self) -> None:
        """Find out how much there is to do."""
        self.total = sum(_count(self.source, table) for table in _tables())
        with _writing(self.destination):
            self.arrived = sum(_count(self.destination, table) for table in _tables())

    def copy(self) -> Iterator[int]:
        """Copy what is not there yet."""
        for table in _tables():
            columns = tuple(table.c.keys())
            for rows in self._missing(table):
                stored = self._storable(table, rows, self.replaced)
                with _told(table), _writing(self.destination):
                    insert_rows(self.destination, table, columns, stored)
                yield len(rows)

    def compare(self) -> Iterator[int]:
        """Compare all rows of both; `compared` has the result."""
        for table in _tables():
            ours, theirs = Checksum(), Checksum()
            for rows in all_rows(self.source, table):
                # What had to be replaced is expected to be so.
                ours.add(table, self._storable(table, rows, Replacements()))
                yield len(rows)
            with self.destination.begin():
                for rows in all_rows(self.destination, table):
                    theirs.add(table, rows)
                    yield len(rows)
            self.compared.append(Compared(table.name, ours, theirs))

    def finish(self) -> None:
        """Let the destination be used."""
        with _writing(self.destination):
            unmark(self.destination)
        ways(self.destination.dialect.name).loaded(self.destination)

    def _missing(self, table: Table) -> Iterator[list[tuple[Any, ...]]]:
        key = _key(self.source, table)
        statement = across_projects(select(*readable(table)).order_by(*key))
        if last := self._last(table):
            statement = statement.where(tuple_(*key) > last)
        options = {"yield_per": batch(table)}
        with self.source.execute(statement, execution_options=options) as result:
            for rows in result.partitions():
                yield [tuple(row) for row in rows]

    def _last(self, table: Table) -> tuple[Any, ...] | None:
        """The greatest key that has arrived."""
        order = [column.desc() for column in _key(self.destination, table)]
        statement = across_projects(select(*table.primary_key).order_by(*order).limit(1))
        with _writing(self.destination):
            row = self.destination.execute(statement).first()
        return None if row is None else tuple(row)

    def _storable(
        self, table: Table, rows: list[tuple[Any, ...]], noted: Replacements
    ) -> list[tuple[Any, ...]]:
        if ways(self.destination.dialect.name).stores_nul():
            return rows
        try:
            return without_nul(table, rows, noted)
        except NulInKey as error:
            raise CannotCopy(str(error)) from error


@contextmanager
def open_copy(source: str, destination: str) -> Iterator[Copy]:
    """A copy from one URL to another that may begin, or go on where it was interrupted.

    Raises `CannotCopy` where it may not, `DatabaseUnusable` and `DatabaseBusy`.
    """
    here, there = (open_engine(url, writing=True) for url in (source, destination))
    place = place_of(here.url)
    if place == place_of(there.url):
        raise CannotCopy("The source is the destination.")
    check_usable(here)
    with here.connect() as reading:
        _expect_alone(reading)
        with _writing(reading):
            _expect_this_schema(reading)
            _prepare(there)
            with there.connect() as writing:
                _expect_alone(writing)
                _admit(writing, place)
                copy = Copy(reading, writing)
                copy.count()
                yield copy


def _prepare(engine: Engine) -> None:
    check_usable(engine)
    with engine.connect() as connection, connection.begin():
        empty = revisions(connection)[0] is None
    if empty:
        migrate(engine)
    with engine.connect() as connection, connection.begin():
        _expect_this_schema(connection)


def _expect_this_schema(connection: Connection) -> None:
    place = place_of(connection.engine.url)
    current, newest = revisions(connection)
    if current is None:
        raise CannotCopy(f"There is no Tellback database in {place}.")
    if current != newest:
        raise CannotCopy(
            f"{place} has the schema {current}, and this version copies {newest}: run `tellback "
            "migrate` on it, or the version that it belongs to."
        )


def _expect_alone(connection: Connection) -> None:
    if not ways(connection.dialect.name).alone(connection):
        raise CannotCopy(f"{place_of(connection.engine.url)} is in use: stop its servers first.")


def _admit(connection: Connection, source: str) -> None:
    """Mark an empty destination; refuse one with data that are not from this source."""
    with _writing(connection):
        begun = unfinished_from(connection)
        if begun is None:
            _expect_empty(connection)
            mark(connection, source)
        elif begun != source:
            raise CannotCopy(f"The destination holds a part of {begun}, and nothing else may come.")


def _expect_empty(connection: Connection) -> None:
    for table in _tables():
        some = across_projects(select(*table.primary_key).limit(1))
        if connection.execute(some).first() is not None:
            raise CannotCopy(f"The destination is not empty: there are {table.name}.")


@contextmanager
def _writing(connection: Connection) -> Iterator[None]:
    """A transaction in which nobody else writes to anything.

    Also not what a copy has left that was killed in its commit.
    """
    with connection.begin():
        ways(connection.dialect.name).lock(connection, [None])
        yield


@contextmanager
def _told(table: Table) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise CannotCopy(f"{table.name}: {error.orig}") from error


def _tables() -> list[Table]:
    """All tables but that which the migrations fill."""
    return [table for table in metadata.sorted_tables if table is not schema_marks]


def _key(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """A table's key, in an order that all engines have."""
    by_bytes = ways(connection.dialect.name).by_bytes
    return [by_bytes(part) if isinstance(part.type, Text) else part for part in table.primary_key]


def _count(connection: Connection, table: Table) -> int:
    statement = across_projects(select(func.count()).select_from(table))
    return connection.execute(statement).scalar_one()
