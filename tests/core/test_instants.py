"""The date forms that the wires share, and the one form that we print."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.instants import format_instant, format_seconds, parse_instant

AT = 1_452_659_430_000  # 2016-01-13T04:30:30Z


@pytest.mark.parametrize(
    "text",
    [
        "2016-01-13T04:30:30Z",
        "2016-01-13T10:00:30+05:30",
        "2016-01-12T20:30:30-08:00",
        "2016-01-13T10:00:30Z+05:30",
        "2016-01-13T04:30:30-00:00",
        1452659430,
        "1452659430",
    ],
)
def test_each_form_is_read(text: object) -> None:
    assert parse_instant(text) == AT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016-01-13",
        "2016-01-13T04:30:30",
        "2016-01-13T04:30:30z",
        "2016-01-13 04:30:30Z",
        "2016-01-13T04:30:30.000Z",
        "2016-W02-3T04:30:30Z",
        "2016-02-30T04:30:30Z",
        "2016-00-13T04:30:30Z",
        "0000-01-13T04:30:30Z",
        "2016-01-13T24:00:00Z",
        "2016-01-13T23:59:60Z",
        "2016-01-13T04:30:30+24:00",
        "2016-01-13T04:30:30+05:60",
        "2016-01-13T04:30:30+0530",
        "2016-01-13T04:30:30ZZ",
        "2016-01-13T04:30:30Z\n",
        "２016-01-13T04:30:30Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "253402300800",
        "-1",
        "1.5",
        -1,
        253402300800,
        1.5,
        True,
        None,
        [],
        {},
        10**30,
    ],
)
def test_anything_else_is_no_date(text: object) -> None:
    assert parse_instant(text) is None


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_what_is_printed_is_read_again(seconds: int) -> None:
    text = format_seconds(seconds * 1000)
    assert len(text) == 20
    assert parse_instant(text) == seconds * 1000


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_offsets_are_taken_off(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_instant(moment.isoformat()) == expected


def test_milliseconds_are_printed() -> None:
    assert format_instant(AT + 68) == "2016-01-13T04:30:30.068Z"
    assert format_instant(0) == "1970-01-01T00:00:00.000Z"
