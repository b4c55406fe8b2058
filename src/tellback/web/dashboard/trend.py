"""A score over time: the steps that are drawn, and how many answers each of them rests on."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tellback.core.calendar import MAX_BUCKETS, Bucket, Interval, buckets, local_datetime
from tellback.core.score import Score
from tellback.store.rated import Counts, sum_counts
from tellback.web.dashboard.measures import Measure, Surveys, score_all
from tellback.web.dashboard.scores import FEWEST

_NOTHING = Score(None, 0, None, None)
_MOST_STEPS = 120
#: Of more steps than these nobody sees the course for the noise.
_CALM = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A day, a week or a month: when it begins and ends, its score, its responses by channel."""

    bucket: Bucket
    score: Score
    channels: dict[str, int]

    @property
    def shown(self) -> bool:
        """Whether its answers are enough to show a score."""
        return self.score.value is not None and self.score.n >= FEWEST


@dataclass(frozen=True, slots=True)
class Trend:
    """A score's steps; ``choices`` are the intervals that it could be shown by."""

    measure: Measure
    interval: Interval
    steps: Sequence[Step]
    choices: Sequence[Interval]


def trend_of(
    days: Sequence[Bucket],
    counts: Sequence[Counts],
    surveys: Surveys,
    measure: Measure,
    zone: ZoneInfo,
    wanted: Interval | None,
) -> Trend:
    """The trend by the interval that is wanted; else by the finest whose steps mostly tell."""
    whole = {interval: _whole(days, interval, zone) for interval in Interval}
    choices = [i for i in Interval if len(whole[i]) <= _MOST_STEPS] or [Interval.MONTH]
    calm = [i for i in choices if len(whole[i]) <= _CALM] or choices[-1:]
    found = [wanted] if wanted in choices else calm
    for interval in found:
        steps = _score(whole[interval], days, counts, surveys, measure)
        if 2 * sum(step.shown for step in steps) >= len(steps):
            break
    return Trend(measure, interval, steps, choices)


def _whole(days: Sequence[Bucket], interval: Interval, zone: ZoneInfo) -> list[Bucket]:
    if not days:
        return []
    last = local_datetime(days[-1].end_ms - 1, zone).date()
    first = days[0].label_date
    if interval is Interval.DAY and (last - first) >= timedelta(days=MAX_BUCKETS):
        return list(days)
    return buckets(first, last, interval, zone)


def _score(
    steps: Sequence[Bucket],
    days: Sequence[Bucket],
    counts: Sequence[Counts],
    surveys: Surveys,
    measure: Measure,
) -> list[Step]:
    starts = [step.start_ms for step in steps]
    parts: list[list[Counts]] = [[] for _ in steps]
    for day, counted in zip(days, counts, strict=True):
        parts[bisect_right(starts, day.start_ms) - 1].append(counted)
    found = []
    for step, part in zip(steps, parts, strict=True):
        total = sum_counts(part)
        score = score_all(total, surveys).get(measure, _NOTHING)
        found.append(Step(step, score, dict(total.channels)))
    return found


def label(day: date, interval: Interval) -> str:
    """A step's name below the chart."""
    return f"{day:%b %Y}" if interval is Interval.MONTH else f"{day.day} {day:%b}"
