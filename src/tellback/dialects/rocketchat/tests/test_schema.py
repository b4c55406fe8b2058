"""The vendor's validator, of which the expected results were taken by running it (Ajv 8, V8)."""

from typing import Any

import pytest

from tellback.dialects.rocketchat.refusals import BadParams
from tellback.dialects.rocketchat.schema import TEXT, Schema, as_text, checked, listing, strict

ITEM = strict(("name", "value"), name=TEXT, value=TEXT)
SURVEY = strict(("token", "rid", "data"), token=TEXT, rid=TEXT, data=listing(ITEM, least=1))
FLAG: Schema = {"type": "boolean", "nullable": True}
NUMBER: Schema = {"type": "number", "nullable": True}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (5.0, "5"),
        (5.5, "5.5"),
        (-0.0, "0"),
        (100.0, "100"),
        (0.1, "0.1"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (123456789012345678901, "123456789012345680000"),
        (1e21, "1e+21"),
        (-1.25e100, "-1.25e+100"),
        (10**400 // 10**92, "1e+308"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
    ],
)
def test_scalars_become_texts_as_in_javascript(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_a_right_value_is_turned_into_what_is_wanted() -> None:
    given = {"data": [{"value": 5, "name": None}], "token": "t", "rid": True}
    assert checked(SURVEY, given) == {
        "token": "t",
        "rid": "true",
        "data": [{"name": "", "value": "5"}],
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"x": 1}, "must have required property 'token'"),
        ({"token": "t", "rid": "r", "data": [], "x": 1}, "must NOT have additional properties"),
        ({"token": [], "rid": "r", "data": 1}, "must be string"),
        ({"token": "t", "rid": "r", "data": "[]"}, "must be array"),
        ({"token": "t", "rid": "r", "data": []}, "must NOT have fewer than 1 items"),
        (
            {"token": "t", "rid": "r", "data": [{"name": "n", "x": 1}]},
            "must have required property 'value'",
        ),
        (None, "must be object"),
    ],
)
def test_only_the_first_problem_is_told(value: Any, message: str) -> None:
    with pytest.raises(BadParams) as refused:
        checked(SURVEY, value)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("schema", "value", "result"),
    [
        (FLAG, "true", True),
        (FLAG, 0, False),
        (FLAG, "", None),
        (NUMBER, "1e2", 100),
        (NUMBER, "", None),
        (NUMBER, False, False),
        (listing(TEXT, nullable=True), "", None),
        (listing(TEXT, nullable=True), [None, 1], ["", "1"]),
    ],
)
def test_what_may_be_null(schema: Schema, value: Any, result: Any) -> None:
    assert checked(schema, value) == result


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (FLAG, "yes", "must be boolean"),
        (FLAG, 2, "must be boolean"),
        (NUMBER, "1x", "must be number"),
        (NUMBER, "nan", "must be number"),
        (NUMBER, [], "must be number"),
    ],
)
def test_what_is_of_no_use(schema: Schema, value: Any, message: str) -> None:
    with pytest.raises(BadParams, match=message):
        checked(schema, value)
