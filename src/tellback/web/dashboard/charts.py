"""Where things lie in a chart. All lengths are per mille of the plot, upwards is smaller.

Charts are drawn by the server as SVG: they are there without JavaScript, sharp on paper, and their
colours are those of the page, in light and in dark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from tellback.core.score import Score
from tellback.web.dashboard.trend import Step, Trend, label

FULL = 1000.0
#: A score's axis shows no less than this part of what the score can be: noise is to look like it.
_LEAST_SHOWN = 0.2
_TICKS = 5
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring steps with a score: their line and their band as SVG paths."""

    line: str
    band: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A part of a bar."""

    name: str
    at: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A step: where it lies, its name, its score and where that lies, its bar's parts."""

    x: float
    width: float
    name: str
    score: Score
    shown: bool
    y: float | None
    total: int
    stack: Sequence[Stack]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn of a trend."""

    columns: Sequence[Column]
    runs: Sequence[Run]
    ticks: Sequence[Tick]
    labels: Sequence[Tick]
    channels: Sequence[str]
    most: int
    nought: float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """What a chart shows upwards."""

    low: float
    high: float
    step: float

    def place(self, value: float) -> float:
        """Where a value lies."""
        return round(FULL * (self.high - value) / (self.high - self.low), 1)

    def ticks(self, decimals: int) -> list[Tick]:
        """Its marks, from below."""
        count = round((self.high - self.low) / self.step)
        values = [self.low + i * self.step for i in range(count + 1)]
        return [Tick(self.place(v), f"{v + 0.0:.{decimals}f}".replace("-", "−")) for v in values]


def draw(trend: Trend) -> Chart:
    """Lay a trend out."""
    axis = axis_for(trend)
    width = FULL / max(1, len(trend.steps))
    most = max((sum(step.channels.values()) for step in trend.steps), default=0)
    channels = sorted({name for step in trend.steps for name in step.channels})
    columns = [
        _column(trend, axis, step, i * width, width, channels, most)
        for i, step in enumerate(trend.steps)
    ]
    return Chart(
        columns=columns,
        runs=[_run(run, axis) for run in _runs(columns)],
        ticks=axis.ticks(0 if axis.step >= 1 else 1),
        labels=_labels(columns),
        channels=channels,
        most=most,
        nought=axis.place(0) if axis.low < 0 < axis.high else None,
    )


def axis_for(trend: Trend) -> Axis:
    """An axis that holds all intervals, cut to what the score can be."""
    low, high = trend.measure.low, trend.measure.high
    ends = [end for step in trend.steps if step.shown for end in _ends(step)]
    if not ends:
        return Axis(low, high, (high - low) / 4)
    first, last = min(ends), max(ends)
    missing = _LEAST_SHOWN * (high - low) - (last - first)
    if missing > 0:
        first, last = first - missing / 2, last + missing / 2
    first, last = max(low, first), min(high, last)
    step = _round_step((last - first) / _TICKS)
    return Axis(max(low, floor(first / step) * step), min(high, ceil(last / step) * step), step)


def _ends(step: Step) -> Iterable[float]:
    return [end for end in (step.score.low, step.score.high) if end is not None]


def _round_step(rough: float) -> float:
    """The next larger of 1, 2, 5, 10, 20, 50 … and 0.1, 0.2, 0.5."""
    size: float = 10 ** floor(log10(rough))
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.999)


def _column(
    trend: Trend,
    axis: Axis,
    step: Step,
    x: float,
    width: float,
    channels: Sequence[str],
    most: int,
) -> Column:
    value = step.score.value
    return Column(
        x=round(x, 2),
        width=round(width, 2),
        name=label(step.bucket.label_date, trend.interval),
        score=step.score,
        shown=step.shown,
        y=axis.place(value) if step.shown and value is not None else None,
        total=sum(step.channels.values()),
        stack=_stack(step.channels, channels, most),
    )


def _stack(counts: Mapping[str, int], channels: Sequence[str], most: int) -> list[Stack]:
    parts, top = [], FULL
    for name in channels:
        if count := counts.get(name, 0):
            height = FULL * count / most
            top -= height
            parts.append(Stack(name, round(top, 1), round(height, 1)))
    return parts


def _runs(columns: Sequence[Column]) -> list[list[Column]]:
    runs: list[list[Column]] = []
    open_run = False
    for column in columns:
        if not column.shown:
            open_run = False
            continue
        if not open_run:
            runs.append([])
        runs[-1].append(column)
        open_run = True
    return runs


def _run(columns: Sequence[Column], axis: Axis) -> Run:
    # A single step has no line, and a band as wide as itself.
    alone = len(columns) == 1
    xs = [c.x + c.width / 2 for c in columns]
    if alone:
        xs = [columns[0].x, columns[0].x + columns[0].width]
        columns = [columns[0], columns[0]]
    line = _path(zip(xs, (c.y or 0.0 for c in columns), strict=True))
    upper = list(zip(xs, (axis.place(c.score.high or 0.0) for c in columns), strict=True))
    lower = list(zip(xs, (axis.place(c.score.low or 0.0) for c in columns), strict=True))
    return Run("" if alone else line, _path([*upper, *reversed(lower)]) + "z")


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _labels(columns: Sequence[Column]) -> list[Tick]:
    every = max(1, ceil(len(columns) / _MOST_LABELS))
    # From the end: the newest step is the one that people look for.
    chosen = range(len(columns) - 1, -1, -every)
    return [Tick(round(columns[i].x + columns[i].width / 2, 1), columns[i].name) for i in chosen]
