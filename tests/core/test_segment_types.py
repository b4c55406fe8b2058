"""Properties that nobody has declared have the type of what they are compared with."""

import pytest

from tellback.core.properties import PropertyType
from tellback.core.segment import SegmentError, check, parse
from tellback.core.segment_types import infer_types, terms_of


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ('== "x"', PropertyType.STRING),
        ('== "2026-01-31T08:00:00Z"', PropertyType.STRING),
        ('>= "2026-01-31T08:00:00Z"', PropertyType.DATE),
        (">= 2026-01-31", PropertyType.DATE),
        ("< 7.5", PropertyType.NUMBER),
        ("is true", PropertyType.BOOLEAN),
        ("isset", PropertyType.STRING),
        ('contain "x"', PropertyType.STRING),
    ],
)
def test_a_type_follows_from_what_is_compared(condition: str, kind: PropertyType) -> None:
    expression = parse(f'property["new"] {condition}')
    types = infer_types(expression, {"old": PropertyType.NUMBER})
    assert types == {"old": PropertyType.NUMBER, "new": kind}
    check(expression, types)


def test_what_is_declared_stays_as_it_is() -> None:
    expression = parse('property["age"] == "x" or property["age"] == 1')
    assert infer_types(expression, {"age": PropertyType.NUMBER}) == {"age": PropertyType.NUMBER}
    assert [term.value for term in terms_of(expression)] == ["x", 1]


def test_a_name_has_one_type_in_one_expression() -> None:
    text = 'property["age"] == 1 and property["age"] contain "x"'
    expression = parse(text)
    with pytest.raises(SegmentError) as caught:
        check(expression, infer_types(expression, {}))
    assert caught.value.position == text.index("contain")


@pytest.mark.parametrize("name", ["", 'a\\"b', "a\\\\b"])
def test_no_engine_finds_its_way_by_quotes(name: str) -> None:
    expression = parse(f'property["{name}"] isset')
    with pytest.raises(SegmentError, match="neither quotes nor backslashes"):
        infer_types(expression, {})
