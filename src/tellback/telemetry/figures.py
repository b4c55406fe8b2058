"""Counts of what this process has done, kept as plain as can be.

A count is one step in a dictionary (0.2 µs); a metrics library's labels cost ten times that. Each
dictionary and histogram is written by one thread alone and may be read by any.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

#: Upper bounds in seconds, from what a reply takes to what somebody waits for at most.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Upper bounds of how many jobs share a commit.
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0, 4096.0, 10_000.0)


class Histogram:
    """How often values were up to each bound, and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Figures:
    """The counts of one process.

    ``requests`` by wire, operation and the status's first digit; ``refused`` by wire and kind of
    error, an item of a batch like a call. These are counted in the event loop, the others in the
    writer's thread: ``written`` are the facts that a committed transaction has counted, by their
    name and labels; ``batches`` is how many jobs shared each commit, ``commits`` how long each
    transaction took, ``waits`` how long the first of its jobs had waited; ``failed`` are jobs that
    failed, by action.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.durations: dict[str, Histogram] = {}
        self.refused: Counter[tuple[str, str]] = Counter()
        self.written: Counter[tuple[str, ...]] = Counter()
        self.failed: Counter[str] = Counter()
        self.batches, self.commits, self.waits = Histogram(SIZES), Histogram(), Histogram()

    def count_request(self, wire: str, operation: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.requests[wire, operation, status // 100] += 1
        durations = self.durations.get(wire)
        if durations is None:
            durations = self.durations[wire] = Histogram()
        durations.observe(seconds)

    def count_commit(
        self, jobs: int, seconds: float, counted: Mapping[tuple[str, ...], int]
    ) -> None:
        """Count a transaction that is on disk, and the facts that it has counted itself."""
        self.batches.observe(jobs)
        self.commits.observe(seconds)
        for fact, times in counted.items():
            self.written[fact] += times
