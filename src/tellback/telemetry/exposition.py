"""The counts of a process in the form that Prometheus reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from tellback.core.retention import Fleeting
from tellback.telemetry.figures import Figures, Histogram

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily | InfoMetricFamily


@dataclass(frozen=True, slots=True)
class Fact:
    """What a committed transaction may count: its metric, what that means, and its labels.

    ``always`` are shown before there are any, so that the first is seen to come.
    """

    metric: str
    about: str
    labels: tuple[str, ...]
    always: tuple[str, ...] = ()


_ENDS = ("sent", "deferred", "failed", "unknown", "expired", "suppressed", "throttled")
#: By the name that actions count under.
FACTS = {
    "requested": Fact("tellback_invitations", "Invitations accepted.", ("wire", "channel")),
    "answered": Fact("tellback_responses", "New responses stored.", ("wire", "channel")),
    "came_of": Fact("tellback_mails", "What came of mails that were due.", ("result",), _ENDS),
    "forgotten": Fact(
        "tellback_rows_forgotten", "Rows kept for long enough.", ("kind",), tuple(Fleeting)
    ),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One thing measured now. ``values`` by the values of the labels."""

    metric: str
    about: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


class Exposition:
    """Writes the counts, and gauges that are measured for the occasion."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        self._registry.register(_Counts(figures))

    def write(self, gauges: Iterable[Gauge], accept: str = "") -> tuple[bytes, str]:
        """The page and its content type, in the format that the reader accepts."""
        encode, content_type = choose_encoder(accept)
        measured = _Measured(gauges)
        self._registry.register(measured)
        try:
            return encode(self._registry), content_type
        finally:
            self._registry.unregister(measured)


class _Counts(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Family]:
        """Nothing, so that registering collects nothing."""
        return ()

    def collect(self) -> Iterator[Family]:
        """Every count of the process."""
        yield InfoMetricFamily(
            "tellback_build", "The program.", value={"version": version("tellback")}
        )
        yield from _requests(self._figures)
        yield from _facts(self._figures)
        yield from _writes(self._figures)


class _Measured(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[Family]:
        """Nothing, so that registering collects nothing."""
        return ()

    def collect(self) -> Iterator[Family]:
        """The gauges."""
        for gauge in self._gauges:
            family = GaugeMetricFamily(gauge.metric, gauge.about, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family


def _requests(figures: Figures) -> Iterator[Family]:
    requests = CounterMetricFamily(
        "tellback_requests",
        "Requests answered.",
        labels=("wire", "operation", "status"),
    )
    for (wire, operation, digit), times in figures.requests.copy().items():
        requests.add_metric((wire, operation, f"{digit}xx"), times)
    yield requests
    durations = HistogramMetricFamily(
        "tellback_request_duration_seconds", "From a request's head to its reply.", labels=("wire",)
    )
    for wire, histogram in figures.durations.copy().items():
        durations.add_metric((wire,), *_cumulative(histogram))
    yield durations
    refused = CounterMetricFamily(
        "tellback_refused", "Calls and items of calls refused.", labels=("wire", "reason")
    )
    for labels, times in figures.refused.copy().items():
        refused.add_metric(labels, times)
    yield refused


def _facts(figures: Figures) -> Iterator[Family]:
    written = figures.written.copy()
    for name, fact in FACTS.items():
        family = CounterMetricFamily(fact.metric, fact.about, labels=fact.labels)
        counted: dict[tuple[str, ...], int] = {(each,): 0 for each in fact.always}
        counted |= {tuple(told[1:]): times for told, times in written.items() if told[0] == name}
        for labels, times in counted.items():
            family.add_metric(labels, times)
        yield family


def _writes(figures: Figures) -> Iterator[Family]:
    for name, about, histogram in (
        ("tellback_commit_jobs", "Jobs that shared a commit.", figures.batches),
        ("tellback_commit_duration_seconds", "From begin to commit.", figures.commits),
        ("tellback_write_wait_seconds", "What the first job of a run waited.", figures.waits),
    ):
        buckets, total = _cumulative(histogram)
        yield HistogramMetricFamily(name, about, buckets=buckets, sum_value=total)
    failed = CounterMetricFamily("tellback_jobs_failed", "Jobs that failed.", labels=("action",))
    for action, times in figures.failed.copy().items():
        failed.add_metric((action,), times)
    yield failed


def _cumulative(histogram: Histogram) -> tuple[list[tuple[str, float]], float]:
    # The sum last: it may be of a value more than the counts are, never of one less.
    counts = histogram.counts.copy()
    bounds = (*(f"{bound:g}" for bound in histogram.bounds), "+Inf")
    return list(zip(bounds, map(float, accumulate(counts)), strict=True)), histogram.total
