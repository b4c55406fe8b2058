"""Holds the layout of CONTRIBUTING.md: what may import what, sizes, names, where things stand.

Each finding says what to do. The rules themselves are in tools/architecture and .importlinter;
every one is proved here, on a sample that breaks it, to be able to fail.
"""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tools.architecture import CHECKS, Finding, Source, read_sources

ROOT = Path(__file__).parents[1]
PLACES = frozenset(
    PurePosixPath(path)
    for path in (
        "src/tellback/core/score.py",
        "src/tellback/dialects/registry.py",
        "src/tellback/dialects/acme/__init__.py",
        "src/tellback/dialects/acme/wire.py",
        "src/tellback/dialects/acme/tests/fixtures",
        "src/tellback/dialects/boolean/__init__.py",
        "src/tellback/web/respond",
    )
)
CORE = "src/tellback/core/score.py"
WEB = "src/tellback/web/pages.py"
STORE = "src/tellback/store/responses.py"
ENGINE = "src/tellback/store/engines/sqlite.py"
REVISION = "src/tellback/store/migrations/versions/0001_the_first_schema.py"
ACME = "src/tellback/dialects/acme/wire.py"

BROKEN = [
    ("core_imports_the_standard_library_only", CORE, "import msgspec"),
    ("core_imports_the_standard_library_only", CORE, "from tellback.store import tables"),
    ("core_imports_the_standard_library_only", CORE, "from ..store import tables"),
    ("vendors_import_their_contract_only", ACME, "from tellback.store import responses"),
    ("vendors_import_their_contract_only", ACME, "from tellback.dialects.boolean import wire"),
    ("vendors_import_their_contract_only", ACME, "from ..boolean.wire import decode"),
    ("vendors_import_their_contract_only", ACME, "import litestar"),
    ("vendors_import_their_contract_only", ACME, "import tellback.dialects.registry"),
    ("modules_have_telling_names", "src/tellback/web/utils.py", ""),
    ("modules_have_telling_names", "src/tellback/mail/smtp_helper.py", ""),
    ("modules_have_telling_names", "tests/services/test_mail.py", ""),
    ("tests_mirror_a_source", "tests/core/test_nothing.py", ""),
    ("tests_mirror_a_source", "tests/core/test_scores.py", ""),
    ("tests_mirror_a_source", "tests/test_everything.py", ""),
    ("tests_mirror_a_source", "src/tellback/dialects/acme/tests/test_nothing.py", ""),
    ("core_has_no_clock_and_no_io", CORE, "import time"),
    ("core_has_no_clock_and_no_io", CORE, "from urllib.request import urlopen"),
    ("core_has_no_clock_and_no_io", CORE, "from datetime import datetime\nx = datetime.now()"),
    ("core_has_no_clock_and_no_io", CORE, "import datetime as d\nx = d.datetime.utcnow()"),
    ("core_has_no_clock_and_no_io", CORE, "text = open('rules.txt').read()"),
    ("environment_is_read_in_config_only", WEB, "import os\nport = os.environ['PORT']"),
    ("environment_is_read_in_config_only", WEB, "import os\nport = os.getenv('PORT')"),
    ("environment_is_read_in_config_only", WEB, "from os import environ"),
    ("environment_is_read_in_config_only", WEB, "load_config(os.environ['PORT'])"),
    ("nothing_prints_but_the_command_line", WEB, "print('started')"),
    ("files_are_short", WEB, "x = 1\n" * 401),
    ("functions_are_short", WEB, "async def long():\n" + "    x = 1\n" * 60),
    ("imports_stand_at_the_top", WEB, "def f():\n    import json"),
    ("imports_stand_at_the_top", WEB, "async def f():\n    if x:\n        from json import loads"),
    ("engines_are_told_apart_in_one_place", STORE, "if engine.dialect.name == 'sqlite': ..."),
    ("engines_are_told_apart_in_one_place", STORE, "@compiles(Row, 'postgresql')\ndef f(): ..."),
    ("engines_are_told_apart_in_one_place", STORE, "from sqlalchemy.dialects import mysql"),
    ("engines_are_told_apart_in_one_place", STORE, "from psycopg import Error"),
    ("engines_are_told_apart_in_one_place", STORE, "import sqlite3"),
    ("statements_stand_under_store", WEB, "q = 'SELECT id FROM responses'"),
    ("statements_stand_under_store", WEB, "q = '''\n  select id\n  from responses'''"),
    ("statements_stand_under_store", WEB, "q = f'INSERT OR IGNORE INTO {table} VALUES (?)'"),
    ("statements_stand_under_store", WEB, "q = 'UPDATE invitations SET state = ?'"),
    ("statements_stand_under_store", WEB, "q = 'delete from contacts'"),
    ("statements_stand_under_store", WEB, "q = 'CREATE UNIQUE INDEX i ON t (a)'"),
    ("statements_stand_under_store", WEB, "q = 'PRAGMA journal_mode = WAL'"),
    ("statements_stand_under_store", WEB, "q = 'WITH due AS (SELECT 1) SELECT 2'"),
    ("vendors_are_named_in_their_folder_only", WEB, "label = 'Answers from Acme'"),
    ("vendors_are_named_in_their_folder_only", WEB, "class AcmeClient: ..."),
    ("vendors_are_named_in_their_folder_only", WEB, "def decode_acme(): ..."),
    ("vendors_are_named_in_their_folder_only", WEB, "x = 1  # as Rocket.Chat does"),
    ("vendors_are_named_in_their_folder_only", WEB, "from tellback.dialects.boolean import wire"),
    ("vendors_are_named_in_their_folder_only", WEB, "def boolean_survey(): ..."),
    ("vendors_are_named_in_their_folder_only", WEB, "raise BooleanError"),
    ("vendors_are_named_in_their_folder_only", WEB, "if dialect.name == 'boolean': ..."),
    ("vendors_are_named_in_their_folder_only", WEB, "wire = dialects['boolean']"),
    ("vendors_are_named_in_their_folder_only", WEB, "submit(answers, dialect='boolean')"),
    ("vendors_are_named_in_their_folder_only", WEB, "x = 1 if dialect in ('boolean',) else 2"),
    (
        "vendors_are_named_in_their_folder_only",
        WEB,
        "match response.dialect:\n    case 'boolean':\n        x = 1",
    ),
    ("vendors_are_named_in_their_folder_only", "src/tellback/web/a.html", "<p>LivePerson</p>"),
]

SOUND = [
    ("core_imports_the_standard_library_only", CORE, "import re\nfrom tellback.core import model"),
    ("core_imports_the_standard_library_only", CORE, "from .model import Survey"),
    ("core_imports_the_standard_library_only", WEB, "import litestar"),
    ("vendors_import_their_contract_only", ACME, "import re, msgspec\nfrom . import errors"),
    ("vendors_import_their_contract_only", ACME, "from tellback.dialects.contract import Route"),
    ("vendors_import_their_contract_only", ACME, "from tellback.core.model import Survey"),
    ("vendors_import_their_contract_only", "src/tellback/dialects/ingress.py", "import litestar"),
    (
        "vendors_import_their_contract_only",
        "src/tellback/dialects/acme/tests/test_wire.py",
        "import pytest",
    ),
    ("modules_have_telling_names", "src/tellback/mail/transport.py", ""),
    ("tests_mirror_a_source", "tests/core/test_score.py", ""),
    ("tests_mirror_a_source", "tests/core/test_score_intervals.py", ""),
    ("tests_mirror_a_source", "tests/web/test_respond.py", ""),
    ("tests_mirror_a_source", "tests/journeys/test_ask_to_tell.py", ""),
    ("tests_mirror_a_source", "tests/dialects/test_registry.py", ""),
    ("tests_mirror_a_source", "src/tellback/dialects/acme/tests/test_wire.py", ""),
    ("tests_mirror_a_source", "src/tellback/dialects/acme/tests/test_fixtures.py", ""),
    (
        "core_has_no_clock_and_no_io",
        CORE,
        "from datetime import datetime\nx = datetime(2026, 1, 1)",
    ),
    ("core_has_no_clock_and_no_io", WEB, "import time\nnow = time.time()"),
    ("environment_is_read_in_config_only", "src/tellback/config.py", "import os\nos.environ['A']"),
    ("environment_is_read_in_config_only", WEB, "import os\nload_config(os.environ)"),
    ("nothing_prints_but_the_command_line", "src/tellback/cli.py", "print('started')"),
    ("files_are_short", WEB, "x = 1\n" * 400),
    ("functions_are_short", WEB, "def long():\n" + "    x = 1\n" * 59),
    ("functions_are_short", REVISION, "def upgrade():\n" + "    op.create_table()\n" * 60),
    ("imports_stand_at_the_top", WEB, "import json\ndef f(): ..."),
    ("statements_stand_under_store", WEB, "hint = 'Select a question from the list'"),
    ("statements_stand_under_store", WEB, "'''SELECT id FROM t is what the store runs.'''"),
    ("engines_are_told_apart_in_one_place", STORE, "# On PostgreSQL.\nkind = 'sqlite file'"),
    ("engines_are_told_apart_in_one_place", ENGINE, "import sqlite3\nname = 'sqlite'"),
    ("statements_stand_under_store", STORE, "q = 'SELECT id FROM responses'"),
    ("vendors_are_named_in_their_folder_only", ACME, "label = 'Acme'"),
    ("vendors_are_named_in_their_folder_only", WEB, "flag = Column(Boolean)\nkind = 'boolean'"),
    ("vendors_are_named_in_their_folder_only", WEB, "label = 'Boolean score'\nboolean_score = 1"),
    ("vendors_are_named_in_their_folder_only", WEB, "def clean_boolean(value): ..."),
    ("vendors_are_named_in_their_folder_only", WEB, "x = kind == 'boolean'"),
    ("vendors_are_named_in_their_folder_only", WEB, "label = 'Macmes are a live person'"),
]


@pytest.fixture(scope="module")
def project() -> list[Source]:
    """Every file that the checks look at."""
    return read_sources(ROOT)


def found(check: str, path: str, text: str) -> list[Finding]:
    return list(CHECKS[check](Source(PurePosixPath(path), text, PLACES)))


@pytest.mark.parametrize("check", CHECKS)
def test_the_project_holds(check: str, project: list[Source]) -> None:
    findings = [str(finding) for source in project for finding in CHECKS[check](source)]
    assert not findings, "\n" + "\n".join(findings)


def test_the_project_is_read(project: list[Source]) -> None:
    paths = {str(source.path) for source in project}
    assert {"src/tellback/__init__.py", "tests/test_architecture.py"} <= paths


@pytest.mark.parametrize(("check", "path", "text"), BROKEN)
def test_a_broken_sample_is_found(check: str, path: str, text: str) -> None:
    assert found(check, path, text)


@pytest.mark.parametrize(("check", "path", "text"), SOUND)
def test_a_sound_sample_passes(check: str, path: str, text: str) -> None:
    assert not found(check, path, text)


def test_every_check_has_a_broken_sample() -> None:
    assert {check for check, _, _ in BROKEN} == set(CHECKS)


def test_every_import_contract_can_break(tmp_path: Path) -> None:
    layers = ("actions", "core", "dialects", "mail", "store", "web")
    files = {f"{layer}/__init__.py": "" for layer in layers}
    files |= {
        "__init__.py": "",
        "core/score.py": "import tellback.store, httpx",
        "mail/bounces.py": "import tellback.web.pages",
        "web/pages.py": "import sqlite3, tellback.mail.bounces",
        "dialects/ingress.py": "",
        "dialects/registry.py": "",
        "dialects/contract.py": "import tellback.dialects.ingress",
        "dialects/parsing.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "tellback" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    lint = str(Path(sys.executable).with_name("lint-imports"))
    linted = subprocess.run(
        [lint, "--no-cache", "--no-logo", "--config", str(ROOT / ".importlinter")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 1, linted.stderr
    assert "0 kept, 5 broken" in linted.stdout, linted.stdout
