"""Typed properties: names, and the stored form of each type's values."""

import pytest

from tellback.core.properties import PropertyType, clean_value, name_problem

S, N, D, B = (
    PropertyType.STRING,
    PropertyType.NUMBER,
    PropertyType.DATE,
    PropertyType.BOOLEAN,
)
SS, NS = PropertyType.STRING_SET, PropertyType.NUMBER_SET


@pytest.mark.parametrize(
    "name", ["addressLine1", "customer_name", "a1", "1a", "größe", "日本", "a$", "a_", "x" * 75]
)
def test_good_names(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("$cust_prop", "_cust_prop", "#address", "a", "cust&prop", "cust(prop)", "cust prop"),
        *("", "x" * 76, "a-b", "a.b", "ab\n", "a\0", "'ab"),
    ],
)
def test_bad_names(name: str) -> None:
    problem = name_problem(name)
    assert problem is not None
    assert problem.field == name[:80]


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (S, "", ""),
        (S, "x" * 255, "x" * 255),
        (S, "x" * 256, None),
        (S, "a\0b", None),
        (S, 5, None),
        (N, 5, 5),
        (N, 5.0, 5),
        (N, -5.25, -5.25),
        (N, "500", 500),
        (N, "+5", 5),
        (N, "-5.50", -5.5),
        (N, "1e3", 1000),
        (N, 9_999_999_999, 9_999_999_999),
        (N, 9_999_999_999.5, None),
        (N, -10_000_000_000, -10_000_000_000),
        (N, -(2**63), -(2**63)),
        (N, -(10**30), -1e30),
        (N, "-1e300", -1e300),
        (N, -(10**400), None),
        (N, "-1e400", None),
        (N, float("-inf"), None),
        (N, float("nan"), None),
        (N, "1e400", None),
        (N, "0x10", None),
        (N, " 5", None),
        (N, "٥", None),
        (N, True, None),
        (N, None, None),
        (N, float("inf"), None),
        (N, 10**400, None),
        (D, "2016-01-15T02:30:30Z", "2016-01-15T02:30:30Z"),
        (D, "2016-01-15T08:00:30+05:30", "2016-01-15T02:30:30Z"),
        (D, 1452825030, "2016-01-15T02:30:30Z"),
        (D, "1452825030", "2016-01-15T02:30:30Z"),
        (D, "2016-01-15T02:30:30", None),
        (D, "2016-01-15", None),
        (B, True, True),
        (B, False, False),
        (B, 1, None),
        (B, "true", None),
        (SS, [], []),
        (SS, ["a"] * 20, ["a"] * 20),
        (SS, ["a"] * 21, None),
        (SS, ["a", 1], None),
        (SS, "a", None),
        (NS, ["500", 499, 1.5], [500, 499, 1.5]),
        (NS, ["x"], None),
        (NS, [1] * 21, None),
    ],
)
def test_values_are_brought_into_their_stored_form(
    kind: PropertyType, value: object, stored: object
) -> None:
    cleaned = clean_value(kind, value)
    assert cleaned == stored
    assert type(cleaned) is type(stored)
