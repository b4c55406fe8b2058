"""A score over time: by which steps it is shown, and what they hold."""

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from tellback.core.calendar import Bucket, Interval, buckets
from tellback.core.model import SurveyType
from tellback.store.rated import Counts, Rated
from tellback.web.dashboard.measures import PROMOTERS, Surveys
from tellback.web.dashboard.trend import Trend, trend_of
from tests.web.dashboard.seeds import survey

ZONE = ZoneInfo("Europe/Berlin")
SURVEYS = Surveys({("nps", 1): survey(SurveyType.NPS, 0, 10)}, {})


def days(first: date, last: date) -> list[Bucket]:
    return buckets(first, last, Interval.DAY, ZONE)


def answers(number: int) -> Counts:
    rated = Rated("nps", "nps", 1, 10.0)
    return Counts(Counter({rated: number}), Counter(), Counter({"email": number}))


def trend(number: int, first: date, last: date, wanted: Interval | None = None) -> Trend:
    """The trend of so many answers a day."""
    found = days(first, last)
    counts = [answers(number) for _ in found]
    return trend_of(found, counts, SURVEYS, PROMOTERS, ZONE, wanted)


def test_the_finest_steps_that_tell_are_shown() -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    assert trend(5, first, last).interval is Interval.DAY
    assert trend(4, first, last).interval is Interval.WEEK
    assert trend(1, first, date(2026, 4, 30)).interval is Interval.WEEK
    assert trend(0, first, last).interval is Interval.MONTH


def test_what_is_wanted_is_shown_if_it_can_be() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert trend(1, first, last, Interval.MONTH).interval is Interval.MONTH
    assert trend(9, first, last).choices == [Interval.WEEK, Interval.MONTH]
    assert trend(9, first, last, Interval.DAY).interval is Interval.WEEK


def test_steps_hold_all_days_and_none_twice() -> None:
    for interval in Interval:
        # The clock changes on the last Sunday of March: that day has 23 hours.
        found = trend(6, date(2026, 3, 5), date(2026, 5, 3), interval)
        assert sum(step.score.n for step in found.steps) == 6 * 60
        assert sum(step.channels["email"] for step in found.steps) == 6 * 60
    assert [step.score.n for step in found.steps] == [6 * 27, 6 * 30, 6 * 3]


def test_a_step_of_few_answers_is_not_shown() -> None:
    found = trend(4, date(2026, 3, 1), date(2026, 3, 3), Interval.DAY)
    assert [step.shown for step in found.steps] == [False] * 3
