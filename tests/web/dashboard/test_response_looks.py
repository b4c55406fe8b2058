"""How responses are looked at stands whole in the address."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.calendar import local_ms
from tellback.core.follow_ups import Progress
from tellback.core.response_search import ALL_RESPONSES, Kind
from tellback.web.dashboard.looks import Look
from tellback.web.dashboard.periods import PERIODS, read_period
from tellback.web.dashboard.response_looks import ResponseLook, read_response_look

WIRES = {"wire": "Wire"}
EVER = PERIODS["all"]
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
said = texts.map(str.strip)
looks = st.builds(
    ResponseLook,
    st.builds(
        Look,
        st.sampled_from([*PERIODS.values(), read_period("chosen", "2026-01-05", "2026-02-01")]),
        st.sampled_from([None, "how-was-it"]),
        st.sampled_from([None, "wire"]),
        st.sampled_from([None, "email"]),
        usual=st.just(EVER),
    ),
    st.sampled_from([None, *Kind]),
    st.booleans(),
    said,
    said,
    st.sampled_from([None, *Progress]),
    st.sampled_from([None, "0123456789abcdef" * 2]),
    st.sampled_from(["", "angry", "call back"]),
)


@given(looks)
def test_a_look_is_read_as_it_was_written(look: ResponseLook) -> None:
    assert read_response_look(look.parameters(), WIRES) == look


def test_what_is_usual_is_not_said() -> None:
    look = ResponseLook()
    assert (look.query(), look.narrows, look.more) == ("", False, False)
    assert look.search([], None, 0, ZoneInfo("UTC")) == ALL_RESPONSES
    assert look.query(text="a&b", kind=Kind.BAD) == "rating=bad&q=a%26b"


@pytest.mark.parametrize(
    "parameters",
    [
        {"rating": "great"},
        {"comments": "yes"},
        {"q": " \0 "},
        {"wire": "?"},
        {"period": "all"},
        {"status": "x", "owner": "x"},
    ],
)
def test_what_is_none_of_ours_is_as_if_not_said(parameters: dict[str, str]) -> None:
    assert read_response_look(parameters, WIRES) == ResponseLook()


def test_a_chosen_time_has_its_last_day_whole() -> None:
    zone = ZoneInfo("Europe/Berlin")
    look = read_response_look({"from": "2026-03-29", "to": "2026-03-29"}, WIRES)
    search = look.search([], None, 0, zone)
    days = (date(2026, 3, 29), date(2026, 3, 30))
    assert (search.since, search.until) == tuple(local_ms(day, zone) for day in days)
    assert look.narrows
    assert look.more


def test_the_last_days_go_on() -> None:
    search = read_response_look({"period": "7"}, WIRES).search([], None, 10**12, ZoneInfo("UTC"))
    assert search.until is None
    assert search.since is not None
