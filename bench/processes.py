"""Starting what is measured, and reading what it costs from /proc."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TICK = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 30
_STOP_SECONDS = 30
#: Words come at once, and nobody waits for a load balancer where there is none.
_ALWAYS = {"PYTHONUNBUFFERED": "1", "TELLBACK_DRAIN_SECONDS": "0"}


class Broken(Exception):
    """A process that is measured did not start, or did not do what was asked."""


@dataclass(slots=True)
class Running:
    """A process that has said where it listens. ``seconds`` is how long that took."""

    process: subprocess.Popen[str]
    said: str
    seconds: float
    errors: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def port(self) -> int:
        """The port at the end of what it said."""
        return int(self.said.rsplit(":", 1)[1].rstrip("/"))

    def fail(self, what: str) -> Broken:
        """An error with the end of what the process wrote on standard error."""
        return Broken(f"{what}\n{self.errors.read_text()[-2000:]}")


@contextmanager
def started(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    until: str = "listens on ",
) -> Iterator[Running]:
    """Run a command until its first line that contains ``until``, and stop it at the end.

    Nothing of Tellback's is inherited from the environment, so that a setting cannot leak in.
    """
    errors = folder / f"{Path(command[-1]).name}-{time.monotonic_ns()}.log"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TELLBACK_")}
    begin = time.perf_counter()
    with errors.open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=inherited | _ALWAYS | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        said = _wait_for(process, until, errors)
        yield Running(process, said, time.perf_counter() - begin, errors)
    finally:
        _stop(process)


def run(
    command: Sequence[str], given: str | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Run a command to its end and return what it prints."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TELLBACK_")}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=inherited | dict(env or {}),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Broken(f"{' '.join(command[:6])}: {done.stderr[-2000:]}")
    return done.stdout


def cpu_seconds(pid: int) -> float:
    """User and system time that a process and its descendants have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # Fields 14 to 17 of proc(5), counted from after the name: own time, and that of children gone.
    own = sum(map(int, fields[11:15])) / _TICK
    return own + sum(cpu_seconds(child) for child in _children(pid))


def thread_seconds(pid: int) -> float:
    """Time that a process's threads of now have run, as the scheduler counts it: finer than ticks.

    Only differences tell anything, and only as long as no thread ends.
    """
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its descendants now, in MB (2**20 bytes)."""
    return _memory(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """The most that a process has had resident, and its descendants each, in MB."""
    return _memory(pid, "VmHWM")


def _memory(pid: int, field: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field))
    return own / 1024 + sum(_memory(child, field) for child in _children(pid))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except FileNotFoundError:
            continue  # a thread that has ended meanwhile
    return found


def _wait_for(process: subprocess.Popen[str], until: str, errors: Path) -> str:
    assert process.stdout is not None
    # Read past Python's buffer, which would hide lines that have come from select.
    pipe, said = process.stdout.fileno(), b""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not select.select([pipe], [], [], 0.2)[0]:
            continue
        part = os.read(pipe, 1 << 16)
        if not part:
            break
        said += part
        whole = said[: said.rfind(b"\n") + 1].decode()
        if line := next((line for line in whole.splitlines() if until in line), None):
            return line.strip()
    raise Broken(f"{process.args!r} did not start:\n{errors.read_text()[-2000:]}")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
