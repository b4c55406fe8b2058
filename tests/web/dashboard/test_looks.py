"""How figures are looked at stands whole in the address."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.calendar import Interval
from tellback.web.dashboard.looks import Look, read_look
from tellback.web.dashboard.periods import PERIODS, USUAL, Period, read_period

WIRES = {"wire": "Wire", "api": "Own"}
CHOSEN = read_period("chosen", "2026-01-05", "2026-02-01")
SINCE, UNTIL = read_period("30", "2026-01-05"), read_period("30", None, "2026-02-01")
looks = st.builds(
    Look,
    st.sampled_from([*PERIODS.values(), CHOSEN, SINCE, UNTIL]),
    st.sampled_from([None, "how-was-it"]),
    st.sampled_from([None, "wire", "api"]),
    st.sampled_from([None, "email", "chat"]),
    st.sampled_from([None, *Interval]),
    st.sampled_from([None, "nps", "ces-1-7"]),
)


@given(looks)
def test_a_look_is_read_as_it_was_written(look: Look) -> None:
    assert read_look(look.parameters(), WIRES) == look


def test_what_is_usual_is_not_said() -> None:
    assert Look().query() == ""
    assert Look().query(period=PERIODS["7"], survey="a b") == "period=7&survey=a+b"


@pytest.mark.parametrize(
    "parameters",
    [
        {"wire": "nobody's"},
        {"channel": "pigeon"},
        {"by": "hour"},
        {"period": "31"},
        {"from": "2026-13-05", "to": "x"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"survey": ""},
    ],
)
def test_what_is_none_of_ours_is_as_if_not_said(parameters: dict[str, str]) -> None:
    assert read_look(parameters, WIRES) == Look(USUAL)


def test_days_in_the_wrong_order_are_turned_round() -> None:
    assert read_period(None, "2026-02-01", "2026-01-05") == CHOSEN
    assert (
        Period("chosen", "5 Jan 2026 to 1 Feb 2026", chosen=(date(2026, 1, 5), date(2026, 2, 1)))
        == CHOSEN
    )
