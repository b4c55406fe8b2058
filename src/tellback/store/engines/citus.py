"""Citus: PostgreSQL with tables that are spread over machines by one of their columns.

Rows of one project are on one machine, in all tables. The few tables that are not projects' have a
copy on every machine.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Table

_THERE = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"
_SPREAD = (
    "SELECT relname FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid "
    "WHERE pg_table_is_visible(logicalrelid)"
)
#: Whatever is done to many parts of tables comes one after the other, over one connection to each
#: machine: otherwise a transaction that has changed one table could not spread another.
_ONE_BY_ONE = "SELECT set_config('citus.multi_shard_modify_mode', 'sequential', true)"
_COPY_EVERYWHERE = "SELECT create_reference_table(%s)"
_DIVIDE = "SELECT create_distributed_table(%s, %s, colocate_with => %s)"
#: What was in a table before is still there, where nobody looks any more.
_FREE = "SELECT truncate_local_data_after_distributing_table(%s)"


def is_there(connection: Connection) -> bool:
    """Whether the database has Citus."""
    return bool(connection.exec_driver_sql(_THERE).scalar())


def spread_tables(connection: Connection) -> set[str]:
    """The tables that are spread already."""
    return set(connection.exec_driver_sql(_SPREAD).scalars())


def go_one_by_one(connection: Connection) -> None:
    """Until the transaction ends, change one part of a table after the other."""
    connection.exec_driver_sql(_ONE_BY_ONE)


def spread(
    connection: Connection, done: Collection[str], divided: Iterable[Table], copied: Iterable[Table]
) -> list[str]:
    """Spread the tables that are not ``done``, and say which: by their first key column, or whole.

    All rows that have the same value in that column are on the same machine.
    """
    new = []
    neighbours = [table.name for table in divided if table.name in done]
    for table in (table for table in copied if table.name not in done):
        connection.exec_driver_sql(_COPY_EVERYWHERE, (table.name,))
        new.append(table.name)
    for table in (table for table in divided if table.name not in done):
        column = next(iter(table.primary_key.columns)).name
        beside = neighbours[0] if neighbours else "none"
        connection.exec_driver_sql(_DIVIDE, (table.name, column, beside))
        neighbours.append(table.name)
        new.append(table.name)
    for name in new:
        connection.exec_driver_sql(_FREE, (name,))
    return new
