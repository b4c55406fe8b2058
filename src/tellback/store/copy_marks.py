"""The mark of a database that is being copied into, for as long as that is not finished."""

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select

#: Not one of the schema's: it is there only while a copy is under way. One row.
_unfinished_copy = Table(
    "unfinished_copy", MetaData(), Column("source", Text, nullable=False, primary_key=True)
)


class CopyUnfinished(Exception):
    """This database holds a part of what is copied into it; run the same `tellback copy` again."""


def refuse_unfinished(connection: Connection) -> None:
    """Raise `CopyUnfinished` where the copy into this database is not finished."""
    if unfinished_from(connection) is not None:
        raise CopyUnfinished(CopyUnfinished.__doc__)


def unfinished_from(connection: Connection) -> str | None:
    """What is being copied into this database; None: nothing."""
    if not inspect(connection).has_table(_unfinished_copy.name):
        return None
    source: str = connection.execute(select(_unfinished_copy.c.source)).scalar_one()
    return source


def mark(connection: Connection, source: str) -> None:
    """Say what is being copied into this database from now on."""
    _unfinished_copy.create(connection)
    connection.execute(insert(_unfinished_copy).values(source=source))


def unmark(connection: Connection) -> None:
    """Say that the copy is finished."""
    _unfinished_copy.drop(connection)
