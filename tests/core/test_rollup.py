"""Which days of a time are taken from their cells, and what counts are called."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.instants import DAY, HOUR
from tellback.core.rollup import (
    FIRST_DAY,
    LAST_DAY,
    SLOT,
    Plan,
    RatingFact,
    day_of,
    last_day,
    midnight,
    on_day,
    plan,
    read_event,
    read_fact,
    whole_days,
)

UTC, KOLKATA, APIA = ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")
BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
TODAY = date(2023, 11, 14).toordinal()
START = midnight(TODAY, UTC)


def test_without_changes_whole_days_come_from_cells() -> None:
    assert plan(START, START + 3 * DAY, [], UTC) == Plan([(TODAY, TODAY + 3)], [])


def test_parts_of_days_come_from_rows() -> None:
    found = plan(START - HOUR, START + 2 * DAY + HOUR, [], UTC)
    assert found.days == [(TODAY, TODAY + 2)]
    assert found.rest == [(START - HOUR, START), (START + 2 * DAY, START + 2 * DAY + HOUR)]


def test_less_than_a_day_comes_from_rows() -> None:
    assert plan(START + 1, START + DAY, [], UTC) == Plan((), [(START + 1, START + DAY)])
    assert plan(START, START, [], UTC) == Plan((), ())
    assert plan(START + 1, START, [], UTC) == Plan((), ())


def test_a_changed_day_comes_from_rows() -> None:
    slot = START + DAY + 5 * SLOT
    found = plan(START, START + 3 * DAY, [(slot, slot + SLOT)], UTC)
    assert found.days == [(TODAY, TODAY + 1), (TODAY + 2, TODAY + 3)]
    assert found.rest == [(START + DAY, START + 2 * DAY)]
    assert [found.has(TODAY + day) for day in range(-1, 4)] == [False, True, False, True, False]


def test_what_is_frozen_comes_from_cells_whatever_has_changed() -> None:
    everything = (midnight(FIRST_DAY, UTC), midnight(LAST_DAY, UTC))
    found = plan(START, START + 3 * DAY, [everything], UTC, frozen_until=TODAY + 1)
    assert found == Plan([(TODAY, TODAY + 1)], [(START + DAY, START + 3 * DAY)])


def test_a_day_is_one_of_the_project_s_clock() -> None:
    assert day_of(START + 19 * HOUR, KOLKATA) == TODAY + 1
    assert midnight(TODAY, KOLKATA) == START - 11 * HOUR // 2
    assert whole_days(START, START + 2 * DAY, KOLKATA) == (TODAY + 1, TODAY + 2)


def test_a_zone_may_skip_a_day() -> None:
    skipped = date(2011, 12, 30).toordinal()
    assert midnight(skipped, APIA) == midnight(skipped + 1, APIA)
    start, end = midnight(skipped - 1, APIA), midnight(skipped + 2, APIA)
    assert plan(start, end, [(start, start + SLOT)], APIA) == Plan(
        [(skipped, skipped + 2)], [(start, midnight(skipped, APIA))]
    )


def test_beyond_all_moments_there_is_no_day() -> None:
    assert day_of(-(10**15), UTC) == FIRST_DAY
    assert day_of(10**15, UTC) == LAST_DAY
    assert plan(-(10**15), 10**15, [], UTC).days == [(FIRST_DAY, LAST_DAY)]


def test_many_separate_times_are_read_as_one() -> None:
    changed = [(START + 2 * day * DAY, START + 2 * day * DAY + SLOT) for day in range(100)]
    found = plan(START - DAY, START + 300 * DAY, changed, UTC)
    assert found.rest == [(START, START + 199 * DAY)]
    assert found.days == [(TODAY - 1, TODAY), (TODAY + 199, TODAY + 300)]


moments = st.integers(START - 20 * DAY, START + 20 * DAY)
zones = st.sampled_from([UTC, KOLKATA, KATHMANDU, BERLIN])


@given(moments, moments, st.lists(st.tuples(moments, st.integers(1, 3 * DAY)), max_size=8), zones)
def test_every_moment_comes_from_one_place(
    start: int, end: int, marks: list[tuple[int, int]], zone: ZoneInfo
) -> None:
    changed = [(at // SLOT * SLOT, at // SLOT * SLOT + length) for at, length in marks]
    found = plan(start, end, changed, zone)
    parts = [(midnight(first, zone), midnight(last, zone)) for first, last in found.days]
    covered = sorted([*parts, *found.rest])
    # Together they are the range, without a gap and without anything twice.
    assert sum(last - first for first, last in covered) == max(0, end - start)
    assert all(one[1] <= other[0] for one, other in pairwise(covered))
    assert all(start <= first < last <= end for first, last in covered)
    for first, last in parts:
        assert not any(begin < last and first < stop for begin, stop in changed)


@pytest.mark.parametrize(
    "fact",
    [
        RatingFact(1, "nps", 9.0, True, False),
        RatingFact(12, None, None, False, True),
        RatingFact(2, "ces", -2.5, False, False),
        RatingFact(2, "binary", 0.0, True, True),
    ],
)
def test_a_fact_is_read_as_it_was_named(fact: RatingFact) -> None:
    assert read_fact(fact.named("n")) == ("n", fact)


def test_an_event_is_read_as_it_was_named() -> None:
    assert read_event(on_day("opens", TODAY)) == ("opens", TODAY)
    assert read_event("requested") == ("requested", None)
    assert last_day(TODAY, ["requested", on_day("opens", TODAY + 3)]) == TODAY + 3
    assert last_day(TODAY, [on_day("sent", TODAY - 3)]) == TODAY
