"""Reporting intervals: labels, clock changes, partial ends, bounds."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.core.calendar import (
    MAX_BUCKETS,
    Interval,
    buckets,
    local_datetime,
    local_ms,
    local_range,
    parse_local,
)
from tellback.core.errors import Invalid
from tellback.core.instants import DAY, HOUR, format_seconds

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")  # until 2019 the clock changed at midnight
APIA = ZoneInfo("Pacific/Apia")  # had no 30 December 2011
HAVANA = ZoneInfo("America/Havana")  # in autumn midnight comes twice
ZONES = [UTC, BERLIN, KOLKATA, SAO_PAULO, APIA, HAVANA, ZoneInfo("Australia/Lord_Howe")]
quick = settings(deadline=None, max_examples=60)


def labels(start: date, end: date, interval: Interval, zone: ZoneInfo = UTC) -> list[str]:
    return [bucket.label_date.isoformat() for bucket in buckets(start, end, interval, zone)]


def hours(day: date, zone: ZoneInfo) -> list[float]:
    return [(b.end_ms - b.start_ms) / HOUR for b in buckets(day, day, Interval.DAY, zone)]


def test_days_include_both_ends() -> None:
    days = buckets(date(2026, 2, 27), date(2026, 3, 1), Interval.DAY, KOLKATA)
    assert [format_seconds(day.start_ms) for day in days] == [
        "2026-02-26T18:30:00Z",
        "2026-02-27T18:30:00Z",
        "2026-02-28T18:30:00Z",
    ]
    assert format_seconds(days[-1].end_ms) == "2026-03-01T18:30:00Z"


def test_weeks_start_on_monday_and_a_partial_one_carries_its_first_day() -> None:
    # 12 November 2026 is a Thursday.
    found = labels(date(2026, 11, 12), date(2026, 11, 24), Interval.WEEK)
    assert found == ["2026-11-12", "2026-11-16", "2026-11-23"]


def test_months_likewise() -> None:
    found = labels(date(2024, 1, 31), date(2024, 3, 1), Interval.MONTH)
    assert found == ["2024-01-31", "2024-02-01", "2024-03-01"]


def test_the_last_bucket_ends_where_the_range_does() -> None:
    last = buckets(date(2026, 11, 2), date(2026, 11, 11), Interval.WEEK, BERLIN)[-1]
    assert last.label_date == date(2026, 11, 9)
    assert last.end_ms - last.start_ms == 3 * DAY


def test_moments_cut_the_first_and_the_last_bucket() -> None:
    start, end = datetime(2026, 11, 12, 18), datetime(2026, 11, 14, 6)
    days = buckets(start, end, Interval.DAY, UTC)
    assert [(b.end_ms - b.start_ms) / HOUR for b in days] == [6, 24, 6]
    assert [b.label_date.day for b in days] == [12, 13, 14]


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 10, 26), 24),
        (SAO_PAULO, date(2018, 11, 4), 23),
        (SAO_PAULO, date(2018, 2, 17), 25),
        (HAVANA, date(2025, 11, 2), 25),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5), 24.5),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(zone: ZoneInfo, day: date, length: float) -> None:
    assert hours(day, zone) == [length]


def test_a_day_without_midnight_starts_when_the_clock_changes() -> None:
    start = local_datetime(local_ms(date(2018, 11, 4), SAO_PAULO), SAO_PAULO)
    assert start.isoformat() == "2018-11-04T01:00:00-02:00"


def test_a_date_that_a_zone_skipped_has_no_bucket() -> None:
    found = labels(date(2011, 12, 29), date(2011, 12, 31), Interval.DAY, APIA)
    assert found == ["2011-12-29", "2011-12-31"]
    assert hours(date(2011, 12, 30), APIA) == []


def test_a_moment_on_a_skipped_date_is_counted_on_the_next_one() -> None:
    found = buckets(datetime(2011, 12, 30, 12), date(2011, 12, 31), Interval.DAY, APIA)
    assert [(b.label_date.day, (b.end_ms - b.start_ms) / HOUR) for b in found] == [(31, 12)]


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        (datetime(2026, 11, 12, 9, 30), "2026-11-12T08:30:00Z"),
        (datetime(2026, 10, 25, 2, 30), "2026-10-25T00:30:00Z"),  # occurs twice: the first
        (datetime(2026, 3, 29, 2, 30), "2026-03-29T01:30:00Z"),  # skipped: reads 03:30
        (date(2026, 7, 1), "2026-06-30T22:00:00Z"),
    ],
)
def test_local_times_become_moments(local: date, instant: str) -> None:
    assert format_seconds(local_ms(local, BERLIN)) == instant


def test_local_datetime_shows_the_offset_of_the_zone() -> None:
    shown = local_datetime(local_ms(date(2026, 1, 1), KOLKATA), KOLKATA)
    assert shown.isoformat() == "2026-01-01T00:00:00+05:30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026:01:31", date(2026, 1, 31)),
        ("2026-01-31T23:59:59", datetime(2026, 1, 31, 23, 59, 59)),
        ("2026:01:31T00:00:00", datetime(2026, 1, 31)),
    ],
)
def test_both_ways_to_write_a_local_time(text: str, expected: date) -> None:
    assert parse_local(text) == expected
    assert type(parse_local(text)) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-1-31",
        "2026-01:31",
        "2026-02-30",
        "2026-01-31T24:00:00",
        "2026-01-31T10:60:00",
        "2026-01-31 10:00:00",
        "2026-01-31T10:00:00Z",
        "2026-01-31\n",
        "٢٠٢٦-٠١-٣١",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_anything_else_is_not_a_local_time(text: str) -> None:
    assert parse_local(text) is None


@given(st.text(max_size=25) | st.from_regex(r"\d{4}[:-]\d\d[:-]\d\d(T\d\d:\d\d:\d\d)?"))
@quick
def test_reading_never_raises_and_what_it_reads_can_be_placed(text: str) -> None:
    local = parse_local(text)
    if local is not None:
        assert isinstance(local_ms(local, APIA), int)


def test_the_number_of_buckets_is_bounded() -> None:
    start = date(2000, 1, 1)
    last = start + timedelta(days=MAX_BUCKETS - 1)
    assert len(buckets(start, last, Interval.DAY, UTC)) == MAX_BUCKETS
    with pytest.raises(Invalid, match="more than 4000 steps"):
        buckets(start, last + timedelta(days=1), Interval.DAY, UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (datetime(2026, 1, 2), date(2026, 1, 1)),
        (date(2026, 1, 2), datetime(2026, 1, 1, 23, 59, 59)),
        (datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 11)),
    ],
)
def test_an_end_before_the_start_is_refused(start: date, end: date) -> None:
    with pytest.raises(Invalid, match="end lies before the start"):
        buckets(start, end, Interval.DAY, UTC)


def test_an_empty_time_has_no_buckets() -> None:
    noon = datetime(2026, 1, 1, 12)
    assert buckets(noon, noon, Interval.DAY, UTC) == []


@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31), date(3000, 1, 1), date.max])
@pytest.mark.parametrize("zone", [KOLKATA, HAVANA])
def test_years_that_cannot_be_placed_are_refused(day: date, zone: ZoneInfo) -> None:
    with pytest.raises(Invalid, match="years are 1900 to 2999"):
        local_range(day, date(2026, 1, 1), zone)
    with pytest.raises(Invalid, match="years are 1900 to 2999"):
        local_range(date(2026, 1, 1), day, zone)


def test_the_last_supported_day_can_be_reported() -> None:
    assert hours(date(2999, 12, 31), BERLIN) == [24]


@given(
    st.dates(date(2005, 1, 1), date(2030, 1, 1)),
    st.integers(0, 500),
    st.sampled_from(Interval),
    st.sampled_from(ZONES),
)
@quick
def test_buckets_fill_the_range_and_break_where_the_clock_says(
    start: date, days: int, interval: Interval, zone: ZoneInfo
) -> None:
    end = start + timedelta(days=days)
    found = buckets(start, end, interval, zone)
    cuts = [bucket.start_ms for bucket in found] + [bucket.end_ms for bucket in found[-1:]]
    assert all(left.end_ms == right.start_ms for left, right in pairwise(found))
    assert all(early < late for early, late in pairwise(cuts))
    assert not found or (cuts[0], cuts[-1]) == local_range(start, end, zone)
    for bucket in found:
        assert local_datetime(bucket.start_ms, zone).date() == bucket.label_date
    for bucket in found[1:]:
        starts_anew = {
            Interval.DAY: True,
            Interval.WEEK: bucket.label_date.weekday() == 0,
            Interval.MONTH: bucket.label_date.day == 1,
        }
        assert starts_anew[interval]
