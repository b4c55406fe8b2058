"""The engines: each does all that they do differently, and is loaded when it is needed."""

import subprocess
import sys

import pytest

from tellback.store.engines import ENGINES, postgresql, sqlite, ways


def test_an_engine_is_found_by_its_name() -> None:
    known = {"sqlite": sqlite, "postgresql": postgresql}
    assert {name: ways(name) for name in ENGINES} == known


def test_no_other_module_is_an_engine() -> None:
    with pytest.raises(KeyError):
        ways("insertion")


def test_who_has_a_file_needs_no_servers_driver_and_no_other_rarely_used_library() -> None:
    program = (
        "import sys; import tellback.cli; from tellback.store.engines import ways; ways('sqlite'); "
        "print(*({'psycopg', 'segno', 'xlsxwriter', 'opentelemetry.sdk'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
