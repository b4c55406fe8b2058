"""Traits: merging, and their bounds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.traits import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_VALUES,
    merge_traits,
    trait_problem,
)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_given_names_overwrite_and_others_stay() -> None:
    stored = {"a": 1, "b": {"x": 1}}
    assert merge_traits(stored, {"b": {"y": 2}, "c": None}) == {"a": 1, "b": {"y": 2}, "c": None}
    assert merge_traits(stored, None) == stored
    assert merge_traits(stored, {}) == stored


def test_merging_changes_neither() -> None:
    stored, given_ = {"a": 1}, {"a": 2}
    merge_traits(stored, given_)["z"] = 1
    assert (stored, given_) == ({"a": 1}, {"a": 2})


@pytest.mark.parametrize(
    "traits",
    [
        {},
        {"name": "x" * (MAX_CHARACTERS - 4)},
        {str(i): i for i in range(MAX_VALUES)},
        {"a": ["x" * (MAX_CHARACTERS - 1)]},
        {"a": nested(MAX_DEPTH - 1)},
        {"a": [True, None, 1.5, {"b": [-(2**63), 2**63 - 1]}]},
    ],
)
def test_within_the_bounds(traits: Any) -> None:
    assert trait_problem(traits) is None


@pytest.mark.parametrize(
    "traits",
    [
        {"name": "x" * (MAX_CHARACTERS - 3)},
        {"x" * (MAX_CHARACTERS + 1): 1},
        {str(i): i for i in range(MAX_VALUES + 1)},
        {"a": {"b": list(range(MAX_VALUES))}},
        {"a": nested(MAX_DEPTH)},
        {"a": nested(900)},
        {"a": {"b": ["c\0"]}},
        {"a\0": 1},
        {"a": [2**63]},
        {"a": -(2**63) - 1},
    ],
)
def test_beyond_the_bounds(traits: Any) -> None:
    problem = trait_problem(traits)
    assert problem is not None
    assert problem.field == "traits"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=5), JSON), st.dictionaries(st.text(max_size=5), JSON))
def test_merging_is_that_of_dictionaries(stored: Any, given_: Any) -> None:
    merged = merge_traits(stored, given_)
    assert set(merged) == set(stored) | set(given_)
    trait_problem(merged)
