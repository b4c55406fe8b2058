"""Measure, print a table, and say by the exit status whether every goal holds."""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import bulk, idle, ingest, large, mixed, on_postgresql, pages, send, wires
from bench.figures import Goal, Pair, Round, Row, Skipped, rows_of
from bench.processes import Broken
from bench.scale import FULL, QUICK, Scale
from bench.table import number, table

Measure = Callable[[Scale], Round]


@dataclass(frozen=True, slots=True)
class Workload:
    """Goals, and the function that measures one round for all of them.

    One that takes long to get ready is ``prepared`` once for all rounds, and measures then.
    """

    goals: Sequence[Goal]
    measure: Measure | None = None
    #: One that takes long by itself is measured so often unless more is asked for.
    rounds: int = 5
    prepared: Callable[[Scale], AbstractContextManager[Measure]] | None = None

    @contextmanager
    def ready(self, scale: Scale) -> Iterator[Measure]:
        """What measures a round."""
        if self.prepared is not None:
            with self.prepared(scale) as measure:
                yield measure
        elif self.measure is not None:
            yield self.measure


WORKLOADS: Mapping[str, Workload] = {
    "ingest": Workload(ingest.GOALS, ingest.measure),
    "wires": Workload(wires.GOALS, wires.measure),
    "bulk": Workload(bulk.GOALS, bulk.measure),
    "ingest-postgresql": Workload(on_postgresql.INGEST, on_postgresql.measure_ingest),
    "bulk-postgresql": Workload(on_postgresql.BULK, on_postgresql.measure_bulk),
    "send": Workload(send.GOALS, send.measure),
    "send-postgresql": Workload(send.reference_goals("send-postgresql"), send.measure_postgresql),
    "mixed": Workload(mixed.goals("mixed"), mixed.measure_embedded, 1),
    "mixed-postgresql": Workload(mixed.goals("mixed-postgresql"), mixed.measure_postgresql, 1),
    "large": Workload(large.GOALS, prepared=large.prepared),
    "pages": Workload(pages.GOALS, prepared=pages.prepared),
    "idle": Workload(idle.GOALS, idle.measure),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the arguments ask for; 0 when all goals hold or it was only a quick look."""
    options = _parser().parse_args(arguments)
    # End like Ctrl-C does, so that what was started for the measuring is stopped, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scale = replace(QUICK if options.quick else FULL, kept=options.kept)
    rows: list[Row] = []
    machine = _machine()
    with _byte_code():
        for name in options.only or WORKLOADS:
            rounds = options.rounds or (1 if options.quick else WORKLOADS[name].rounds)
            rows += _measure(name, scale, rounds)
    print(f"\n{_title(machine, rows, quick=options.quick)}\n\n{table(rows)}")
    if options.json:
        described = [row.describe() | {"quick": options.quick, "machine": machine} for row in rows]
        options.json.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    return 0 if options.quick or all(row.holds is not False for row in rows) else 1


@contextmanager
def _byte_code() -> Iterator[None]:
    """Let what is measured keep its byte code, as a package does that was installed.

    Where the environment forbids writing it, every start would compile all sources anew.
    """
    before = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="tellback-bench-code-") as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _measure(name: str, scale: Scale, rounds: int) -> list[Row]:
    workload, measured = WORKLOADS[name], []
    with workload.ready(scale) as measure:
        for turn in range(1, rounds + 1):
            begin = time.monotonic()
            measured.append(measure(scale))
            said = "; ".join(f"{key} {_pair(pair)}" for key, pair in measured[-1].items())
            seconds = time.monotonic() - begin
            print(f"{name} {turn}/{rounds} ({seconds:.0f} s): {said}", file=sys.stderr, flush=True)
    return rows_of(workload.goals, measured)


def _pair(pair: Pair | Skipped) -> str:
    if isinstance(pair, Skipped):
        return "skipped"
    against = "" if pair.floor is None else f" / {number(pair.floor)}"
    return number(pair.candidate) + against


def _machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.now(UTC).date().isoformat(),
    }


def _title(machine: Mapping[str, Any], rows: Sequence[Row], *, quick: bool) -> str:
    rounds = sorted({len(row.pairs) for row in rows if not row.skipped}) or [0]
    return (
        f"{'Quick look' if quick else 'Medians'} of {' or '.join(map(str, rounds))} interleaved "
        f"round{'s' if rounds != [1] else ''}, {machine['date']}, {machine['cores']} cores "
        f"(load {machine['load_before']} before), Python {machine['python']}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=WORKLOADS, help="one workload; repeat it for several"
    )
    parser.add_argument(
        "--rounds", type=_positive, help="rounds of each (default 5, mixed load 1; quick: 1)"
    )
    parser.add_argument(
        "--kept",
        type=Path,
        metavar="FOLDER",
        help="keep databases that take long to fill there, for further runs of the same day",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes: shows that it runs, proves nothing"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        sys.exit(f"bench: {error}")
