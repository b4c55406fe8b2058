"""What every table is made of: the metadata that they join, ids, JSON, and the tenant's key."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    JSON,
    Column,
    Dialect,
    Index,
    MetaData,
    Table,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

metadata = MetaData()
_SHARED = "shared"


class Id(TypeDecorator[str]):
    """32 hex digits in Python; the native UUID where the engine has one."""

    impl = CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`uuid` on PostgreSQL, `CHAR(32)` elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=True))
        return dialect.type_descriptor(CHAR(32))

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """32 hex digits; where the engine has UUIDs, the driver makes objects of them."""
        return value.hex if isinstance(value, UUID) else value


Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
#: JSON that comes back in the order in which its author wrote it.
OrderedJson = JSON(none_as_null=True)


def tenant(name: str, *columns: Any) -> Table:
    """A table whose primary key is (project_id, id)."""
    return Table(
        name,
        metadata,
        Column("project_id", Id, primary_key=True),
        Column("id", Id, primary_key=True),
        *columns,
    )


def shared(name: str, *columns: Any) -> Table:
    """A small table that is no single project's: every machine of a cluster has a copy of it."""
    return Table(name, metadata, *columns, info={_SHARED: True})


def is_shared(table: Table) -> bool:
    """Whether a table is declared as no single project's."""
    return bool(table.info.get(_SHARED))


def is_tenant(table: Table) -> bool:
    """Whether a table's rows are projects', and lie where their project lies: its key says whose.

    Every table is either this or `shared`.
    """
    return not is_shared(table) and next(iter(table.primary_key.columns)).name == "project_id"


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows of which ``where`` holds."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
