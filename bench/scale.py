"""How much is measured: the whole of it, or a quick look that proves only that it runs."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of the workloads. Times are in seconds; the defaults are what the goals are for."""

    connections: int = 64
    warm_up: float = 1.0
    seconds: float = 3.0
    items: int = 10_000
    calls: int = 6
    mails: int = 10_000
    long_queue: int = 200_000
    plain_mails: int = 300
    idle: float = 2.0
    minutes: float = 10.0
    rows: int = 5_000_000
    responses: int = 1_000_000
    pages: int = 9
    #: Where filled databases are kept for a further run of the same day; None: they are not.
    kept: Path | None = None


FULL = Scale()
QUICK = Scale(
    warm_up=0.3,
    seconds=0.7,
    calls=2,
    mails=1_000,
    long_queue=5_000,
    plain_mails=30,
    idle=0.5,
    minutes=0.4,
    rows=20_000,
    responses=8_000,
    pages=3,
)
