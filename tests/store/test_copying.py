"""Copies from the embedded database to any other and back: all of it, however often begun."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, text, update

from tellback.app import database_url, open_database
from tellback.config import Config
from tellback.store.copy_marks import CopyUnfinished
from tellback.store.copying import CannotCopy, Copy, open_copy
from tellback.store.engine import open_engine, sqlite_url
from tellback.store.engines import postgresql, sqlite, ways
from tellback.store.migrate import migrate
from tellback.store.rows import insert_rows
from tellback.store.tables import (
    contact_identities,
    contacts,
    invitations,
    kept_replies,
    responses,
    suppressions,
)
from tests.engines import Engine

SHOP, OTHER = "0" * 31 + "a", "f" * 32
SURVEY = "5" * 32
#: More than a batch, in an order that is not the key's.
PEOPLE = [f"{number * 7919 % 10007:032x}" for number in range(1, 5_101)]
TABLES = (contact_identities, contacts, invitations, kept_replies, responses, suppressions)


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    engine = open_engine(url, writing=True)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


@pytest.fixture
def source(tmp_path: Path) -> str:
    """An embedded database with a little of every kind of value."""
    (tmp_path / "source").mkdir()
    url = sqlite_url(tmp_path / "source")
    migrate(open_engine(url, writing=True))
    with writing(url) as connection:
        for table, rows in _rows().items():
            columns = tuple(rows[0])
            insert_rows(connection, table, columns, [tuple(row.values()) for row in rows])
    return url


@pytest.fixture
def config(engine: Engine, tmp_path: Path) -> Iterator[Config]:
    """Settings with a database of our own, without any table, in another order of words."""
    with engine.without_tables(tmp_path / "data", in_language=True) as config:
        config.data.mkdir()
        yield config


@pytest.fixture
def destination(config: Config) -> str:
    """Where nothing is yet."""
    return database_url(config)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE", 1)
    monkeypatch.setattr(postgresql, "_LOOKS", 2)
    monkeypatch.setattr(postgresql, "_BETWEEN", 0.2)


def _rows() -> dict[Table, list[dict[str, Any]]]:
    times = {"created_at": 2**53 + 1, "updated_at": -1}
    person = {"project_id": SHOP, "properties": "{}", **times, "last_seen_at": 0}
    answer = {
        "project_id": OTHER,
        "dialect": "wire",
        "channel": "email",
        "survey_id": SURVEY,
        "survey_version": 1,
        "answers": '[{"b":1e16,"a":[1e-7,null,true,"ä\\ud83d\\ude00"]},18446744073709551615]',
        "completed": True,
        "dismissed": False,
        "revision": 0,
        **times,
    }
    return {
        contacts: [{**person, "id": id_, "name": f"P\t{id_[-3:]}\\N\n"} for id_ in PEOPLE],
        # Words of one language are in another order than their bytes.
        contact_identities: [
            {"project_id": SHOP, "kind": kind, "value": value, "contact_id": PEOPLE[0]}
            for kind in ("email", "Email", "ämail")
            for value in ("a", "B", "c", "_", "ß", "Z", "\U0001f600", "\uffff")
        ],
        responses: [
            {**answer, "id": "1" * 32, "rating": 0.1, "token_hash": bytes(range(256))},
            {**answer, "id": "2" * 32, "rating": 1e300, "token_hash": None},
        ],
        kept_replies: [
            {
                "project_id": SHOP,
                "key": f"key-{number}",
                "fingerprint": b"\0",
                "status": 200,
                "headers": "[]",
                "body": b"\0" * 1000,
                "created_at": number,
            }
            for number in range(120)
        ],
    }


def _stored(url: str) -> dict[str, Sequence[Any]]:
    """Everything, in the order of the keys as their bytes are."""
    with writing(url) as connection:
        found: dict[str, Sequence[Any]] = {}
        for table in TABLES:
            rows = [tuple(row) for row in connection.execute(select(table))]
            found[table.name] = sorted(rows, key=lambda row: repr(row[:3]))
        return found


def _carry_out(copy: Copy) -> None:
    list(copy.copy())
    list(copy.compare())
    if not copy.differing:
        copy.finish()


def copied(source: str, destination: str) -> Copy:
    with open_copy(source, destination) as copy:
        _carry_out(copy)
    return copy


def test_everything_arrives_and_comes_back(source: str, destination: str, tmp_path: Path) -> None:
    there = copied(source, destination)
    assert not there.differing
    assert there.total == 5_100 + 24 + 2 + 120
    assert _stored(destination) == _stored(source)
    back = sqlite_url(tmp_path)
    assert not copied(destination, back).differing
    assert _stored(back) == _stored(source)


def test_a_copied_database_can_be_opened(source: str, destination: str, config: Config) -> None:
    copied(source, destination)
    open_database(config).close()


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4])
def test_an_interrupted_copy_goes_on(
    source: str, destination: str, config: Config, batches: int
) -> None:
    with open_copy(source, destination) as copy:
        under_way = copy.copy()
        done = sum(next(under_way) for _ in range(batches))
        under_way.close()
    with pytest.raises(CopyUnfinished, match="run the same `tellback copy` again"):
        open_database(config)
    with open_copy(source, destination) as copy:
        assert copy.arrived == done
        assert sum(copy.copy()) == copy.total - done
        list(copy.compare())
        assert not copy.differing
        copy.finish()
    assert _stored(destination) == _stored(source)
    open_database(config).close()


def test_what_was_written_meanwhile_is_found(source: str, destination: str, config: Config) -> None:
    with open_copy(source, destination) as copy:
        list(copy.copy())
    with writing(source) as connection:
        connection.execute(update(contacts).where(contacts.c.id == PEOPLE[9]).values(name="Eve"))
    [difference] = copied(source, destination).differing
    assert difference.startswith("contacts: 5100 rows ")
    with pytest.raises(CopyUnfinished):
        open_database(config)


def test_the_destination_must_be_empty(source: str, destination: str) -> None:
    copied(source, destination)
    with (
        pytest.raises(CannotCopy, match="not empty: there are contact_identities"),
        open_copy(source, destination),
    ):
        pass


def test_a_part_of_something_else_is_refused(source: str, destination: str, tmp_path: Path) -> None:
    with open_copy(source, destination) as copy:
        next(copy.copy())
    migrate(open_engine(sqlite_url(tmp_path), writing=True))
    with (
        pytest.raises(CannotCopy, match=r"holds a part of sqlite:///.*/source/tellback\.db"),
        open_copy(sqlite_url(tmp_path), destination),
    ):
        pass


def test_a_database_is_not_copied_into_itself(source: str) -> None:
    with pytest.raises(CannotCopy, match="is the destination"), open_copy(source, source):
        pass


async def test_a_database_in_use_is_refused(
    source: str, destination: str, config: Config, tmp_path: Path
) -> None:
    migrate(open_engine(destination, writing=True))
    database = open_database(config)
    try:
        await database.read(_nothing)
        for urls in ((source, destination), (destination, sqlite_url(tmp_path))):
            with pytest.raises(CannotCopy, match="is in use"), open_copy(*urls):
                pass
    finally:
        database.close()


def _nothing(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


@pytest.mark.parametrize("which", [0, 1])
def test_both_must_have_this_versions_schema(source: str, destination: str, which: int) -> None:
    migrate(open_engine(destination, writing=True))
    with writing((source, destination)[which]) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(CannotCopy, match="has the schema 0000"), open_copy(source, destination):
        pass


def test_a_source_without_a_schema_is_refused(destination: str, tmp_path: Path) -> None:
    with (
        pytest.raises(CannotCopy, match="There is no Tellback database"),
        open_copy(sqlite_url(tmp_path), destination),
    ):
        pass


def test_a_nul_arrives_as_far_as_it_can_be_stored(source: str, destination: str) -> None:
    with writing(source) as connection:
        values = {"name": "E\0ve", "properties": {"a\0": "\0"}}
        connection.execute(update(contacts).where(contacts.c.id == PEOPLE[9]).values(values))
    copy = copied(source, destination)
    assert not copy.differing
    with writing(destination) as connection:
        statement = select(contacts.c.name, contacts.c.properties)
        found = connection.execute(statement.where(contacts.c.id == PEOPLE[9])).one()
        keeps = ways(connection.dialect.name).stores_nul()
    instead = "\0" if keeps else "\ufffd"
    assert tuple(found) == (f"E{instead}ve", {f"a{instead}": instead})
    assert copy.replaced.count == (0 if keeps else 2)


def test_a_nul_in_a_key_is_refused_where_it_cannot_be_stored(source: str, destination: str) -> None:
    with writing(source) as connection:
        row = (SHOP, "a\0@example.org", "bounced", 1)
        columns = ("project_id", "address", "reason", "created_at")
        insert_rows(connection, suppressions, columns, [row])
    if ways(open_engine(destination, writing=True).dialect.name).stores_nul():
        assert not copied(source, destination).differing
        return
    with pytest.raises(CannotCopy, match=r"suppressions .*a\\x00@example.org"):
        copied(source, destination)
