"""Members of JSON objects, read as Jackson reads them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.errors import Invalid
from tellback.dialects.edna.members import Members, required

ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *((1, 1), ("1", 1), (" -7 ", -7), ("+5", 5), ("0007", 7), (None, None), ("", None)),
        *((2**63 - 1, 2**63 - 1), (-(2**63), -(2**63)), ("9223372036854775807", 2**63 - 1)),
    ],
)
def test_whole_numbers(value: Any, number: int | None) -> None:
    members = Members({"id": value})
    assert members.whole("id") == number
    assert members.problems == []


@pytest.mark.parametrize(
    "value", [1.0, True, "1.0", "one", "١", "1_000", [], {}, 2**63, "9223372036854775808", "9" * 99]
)
def test_no_whole_numbers(value: Any) -> None:
    members = Members({"id": value})
    assert members.whole("id") is None
    assert [problem.field for problem in members.problems] == ["id"]


@pytest.mark.parametrize(("value", "number"), [(4, 4.0), (4.02, 4.02), ("4.02", 4.02), ("", None)])
def test_decimals(value: Any, number: float | None) -> None:
    assert Members({"kpi": value}).decimal("kpi") == number


@pytest.mark.parametrize("value", [True, "1e5", ".5", "x", [1], 1e300, float("nan"), 10**400])
def test_no_decimals(value: Any) -> None:
    members = Members({"kpi": value})
    assert members.decimal("kpi") is None
    assert len(members.problems) == 1


def test_problems_say_where() -> None:
    members = Members({"clientId": {"id": "x"}})
    inner = members.inner("clientId")
    assert inner is not None
    required(inner, "id")
    required(members, "qualityFormId")
    with pytest.raises(Invalid) as refused:
        members.check()
    assert [problem.field for problem in refused.value.problems] == ["clientId.id", "qualityFormId"]


@given(ANY)
def test_any_value(value: Any) -> None:
    """Each reader gives something of its kind, or notes one problem."""
    for reader, kinds in (
        ("whole", int),
        ("decimal", float),
        ("text", str),
        ("flag", bool),
        ("inner", Members),
        ("texts", list),
    ):
        members = Members({"it": value})
        read = getattr(members, reader)("it")
        assert read is None or isinstance(read, kinds)
        assert len(members.problems) <= (len(value) if isinstance(value, list) else 1) + 1
