"""A copy that is killed again and again, and begun again, arrives whole.

On a terminal, so that the bar says how far it is.
"""

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tellback.app import database_url
from tellback.config import Config
from tellback.store.engine import open_engine, sqlite_url
from tellback.store.migrate import migrate
from tellback.store.rows import insert_rows
from tellback.store.tables import contact_identities, contacts
from tests.engines import Engine
from tests.journeys.running import TELLBACK

PEOPLE = 20_000
SHOP = "a" * 32


@pytest.fixture
def config(engine: Engine, tmp_path: Path) -> Iterator[Config]:
    """Settings with a database of our own, without any table."""
    with engine.without_tables(tmp_path / "data") as config:
        yield config


def _fill(url: str) -> None:
    engine = open_engine(url, writing=True)
    migrate(engine)
    people = [(SHOP, f"{n:032x}", "{}", 1, 1, 1) for n in range(PEOPLE)]
    keys = [(SHOP, "email", f"{n}@example.org", f"{n:032x}") for n in range(PEOPLE)]
    with engine.connect() as connection, connection.begin():
        times = ("created_at", "updated_at", "last_seen_at")
        insert_rows(connection, contacts, ("project_id", "id", "properties", *times), people)
        columns = ("project_id", "kind", "value", "contact_id")
        insert_rows(connection, contact_identities, columns, keys)
    engine.dispose()


def _copy(*places: str, kill_at: int | None = None) -> subprocess.CompletedProcess[str]:
    """Copy; kill -9 as soon as the bar shows at least so many per cent."""
    ours, theirs = pty.openpty()
    command = [TELLBACK, "copy", *places, "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=_bare()
    ) as process:
        os.close(theirs)
        shown = ""
        while part := _read(ours):
            shown += part
            done = [int(number) for number in re.findall(r"Copying .*?(\d+)%", shown)]
            if kill_at is not None and done and done[-1] >= kill_at:
                process.send_signal(signal.SIGKILL)
                kill_at = None
        os.close(ours)
        told = process.communicate()[0]
    return subprocess.CompletedProcess(command, process.returncode, told, shown)


def _bare() -> dict[str, str]:
    """No settings: what is copied stands in the command."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TELLBACK_")}


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # As a terminal says that nobody is there any more.
        return ""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    """A command without a terminal."""
    command = [TELLBACK, *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=_bare(), check=False
    )


def test_a_killed_copy_goes_on_and_arrives_whole(tmp_path: Path, config: Config) -> None:
    (tmp_path / "source").mkdir()
    _fill(sqlite_url(tmp_path / "source"))
    places = str(tmp_path / "source"), database_url(config)
    for percent in (10, 60):
        assert _copy(*places, kill_at=percent).returncode == -signal.SIGKILL
    done = _copy(*places)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Comparing .*100%", done.stderr)
    told = json.loads(done.stdout)
    assert told["same"] is True
    assert told["rows"] == 2 * PEOPLE
    assert 0 < told["copied"] <= PEOPLE, "it did not begin anew"
    assert {table: told["tables"][table]["rows"] for table in ("contacts", "suppressions")} == {
        "contacts": PEOPLE,
        "suppressions": 0,
    }


def test_a_copy_says_what_it_did_and_what_is_wrong(tmp_path: Path, config: Config) -> None:
    (tmp_path / "source").mkdir()
    source = sqlite_url(tmp_path / "source")
    _fill(source)
    places = str(tmp_path / "source"), database_url(config)
    _copy(*places, kill_at=10)
    engine = open_engine(source, writing=True)
    with engine.connect() as connection, connection.begin():
        connection.execute(update(contact_identities).values(contact_id="b" * 32))
    done = _run("copy", *places)
    assert done.returncode == 1
    assert f"{2 * PEOPLE:,} in all." in done.stdout
    assert f"contact_identities: {PEOPLE} rows" in done.stderr
    assert "Empty the destination" in done.stderr
    done = _run("copy", str(tmp_path / "source"), str(tmp_path / "other"))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"/other/tellback.db has what sqlite:///{tmp_path}" in done.stdout
