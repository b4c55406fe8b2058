"""A response with all around it, in words."""

import pytest

from tellback.core.segment import Comparison, parse
from tellback.web.dashboard.stories import traits_of


@pytest.mark.parametrize(
    ("value", "said"),
    [("gold", "gold"), ('a "b" \\c', 'a "b" \\c'), (3, "3"), (2.5, "2.5"), (True, "true")],
)
def test_a_trait_leads_to_all_of_whom_it_is(value: object, said: str) -> None:
    (trait,) = traits_of({"plan": value})
    assert (trait.name, trait.said) == ("plan", said)
    assert trait.where is not None
    expression = parse(trait.where)
    assert isinstance(expression, Comparison)
    assert (expression.property, expression.value) == ("plan", value)


@pytest.mark.parametrize("value", [["a", "b"], 10**15, "x" * 300, "two\nlines", 1e300])
def test_what_no_expression_asks_for_leads_nowhere(value: object) -> None:
    (trait,) = traits_of({"plan": value})
    assert trait.where is None
    assert traits_of({'a"b': "x"})[0].where is None


def test_what_says_nothing_is_left_out() -> None:
    assert traits_of({"a": None, "b": "", "c": [], "d": {"e": 1}}) == []
    assert [trait.name for trait in traits_of({"b": 1, "a": 2})] == ["a", "b"]
