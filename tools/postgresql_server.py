"""A PostgreSQL of its own for a run of tests or benchmarks, gone with whoever asked for it.

``python -m tools.postgresql_server`` prints the URL of its server, and runs it until its standard
input ends. The end of a pipe cannot be missed: whoever is killed leaves no server behind.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.ensure_postgresql import ROOT, find_postgresql

USER = "tellback"
# What is lost in a power cut is of no interest here, and what the server does by itself disturbs.
HASTY = {"fsync": "off", "full_page_writes": "off"}
SETTINGS = {
    # A socket in a folder of our own: no port to be taken, nobody else to come in.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
INITIALLY = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync")


class NotStarted(Exception):
    """PostgreSQL could not be started; the message is what it said."""


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[str]:
    """The URL of a new server, stopped and removed at the end, even when this process is killed.

    It has the empty database ``postgres``. Only a ``durable`` one writes through to the disk.
    """
    command = [sys.executable, "-m", "tools.postgresql_server", *(["--durable"] if durable else [])]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    # In a session of its own, it does not hear the Ctrl-C that ends those who use it.
    with subprocess.Popen(command, **pipes, start_new_session=True) as keeper:
        try:
            assert keeper.stdout
            url = keeper.stdout.readline().strip()
            if not url:
                raise NotStarted("see above")
            yield url
        finally:
            assert keeper.stdin
            keeper.stdin.close()


def main() -> int:
    """Run a server until the standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--durable", action="store_true", help="write through to the disk")
    durable = parser.parse_args().durable
    # Whoever is asked to stop has to tidy up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with _folder() as folder, _started(folder, SETTINGS if durable else SETTINGS | HASTY):
            print(f"postgresql://{USER}@/postgres?host={folder}", flush=True)
            sys.stdin.read()
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the server's user; its name is short, for a socket's may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="tellback-pg-"))
    try:
        if owner := _other_user():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> pwd.struct_passwd | None:
    """Who runs the server in our stead: as root PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return None
    return next(user for name in ("postgres", "nobody") if (user := _user(name)))


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _as_other_user() -> Mapping[str, Any]:
    owner = _other_user()
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": ()}


@contextmanager
def _started(folder: Path, settings: Mapping[str, str]) -> Iterator[None]:
    programs = find_postgresql()
    if programs is None:
        raise NotStarted("There is no PostgreSQL: python -m tools.ensure_postgresql")
    data, log = folder / "data", folder / "log"
    _run(programs / "initdb", "-D", data, "-U", USER, *INITIALLY)
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        file.write(f"unix_socket_directories = '{folder}'\n")
    control = (programs / "pg_ctl", "-D", data, "--silent", "--wait")
    _run(*control, "--log", log, "start", log=log)
    try:
        yield
    finally:
        # Nothing is to be kept, so nothing need be written.
        _run(*control, "--mode=immediate", "stop")


def _run(*command: str | Path, log: Path | None = None) -> None:
    """Run a program to its end, as a user that PostgreSQL lets run it."""
    # To a file: the server that a program leaves behind would hold a pipe open.
    with tempfile.TemporaryFile("w+") as said:
        try:
            done = subprocess.run(
                command, stdout=said, stderr=said, cwd="/", check=False, **_as_other_user()
            )
        except PermissionError as error:
            raise NotStarted(
                f"Another user than root has to run it, and may not: {error}"
            ) from error
        if done.returncode:
            said.seek(0)
            raise NotStarted(said.read() + (log.read_text() if log and log.exists() else ""))


if __name__ == "__main__":
    sys.exit(main())
