"""The units: what they run, what they may touch, and that systemd itself takes them."""

import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tellback.systemd import OPERATIONS
from tests.deploy.things import DEPLOY, check_command

UNITS = sorted((DEPLOY / "systemd").glob("tellback-*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
NAMED = pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, list[str]]:
    """The values of each key of a unit; keys may come more than once."""
    found = defaultdict(list)
    for line in path.read_text().splitlines():
        name, is_set, value = line.partition("=")
        if is_set and not line.startswith("#"):
            found[name].append(value)
    return found


@NAMED
def test_a_unit_runs_a_command_as_nobody(path: Path) -> None:
    unit = read(path)
    program, *words = shlex.split(unit["ExecStart"][0])
    assert program.endswith("/tellback")
    check_command(words)
    assert unit["User"] == ["tellback"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["CapabilityBoundingSet"] == [""]


def test_the_web_server_gets_its_sockets_by_their_names() -> None:
    sockets = {path.name: read(path) for path in UNITS if path.suffix == ".socket"}
    names = {name: unit["FileDescriptorName"] for name, unit in sockets.items()}
    assert names["tellback-web-operations.socket"] == [OPERATIONS]
    assert names["tellback-web.socket"] != [OPERATIONS]
    assert all(unit["Service"] == ["tellback-web.service"] for unit in sockets.values())


def test_whoever_says_that_it_is_ready_is_asked_whether_it_is_stuck() -> None:
    for path in SERVICES:
        unit = read(path)
        assert (unit["Type"] == ["notify"]) == bool(unit["WatchdogSec"])


def test_all_units_allow_the_same() -> None:
    hard = [
        path.read_text().partition("# Nothing of the machine")[2].partition("\n\n")[0]
        for path in SERVICES
    ]
    assert hard[0]
    assert len({text.strip() for text in hard}) == 1


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    for path in UNITS:
        # It looks for the program, and ours is not where it will be.
        text = path.read_text().replace("/opt/tellback/bin/tellback", sys.executable)
        (tmp_path / path.name).write_text(text)
    assert len(UNITS) == 5
    if analyze:
        units = [tmp_path / path.name for path in UNITS]
        verified = subprocess.run(
            [analyze, "verify", *units], capture_output=True, text=True, check=False
        )
        said = [line for line in verified.stderr.splitlines() if str(tmp_path) in line]
        assert (verified.returncode, said) == (0, [])
