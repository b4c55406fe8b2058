"""What the benchmarks compute and hand on; the measuring itself is not a matter for unit tests."""

import asyncio
import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.bulk import bulk_body
from bench.figures import Bound, Goal, Pair, Row, Skipped, rows_of
from bench.ingest import response_request
from bench.load import NUMBER, Task, post, put_load
from bench.processes import Broken, cpu_seconds, peak_mb, resident_mb, run, started, thread_seconds
from bench.scale import FULL, QUICK, Scale
from bench.send import ask_stats
from bench.table import number, table

ROOT = Path(__file__).parents[1]
KEYS = {"name", "candidate", "floor", "ratio", "goal", "holds"}
AT_MOST = Goal("a.cpu", "CPU", "a floor", "ms", Bound.AT_MOST, 1.5)
AT_LEAST = Goal("a.rate", "rate", "a floor", "1/s", Bound.AT_LEAST, 10.0)
ABSOLUTE = Goal("a.memory", "memory", "", "MB", Bound.AT_MOST, 120.0, absolute=True)


def row(goal: Goal, *pairs: tuple[float, float | None]) -> Row:
    return Row(goal, [Pair(*pair) for pair in pairs])


# Arithmetic


def test_figures_are_medians_so_that_one_bad_round_does_not_count() -> None:
    measured = row(AT_MOST, (3.0, 2.0), (900.0, 2.2), (2.8, 80.0))
    assert (measured.candidate, measured.floor) == (3.0, 2.2)
    assert measured.ratio == pytest.approx(3.0 / 2.2)


def test_a_median_of_two_rounds_lies_between_them() -> None:
    assert row(AT_MOST, (1.0, 1.0), (2.0, 1.0)).ratio == 1.5


@pytest.mark.parametrize(
    ("goal", "candidate", "floor", "holds"),
    [
        (AT_MOST, 1.5, 1.0, True),
        (AT_MOST, 1.51, 1.0, False),
        (AT_LEAST, 10.0, 1.0, True),
        (AT_LEAST, 9.99, 1.0, False),
        (ABSOLUTE, 120.0, None, True),
        (ABSOLUTE, 120.1, None, False),
    ],
)
def test_a_goal_holds_up_to_its_bound(
    goal: Goal, candidate: float, floor: float | None, *, holds: bool
) -> None:
    assert row(goal, (candidate, floor)).holds is holds


def test_a_goal_on_a_ratio_cannot_hold_without_a_floor() -> None:
    with pytest.raises(ValueError, match=re.escape("a.cpu")):
        _ = row(AT_MOST, (1.0, None)).holds


def test_rounds_become_a_row_per_goal_in_the_goals_order() -> None:
    first = {"a.rate": Pair(20.0, 1.0), "a.cpu": Pair(1.0, 1.0)}
    rows = rows_of((AT_MOST, AT_LEAST), [first, {name: Pair(4.0, 2.0) for name in first}])
    assert [r.goal.name for r in rows] == ["a.cpu", "a.rate"]
    assert rows[1].describe()["candidates"] == [20.0, 4.0]
    assert rows[1].describe()["floors"] == [1.0, 2.0]


def test_what_was_skipped_says_why_and_is_no_failure() -> None:
    rounds = [{"a.cpu": Skipped("install a floor")}, {"a.cpu": Skipped("install a floor")}]
    (skipped,) = rows_of((AT_MOST,), rounds)
    assert (skipped.candidate, skipped.floor, skipped.ratio, skipped.holds) == (None,) * 4
    assert skipped.describe()["skipped"] == "install a floor"
    assert "skipped: install a floor" in table([skipped])


# What is handed on


@pytest.fixture
def canned(monkeypatch: pytest.MonkeyPatch) -> list[Scale]:
    """Workloads with figures made up instead of measured; the scales they were asked for."""
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    asked: list[Scale] = []

    def workload(name: str, real: command.Workload) -> command.Workload:
        def measure(scale: Scale) -> Mapping[str, Pair]:
            asked.append(scale)
            return {goal.name: Pair(8.0, None if goal.absolute else 2.0) for goal in real.goals}

        return command.Workload(real.goals, measure)

    workloads = {name: workload(name, real) for name, real in command.WORKLOADS.items()}
    monkeypatch.setattr(command, "WORKLOADS", workloads)
    return asked


def test_a_quick_look_writes_a_row_per_goal_with_the_documented_keys(
    canned: list[Scale], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.json"
    assert command.main(["--quick", "--json", str(file)]) == 0
    rows = json.loads(file.read_text())
    goals = [goal for workload in command.WORKLOADS.values() for goal in workload.goals]
    assert [r["name"] for r in rows] == [goal.name for goal in goals]
    assert all(r.keys() >= KEYS and r["quick"] is True and r["rounds"] == 1 for r in rows)
    assert all(r["ratio"] == (None if r["floor"] is None else 4.0) for r in rows)
    assert canned == [QUICK] * len(command.WORKLOADS)
    printed = capsys.readouterr().out
    assert all(goal.name in printed for goal in goals)


def test_a_terminated_run_stops_what_it_has_started(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from bench import __main__ as command\n"
        "from bench.processes import started\n"
        "def measure(_):\n"
        "    sink = [sys.executable, '-m', 'bench.smtp_sink']\n"
        f"    with started(sink, Path({str(tmp_path)!r})) as s:\n"
        "        print('started', s.pid, flush=True)\n"
        "        time.sleep(30)\n"
        "command.WORKLOADS = {'slow': command.Workload((), measure)}\n"
        "command.main(['--only', 'slow'])\n"
    )
    with started([sys.executable, "-c", script], tmp_path, until="started") as running:
        sink = int(running.said.split()[1])
        assert Path(f"/proc/{sink}").exists()
    assert not Path(f"/proc/{sink}").exists()
    assert running.process.returncode == 143


def test_one_workload_in_that_many_rounds(canned: list[Scale], tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    command.main(["--only", "idle", "--rounds", "7", "--json", str(file)])
    rows = json.loads(file.read_text())
    assert [(r["name"], r["rounds"]) for r in rows] == [("idle.memory", 7), ("idle.start", 7)]
    assert canned == [FULL] * 7


def test_filled_databases_may_be_kept(canned: list[Scale], tmp_path: Path) -> None:
    command.main(["--only", "pages", "--rounds", "1", "--kept", str(tmp_path)])
    assert canned == [replace(FULL, kept=tmp_path)]


def test_what_is_measured_keeps_its_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    seen = {}

    def measure(_scale: Scale) -> Mapping[str, Pair]:
        seen.update(os.environ)
        return {"idle.memory": Pair(1.0), "idle.start": Pair(1.0)}

    monkeypatch.setitem(command.WORKLOADS, "idle", command.Workload(command.idle.GOALS, measure))  # type: ignore[arg-type]
    command.main(["--only", "idle", "--rounds", "1"])
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert seen["PYTHONPYCACHEPREFIX"]
    assert os.environ["PYTHONDONTWRITEBYTECODE"] == "1"


def test_a_missed_goal_shows_in_the_exit_status(canned: list[Scale]) -> None:
    assert command.main(["--only", "bulk"]) == 1  # 4 times the floor
    assert canned == [FULL] * 5


@pytest.mark.parametrize("arguments", [["--only", "nothing"], ["--rounds", "0"], ["--rounds", "x"]])
def test_nonsense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(arguments)
    assert refused.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_what_was_skipped_does_not_show_in_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    skipping = command.Workload((AT_MOST,), lambda _: {"a.cpu": Skipped("install a floor")})
    monkeypatch.setattr(command, "WORKLOADS", {"bulk": skipping})
    assert command.main([]) == 0
    assert "skipped: install a floor" in capsys.readouterr().out


def test_the_documentation_names_every_row() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text()
    for workload in command.WORKLOADS.values():
        for goal in workload.goals:
            assert f"| `{goal.name}`" in text, goal.name


def test_the_table_says_what_failed() -> None:
    lines = table([row(AT_MOST, (3.0, 1.0)), row(ABSOLUTE, (80.0, None))]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "3.00 ×" in lines[2]
    assert lines[2].rstrip(" |").endswith("NO")
    assert "≤ 120 MB" in lines[3]
    assert lines[3].rstrip(" |").endswith("yes")


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.0, "0.00")]
)
def test_numbers_show_three_telling_digits(value: float, shown: str) -> None:
    assert number(value) == shown


# What is sent


def test_a_bulk_call_has_distinct_items_of_263_octets() -> None:
    body = bulk_body(20_000, 100)
    items = json.loads(body)
    assert len({item["$transaction_id"] for item in items}) == 100
    assert {len(item["properties"]) for item in items} == {5}
    assert len(body) == 100 * 263 + 1


def test_a_response_is_posted_with_its_persons_number() -> None:
    questions = [{"id": "q1", "type": "scale"}, {"id": "q2", "type": "long-text"}]
    credentials = {"write_key": "k", "campaign": "c", "questions": questions}
    head, _, body = response_request(credentials).partition("\r\n\r\n")
    assert f"Content-Length: {len(body)}" in head
    assert json.loads(body)["userId"] == f"user-{NUMBER}"
    assert [answer["id"] for answer in json.loads(body)["answers"]] == ["q2"]


# Measuring


@contextmanager
def answering(reply: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives each request of 200 octets the same reply, a few octets at a time."""
    loop, seen = asyncio.new_event_loop(), list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.read(1 << 16):
            seen.append(request)
            for part in (reply[:20], reply[20:]):
                writer.write(part)
                await writer.drain()
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1], seen
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()


def task(port: int, said: str = "") -> Task:
    request = post("/", json.dumps({"user": NUMBER}))
    times = {"warm_up": 0.05, "seconds": 0.2}
    return Task(port, os.getpid(), request, connections=2, **times, status=201, said=said)


def test_the_generator_numbers_its_requests_and_counts_replies() -> None:
    reply = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
    with answering(reply) as (port, seen):
        load = put_load(task(port))
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2])["user"] for request in seen]
    assert sorted(bodies) == [f"{n:010}" for n in range(1, len(seen) + 1)]
    assert 0 < load.requests <= len(seen)
    assert load.per_second == pytest.approx(load.requests / 0.2, rel=0.5)
    assert 0 < load.p50_ms <= load.p99_ms


def test_the_generator_stops_at_a_wrong_status() -> None:
    wrong = b"HTTP/1.1 401 No\r\ncontent-length: 4\r\n\r\nwhat"
    with answering(wrong) as (port, _), pytest.raises(Broken, match="not 201: HTTP/1"):
        put_load(task(port))


def test_the_generator_stops_at_a_reply_that_does_not_say_what_it_should() -> None:
    wrong = b'HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{"no":1}'
    with answering(wrong) as (port, _), pytest.raises(Broken, match="not 201 yes: HTTP/1"):
        put_load(task(port, "yes"))


def test_cpu_time_and_memory_include_children(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.15: pass\nprint('listens on :1', flush=True)"
    parent = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {burn!r} + "
        "'\\ntime.sleep(30)']); p.wait()"
    )
    with started([sys.executable, "-c", parent], tmp_path) as running:
        assert cpu_seconds(running.pid) >= 0.15
        own = int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{running.pid}/status").read_text())[0])
        assert resident_mb(running.pid) > own / 1024
        assert peak_mb(running.pid) >= resident_mb(running.pid) * 0.99
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(children[0]), 9)


def test_threads_are_busy_while_they_compute() -> None:
    before = thread_seconds(os.getpid())
    sum(range(300_000))
    assert 0 < thread_seconds(os.getpid()) - before < 60


def test_a_process_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(Broken, match="no such luck"),
        started([sys.executable, "-c", "import sys; sys.exit('no such luck')"], tmp_path),
    ):
        pass
    with pytest.raises(Broken, match="no luck either"):
        run([sys.executable, "-c", "import sys; sys.exit('no luck either')"])


def test_a_process_may_say_several_lines_at_once(tmp_path: Path) -> None:
    say = "import time; print('\\nfirst\\nlistens on :7\\nlast', flush=True); time.sleep(30)"
    with started([sys.executable, "-c", say], tmp_path) as running:
        assert (running.said, running.port) == ("listens on :7", 7)


def test_nothing_of_tellbacks_is_inherited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELLBACK_SMTP_URL", "smtp://somewhere")
    show = "import os; print('listens on', sorted(k for k in os.environ if 'TELLBACK' in k))"
    with started([sys.executable, "-c", show], tmp_path, {"TELLBACK_PORT": "1"}) as running:
        assert running.said == "listens on ['TELLBACK_DRAIN_SECONDS', 'TELLBACK_PORT']"


# The SMTP sink


async def test_the_sink_takes_pipelined_mails_and_counts_them(tmp_path: Path) -> None:
    with started([sys.executable, "-m", "bench.smtp_sink"], tmp_path) as sink:
        reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
        mail = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
        writer.write(b"EHLO me\r\n" + mail + b"a\r\n..b\r\n.\r\n" + mail + b".\r\nQUIT\r\n")
        said = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
        assert [line[:3] for line in said.splitlines()] == (
            ["220", *["250"] * 4, *["250", "250", "354", "250"] * 2, "221"]
        )
        stats = ask_stats(sink.port)
        assert (stats.mails, stats.octets) == (2, len(b"a\r\n..b\r\n"))


async def test_the_sink_finds_a_mails_end_in_pieces(tmp_path: Path) -> None:
    with started([sys.executable, "-m", "bench.smtp_sink"], tmp_path) as sink:
        reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
        for octet in b"DATA\r\nhi\r\n.\r\nQUIT\r\n":
            writer.write(bytes([octet]))
            await writer.drain()
        assert (await reader.read()).endswith(b"354 go ahead\r\n250 ok\r\n221 bye\r\n")
        writer.close()
        await writer.wait_closed()
        assert ask_stats(sink.port).mails == 1
