"""Where things lie in a chart."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.calendar import Bucket, Interval
from tellback.core.score import Recommendations, Score, nps
from tellback.web.dashboard.charts import FULL, Chart, axis_for, draw
from tellback.web.dashboard.measures import PROMOTERS
from tellback.web.dashboard.trend import Step, Trend

NOTHING = Score(None, 0, None, None)


def step(score: Score, **channels: int) -> Step:
    return Step(Bucket(0, 1, date(2026, 3, 1)), score, channels)


def trend(*steps: Step) -> Trend:
    return Trend(PROMOTERS, Interval.DAY, steps, list(Interval))


def of(promoters: int, detractors: int) -> Score:
    return nps(Recommendations(promoters, 10, detractors))


scores = st.one_of(st.just(NOTHING), st.builds(of, st.integers(0, 900), st.integers(0, 900)))
steps = st.builds(step, scores, email=st.integers(0, 50), chat=st.integers(0, 50))


def numbers(chart: Chart) -> list[float]:
    paths = [path for run in chart.runs for path in (run.line, run.band)]
    return [float(number) for path in paths for number in re.findall(r"-?[\d.]+", path)]


@given(st.lists(steps, max_size=40))
def test_everything_lies_in_the_plot(steps: list[Step]) -> None:
    chart = draw(trend(*steps))
    assert all(-0.1 <= number <= FULL + 0.1 for number in numbers(chart))
    for column in chart.columns:
        assert column.y is None or 0 <= column.y <= FULL
        parts = list(column.stack)
        assert all(part.at >= 0 and part.at + part.height <= FULL + 0.2 for part in parts)
    assert all(0 <= tick.at <= FULL for tick in (*chart.ticks, *chart.labels))


@given(st.lists(steps, min_size=1, max_size=40))
def test_an_axis_holds_every_interval_and_ends_at_marks(steps: list[Step]) -> None:
    axis = axis_for(trend(*steps))
    assert -100 <= axis.low < axis.high <= 100
    assert all(
        axis.low <= end <= axis.high + 1e-9
        for one in steps
        for end in (one.score.low, one.score.high)
        if end is not None
    )
    ticks = axis.ticks(0)
    assert 2 <= len(ticks) <= 12
    assert (ticks[0].at, ticks[-1].at) == (FULL, 0)


def test_a_gap_ends_a_line() -> None:
    score = of(50, 10)
    chart = draw(trend(*map(step, (score, score, NOTHING, score))))
    assert [bool(run.line) for run in chart.runs] == [True, False]
    assert [column.shown for column in chart.columns] == [True, True, False, True]


def test_noise_looks_like_noise() -> None:
    axis = axis_for(trend(step(Score(10, 9_000, 9.5, 10.5)), step(Score(11, 9_000, 10.5, 11.5))))
    assert axis.high - axis.low >= 40


def test_bars_are_parts_of_the_highest() -> None:
    chart = draw(trend(step(NOTHING, email=30, chat=10), step(NOTHING, email=10)))
    assert chart.most == 40
    assert [(p.name, p.height) for p in chart.columns[0].stack] == [("chat", 250), ("email", 750)]
    assert [(p.name, p.at) for p in chart.columns[1].stack] == [("email", 750)]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 90])
def test_labels_are_few_and_the_newest_is_among_them(count: int) -> None:
    chart = draw(trend(*[step(NOTHING, email=1)] * count))
    assert len(chart.labels) <= 8
    if count:
        last = chart.columns[-1]
        assert chart.labels[0].at == pytest.approx(last.x + last.width / 2, abs=0.1)
