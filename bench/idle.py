"""Workload `idle`: what the demo costs before anybody uses it, on a fresh data directory."""

import http.client
import socket
import time
from collections.abc import Mapping

from bench.figures import Bound, Goal, Pair
from bench.processes import Broken, resident_mb, run, started
from bench.project import TELLBACK, fresh_folder
from bench.scale import Scale

GOALS = (
    Goal(
        "idle.memory",
        "resident memory of the idle demo",
        "",
        "MB",
        Bound.AT_MOST,
        120.0,
        absolute=True,
    ),
    Goal(
        "idle.start",
        "from the command to the first answer, database and demo project made on the way",
        "",
        "s",
        Bound.AT_MOST,
        3.0,
        absolute=True,
    ),
)


def measure(scale: Scale) -> Mapping[str, Pair]:
    """One round: start the demo, ask once, wait, look."""
    # Installing a package compiles it; here the first start of all does.
    run([TELLBACK, "--version"])
    with fresh_folder() as folder:
        port = _free_port()
        command = [TELLBACK, "demo", "--port", str(port), "--data", str(folder / "data")]
        with started(command, folder, until="running on") as demo:
            begin = time.perf_counter()
            _ask(port)
            seconds = demo.seconds + time.perf_counter() - begin
            time.sleep(scale.idle)
            return {"idle.memory": Pair(resident_mb(demo.pid)), "idle.start": Pair(seconds)}


def _ask(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/-/health/live")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise Broken(f"the demo answers {answer.status}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
