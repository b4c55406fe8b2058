"""The migrations produce the schema that tables.py declares, and a newer database stops us."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine as Sql
from sqlalchemy import insert, inspect, select, text

from tellback.app import database_url
from tellback.core.rollup import SLOT
from tellback.store.engine import open_engine
from tellback.store.engines import citus
from tellback.store.engines.cluster import NoCluster
from tellback.store.migrate import SchemaTooNew, fit, migrate
from tellback.store.tables import metadata, webhook_keys
from tests.engines import Engine

KEY = {"project_id": "a" * 32, "id": "b" * 32, "secret": b"secret", "created_at": 1}


@pytest.fixture
def empty(engine: Engine, tmp_path: Path) -> Iterator[Sql]:
    """A database without any table."""
    with new_database(engine, tmp_path / "data") as opened:
        yield opened


@contextmanager
def new_database(engine: Engine, data: Path) -> Iterator[Sql]:
    with engine.without_tables(data) as config:
        config.data.mkdir()
        opened = open_engine(database_url(config), writing=True)
        yield opened
        opened.dispose()


def test_migrations_and_tables_agree(engine: Engine, empty: Sql, tmp_path: Path) -> None:
    migrate(empty)
    migrate(empty)  # A second time changes nothing.
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    with new_database(engine, tmp_path / "declared") as declared:
        metadata.create_all(declared)
        assert schema(empty) == schema(declared)


def schema(database: Sql) -> dict[str, Any]:
    """Everything that the engine itself knows of the tables, but in which order it was made."""
    seen = inspect(database)
    return {
        name: {
            "columns": _by_name(seen.get_columns(name)),
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(each["column_names"] for each in seen.get_unique_constraints(name)),
            "indexes": _by_name(seen.get_indexes(name)),
            "others": (seen.get_foreign_keys(name), seen.get_check_constraints(name)),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def _by_name(described: Sequence[Any]) -> dict[str, Any]:
    return {one["name"]: _plain(one) for one in described}


def _plain(value: Any) -> Any:
    """What can be compared: conditions and types are objects of their own."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return str(value)


def test_a_database_of_a_newer_version_stops_the_start(empty: Sql) -> None:
    migrate(empty)
    with empty.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE schema_marks SET serves_from = '9998'"))
    with pytest.raises(SchemaTooNew, match="newer version"):
        fit(empty)
    with pytest.raises(SchemaTooNew, match="newer version"):
        migrate(empty)


def test_the_version_before_goes_on_while_the_next_one_has_migrated(empty: Sql) -> None:
    migrate(empty)
    with empty.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    fit(empty)
    done = migrate(empty)
    assert (done.before, done.after) == ("9999", "9999"), "nothing was done, and none is claimed"


def test_tables_are_spread_where_there_is_a_cluster(empty: Sql) -> None:
    migrate(empty)
    if not is_cluster(empty):
        with pytest.raises(NoCluster, match="Citus"):
            migrate(empty, distribute=True)
        return
    assert migrate(empty).spread == []  # Nobody has asked for it.
    with empty.connect() as connection, connection.begin():
        connection.execute(insert(webhook_keys).values(KEY))
    assert set(migrate(empty, distribute=True).spread) == set(metadata.tables)
    assert migrate(empty, distribute=True).spread == []
    with empty.connect() as connection:
        assert connection.execute(select(webhook_keys.c.secret)).scalars().all() == [b"secret"]


def test_a_new_table_follows_those_that_are_spread(empty: Sql) -> None:
    if not is_cluster(empty):
        assert migrate(empty).spread == []
        return
    migrate(empty, distribute=True)
    with empty.connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT undistribute_table('webhook_keys')")
    assert migrate(empty).spread == ["webhook_keys"]
    with empty.connect() as connection:
        together = "SELECT count(DISTINCT colocationid) FROM pg_dist_partition WHERE partmethod='h'"
        assert connection.exec_driver_sql(together).scalar() == 1


def is_cluster(database: Sql) -> bool:
    """Whether the tests run on a server with Citus."""
    if database.dialect.name != "postgresql":
        return False
    with database.connect() as connection:
        return citus.is_there(connection)


def test_days_with_dismissals_are_counted_anew(empty: Sql) -> None:
    migrate(empty)
    at = 1_795_000_000_001
    event = {"project_id": "a" * 32, "dialect": "widget", "contact_id": "c" * 32, "created_at": at}
    names = ("$dismissed:x", "$dismissed:x", "$shown:x", "something")
    rows = [event | {"id": str(n) * 32, "name": name} for n, name in enumerate(names)]
    with empty.connect() as connection, connection.begin():
        connection.execute(insert(metadata.tables["events"]), rows)
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
        # What came after it, so that it can come again.
        connection.execute(text("DROP TABLE password_links"))
        connection.execute(text("ALTER TABLE survey_versions DROP COLUMN published_by"))
    migrate(empty)
    with empty.connect() as connection:
        [mark] = connection.execute(select(metadata.tables["rollup_marks"])).all()
    assert (mark.source, mark.taken_by) == ("shown", "")
    assert (mark.start_at, mark.end_at) == (at // SLOT * SLOT, at // SLOT * SLOT + SLOT)
