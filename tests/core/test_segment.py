"""The `where` language: what it means, where a mistake is found, and that nothing else happens."""

import json
from datetime import date, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tellback.core.errors import Invalid
from tellback.core.properties import PropertyType
from tellback.core.segment import (
    OPERATORS,
    CheckedComparison,
    Comparison,
    Conjunction,
    Disjunction,
    Expression,
    Operator,
    SegmentError,
    check,
    parse,
)

TYPES = {
    "plan": PropertyType.STRING,
    "age": PropertyType.NUMBER,
    "since": PropertyType.DATE,
    "paid": PropertyType.BOOLEAN,
    "tags": PropertyType.STRING_SET,
    "sizes": PropertyType.NUMBER_SET,
}
PLAN = Comparison("plan", Operator.EQUAL, "gold")
AGE = Comparison("age", Operator.GREATER_OR_EQUAL, 18)
quick = settings(deadline=None, max_examples=100)


def refusal(text: str) -> SegmentError:
    """The error that an expression ends in, read and checked."""
    with pytest.raises(SegmentError) as caught:
        check(parse(text), TYPES)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('property["plan"] == "gold"', PLAN),
        ("property['plan'] == 'gold'", PLAN),
        (' property [ "plan" ]=="gold"\n', PLAN),
        ('((property["plan"] == "gold"))', PLAN),
        ('property["plan"] contain "ol"', Comparison("plan", Operator.CONTAIN, "ol")),
        ('property["age"]>=18', AGE),
        ('property["age"] < -1.5', Comparison("age", Operator.LESS, -1.5)),
        ('property["age"] <= 2e3', Comparison("age", Operator.LESS_OR_EQUAL, 2000.0)),
        ('property["age"] > 0', Comparison("age", Operator.GREATER, 0)),
        ('property["paid"] is true', Comparison("paid", Operator.IS, True)),
        ('property["paid"] is false', Comparison("paid", Operator.IS, False)),
        ('property["plan"] isset', Comparison("plan", Operator.IS_SET)),
        ('property["plan"] isnotset', Comparison("plan", Operator.IS_NOT_SET)),
        ('property["Größe_$"] isset', Comparison("Größe_$", Operator.IS_SET)),
        (
            'property["plan"] == "a or ) \\" \\\\"',
            Comparison("plan", Operator.EQUAL, 'a or ) " \\'),
        ),
    ],
)
def test_one_condition(text: str, expected: Expression) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '(property["plan"] == "gold" and property["age"] >= 18)',
        '(property["plan"] == "gold") and (property["age"] >= 18)',
        'property["plan"] == "gold" and property["age"] >= 18',
        '((property["plan"] == "gold") and property["age"] >= 18)',
    ],
)
def test_conditions_are_joined_wherever_the_parentheses_stand(text: str) -> None:
    assert parse(text) == Conjunction((PLAN, AGE))
    assert parse(text.replace(" and ", " or ")) == Disjunction((PLAN, AGE))


def test_numbers_stay_whole_where_they_are_written_whole() -> None:
    whole, broken = parse('property["age"] == 3'), parse('property["age"] == 3.0')
    assert isinstance(whole, Comparison)
    assert isinstance(broken, Comparison)
    assert (type(whole.value), type(broken.value)) == (int, float)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, 'expected property["name"], not the end'),
        ("plan == 1", 0, 'expected property["name"], not plan'),
        ("()", 1, 'expected property["name"], not )'),
        ("property", 8, 'expected "[", not the end'),
        ("property[plan] isset", 9, "expected the property's name in quotes, not plan"),
        ('property["plan" isset', 16, 'expected "]", not isset'),
        ('property["plan"] like "x"', 17, "expected one of < <= > >= == contain is isset isnotset"),
        ('property["plan"] = "x"', 17, "equality is written =="),
        ('property["plan"] == gold', 20, "expected a quoted text, a number, a date, true or false"),
        ('property["plan"] == "gold', 20, "this quote is never closed"),
        ('property["plan"] == "C:\\temp"', 23, "a backslash stands only before"),
        ('property["age"] > 1.2.3', 18, "cannot read '1.2.3'"),
        ('property["age"] > 1e999', 18, "a number is at most"),
        ('property["age"] > 1000000000000001', 18, "a number is at most"),
        ('property["age"] > -1000000000000001', 18, "a number is at most"),
        ('property["age"] > 5and property["age"] < 9', 18, "cannot read"),
        ('property["age"] isset 5', 22, "expected and, or, or the end, not 5"),
        ('property["age"] isset and', 25, 'expected property["name"], not the end'),
        ('(property["age"] isset', 0, 'this "(" is never closed'),
        ('((property["age"] isset)', 0, 'this "(" is never closed'),
        ('property["age"] isset)', 21, 'this ")" closes nothing'),
        ('property["age"] isset; drop table', 21, "cannot read '; drop table'"),
        ('__import__("os")', 0, "cannot read"),
        ('property["pl\x00an"] isset', 12, "not text"),
        ('property["plan"] == "\ud800"', 21, "not text"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, position: int, message: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse(text)
    assert caught.value.position == position
    assert message in caught.value.message
    assert f"(at offset {position})" in caught.value.message


@pytest.mark.parametrize(
    "template", ["{} and {} or {}", "({} and {}) or {}", "{} or ({} and {})", "(({} or {}) and {})"]
)
def test_and_and_or_cannot_be_mixed(template: str) -> None:
    text = template.format(*['property["age"] isset'] * 3)
    error = refusal(text)
    first, second = sorted(text.index(f" {word} ") + 1 for word in ("and", "or"))
    assert first < error.position == second
    assert "cannot be mixed" in error.message


def test_length_is_bounded() -> None:
    condition = 'property["age"] isset'
    assert parse(condition.ljust(4000)) == Comparison("age", Operator.IS_SET)
    assert refusal(condition.ljust(4001)).position == 4000


def test_the_number_of_conditions_is_bounded() -> None:
    hundred = " or ".join(['property["age"] isset'] * 100)
    parsed = parse(hundred)
    assert isinstance(parsed, Disjunction)
    assert len(parsed.parts) == 100
    assert "at most 100" in refusal(f'{hundred} or property["age"] isset').message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000,
        '"' + "\\\\" * 1999,
        "1" * 4000,
        "a" * 4000,
        'property["' + "x" * 3989,
        " " * 4000,
        "<" * 4000,
        '("' * 2000,
    ],
)
def test_hostile_texts_are_refused_quickly(text: str) -> None:
    started = process_time()
    refusal(text)
    assert process_time() - started < 0.1


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
@pytest.mark.parametrize("operator", Operator)
def test_each_type_knows_its_operators_and_no_others(
    name: str, kind: PropertyType, operator: Operator
) -> None:
    literal = {
        PropertyType.DATE: '"2026-01-31T08:00:00Z"',
        PropertyType.BOOLEAN: "true",
        PropertyType.NUMBER: "5",
        PropertyType.NUMBER_SET: "5",
    }.get(kind, '"x"')
    takes_none = operator in (Operator.IS_SET, Operator.IS_NOT_SET)
    text = f'property["{name}"] {operator}' + ("" if takes_none else f" {literal}")
    if operator in OPERATORS[kind]:
        checked = check(parse(text), TYPES)
        assert isinstance(checked, CheckedComparison)
        assert (checked.property, checked.type, checked.operator) == (name, kind, operator)
        assert (checked.value is None) == takes_none
    else:
        error = refusal(text)
        assert error.position == text.index(f" {operator}") + 1
        assert kind.replace("_", " ") in error.message


def test_the_table_of_operators_is_that_of_the_contract() -> None:
    ordered = {"<", "<=", ">", ">=", "=="}
    present = {"isset", "isnotset"}
    assert {kind: set(map(str, known)) - present for kind, known in OPERATORS.items()} == {
        "string": {"contain", "=="},
        "string_set": {"contain", "=="},
        "number": ordered,
        "number_set": ordered,
        "date": ordered,
        "boolean": {"is"},
    }
    assert all(present <= set(map(str, known)) for known in OPERATORS.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('property["plan"] == 5', "a quoted text"),
        ('property["plan"] contain true', "a quoted text"),
        ('property["tags"] == 5', "a quoted text"),
        ('property["age"] > "5"', "a number without quotes"),
        ('property["age"] == true', "a number without quotes"),
        ('property["sizes"] == "5"', "a number without quotes"),
        ('property["paid"] is 1', "true or false"),
        ('property["paid"] is "true"', "true or false"),
        ('property["since"] > true', "a date such as"),
        ('property["since"] > "2026-02-30T00:00:00Z"', "a date such as"),
        ('property["since"] > "2026-01-31"', "a date such as"),
        ('property["since"] > 1.5', "a date such as"),
    ],
)
def test_a_value_must_have_the_type_of_its_property(text: str, expected: str) -> None:
    error = refusal(text)
    assert expected in error.message
    assert error.position == text.rindex(" ") + 1


def test_an_unknown_property_is_named_with_its_place() -> None:
    text = 'property["age"] isset and property["shoe"] == 5'
    error = refusal(text)
    assert error.position == text.index('property["shoe"]')
    assert 'there is no property "shoe"' in error.message


@pytest.mark.parametrize(
    "literal",
    [
        '"2026-01-31T08:00:00Z"',
        '"2026-01-31T13:30:00+05:30"',
        '"2026-01-31T00:30:00-07:30"',
        "1769846400",
        '"1769846400"',
    ],
)
def test_dates_come_out_in_one_form(literal: str) -> None:
    checked = check(parse(f'property["since"] >= {literal}'), TYPES)
    assert isinstance(checked, CheckedComparison)
    assert checked.value == "2026-01-31T08:00:00Z"


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026:01:31", date(2026, 1, 31)),
        ("2026-01-31T08:05:59", datetime(2026, 1, 31, 8, 5, 59)),
    ],
)
def test_a_date_without_quotes_is_one_on_the_projects_clock(literal: str, expected: date) -> None:
    checked = check(parse(f'property["since"] >= {literal}'), TYPES)
    assert isinstance(checked, CheckedComparison)
    assert checked.value == expected
    assert type(checked.value) is type(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('property["since"] > 2026-02-30', "there is no date 2026-02-30"),
        ('property["since"] > 2026-02-03T25:00:00', "there is no date"),
        ('property["since"] > 2026-02:03', "expected and, or, or the end"),
        ('property["since"] > 2026-02-03Z', "expected and, or, or the end"),
        ('property["age"] > 2026-02-03', "a number without quotes"),
        ('property["plan"] == 2026-02-03', "a quoted text"),
    ],
)
def test_a_date_without_quotes_must_be_one_and_stand_where_dates_do(
    text: str, message: str
) -> None:
    assert message in refusal(text).message


def test_early_dates_sort_like_all_others() -> None:
    checked = check(parse('property["since"] > "0001-02-03T04:05:06Z"'), TYPES)
    assert isinstance(checked, CheckedComparison)
    assert checked.value == "0001-02-03T04:05:06Z"


def test_a_checked_expression_keeps_its_joint_and_its_order() -> None:
    plan = CheckedComparison("plan", PropertyType.STRING, Operator.EQUAL, "gold")
    age = CheckedComparison("age", PropertyType.NUMBER, Operator.GREATER_OR_EQUAL, 18)
    assert check(Conjunction((PLAN, AGE)), TYPES) == Conjunction((plan, age))
    assert check(Disjunction((AGE, PLAN)), TYPES) == Disjunction((age, plan))


def test_a_mistake_is_a_problem_that_every_edge_can_show() -> None:
    error = refusal("nonsense")
    assert isinstance(error, Invalid)
    assert [problem.field for problem in error.problems] == ["where"]


PIECES = st.sampled_from(
    [
        "property",
        '["age"]',
        '["plan"]',
        "and",
        "or",
        "true",
        "5",
        "2026-01-31",
        *"()[]<>= \"'\\",
        *Operator,
    ]
)


def only_its_own_error(text: str) -> None:
    """Read and check; an error of any other kind escapes and fails the test."""
    position = 0
    try:
        check(parse(text), TYPES)
    except SegmentError as error:
        position = error.position
    assert 0 <= position <= len(text)


@given(st.text(max_size=80) | st.lists(PIECES, max_size=25).map(" ".join))
@quick
def test_nothing_but_its_own_error_is_ever_raised(text: str) -> None:
    only_its_own_error(text)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=15)
numbers = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_nan=False)
comparisons = st.one_of(
    st.builds(
        Comparison,
        texts,
        st.sampled_from(sorted(set(Operator) - {Operator.IS_SET, Operator.IS_NOT_SET})),
        texts | numbers | st.booleans(),
    ),
    st.builds(Comparison, texts, st.sampled_from([Operator.IS_SET, Operator.IS_NOT_SET])),
)
several = st.lists(comparisons, min_size=2, max_size=6).map(tuple)
expressions = comparisons | st.builds(Conjunction, several) | st.builds(Disjunction, several)


def written(expression: Expression) -> str:
    """An expression as a person would write it."""
    match expression:
        case Comparison(name, operator, None):
            return f"property[{quoted(name)}] {operator}"
        case Comparison(name, operator, str(value)):
            return f"property[{quoted(name)}] {operator} {quoted(value)}"
        case Comparison(name, operator, value):
            return f"property[{quoted(name)}] {operator} {json.dumps(value)}"
        case Conjunction(parts):
            return f"({' and '.join(map(written, parts))})"
        case Disjunction(parts):
            return f"({' or '.join(map(written, parts))})"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(expressions)
@quick
def test_what_is_written_is_what_is_read(expression: Expression) -> None:
    assert parse(written(expression)) == expression


@given(expressions, st.floats(0, 1), st.text(max_size=2))
@quick
def test_damaged_expressions_raise_only_the_own_error(
    expression: Expression, where: float, junk: str
) -> None:
    text = written(expression)
    cut = int(where * len(text))
    only_its_own_error(text[:cut])
    only_its_own_error(text[:cut] + junk + text[cut + 1 :])
