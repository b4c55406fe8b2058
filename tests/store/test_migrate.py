"""The migrations produce the schema that tables.py declares, and a newer database stops us."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tellback.store.engine import open_engine, sqlite_url
from tellback.store.migrate import SchemaTooNew, fit, migrate
from tellback.store.tables import metadata


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path), writing=True)
    migrate(engine)
    migrate(engine)  # A second time changes nothing.
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_version_stops_the_start(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path), writing=True)
    migrate(engine)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE schema_marks SET serves_from = '9998'"))
    with pytest.raises(SchemaTooNew, match="newer version"):
        fit(engine)
    with pytest.raises(SchemaTooNew, match="newer version"):
        migrate(engine)


def test_the_version_before_goes_on_while_the_next_one_has_migrated(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path), writing=True)
    migrate(engine)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    fit(engine)
    assert migrate(engine).before == "9999"
