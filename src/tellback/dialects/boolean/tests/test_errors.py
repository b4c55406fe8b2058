"""The error table says something for every fault, and what the vendor says where he says it."""

import pytest

from tellback.core.errors import (
    CredentialMissing,
    CredentialUnknown,
    Fault,
    Invalid,
    NotFound,
    Problem,
    RateLimited,
    TellbackError,
)
from tellback.dialects.boolean.errors import GET_SURVEY, UNSUBSCRIBE, coded_errors
from tellback.dialects.contract import MalformedBody, MethodNotAllowed, UnknownPath

CODES = {
    Fault.FORMAT: 1001,
    Fault.TYPE_CONFLICT: 1002,
    Fault.QUOTA: 1003,
    Fault.DUPLICATE: 1004,
    Fault.MISSING: 1006,
    Fault.ALREADY_DONE: 1007,
    Fault.VALUE: 1009,
    Fault.NOT_FOUND: 1010,
    Fault.NOT_APPLICABLE: 1012,
    Fault.UNKNOWN_KEY: 1013,
}


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_its_code(fault: Fault) -> None:
    (error,) = coded_errors(Invalid(Problem(fault, "why", "field")), "")
    assert error["code"] == CODES[fault]
    assert error["message"]
    assert error["field"] == "field"


def test_what_is_not_found_depends_on_what_was_asked() -> None:
    problem = Invalid(Problem(Fault.NOT_FOUND, "why"))
    assert coded_errors(problem, UNSUBSCRIBE)[0]["code"] == 1005
    assert coded_errors(NotFound(), GET_SURVEY)[0]["code"] == 1010
    assert coded_errors(NotFound(), "request_surveys")[0]["code"] == 1000


def test_every_problem_is_an_entry() -> None:
    problems = [Problem(Fault.FORMAT, "a", "x"), Problem(Fault.VALUE, "b")]
    assert coded_errors(Invalid(*problems), "") == [
        {"code": 1001, "message": "Invalid format: a", "field": "x"},
        {"code": 1009, "message": "Invalid value: b"},
    ]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CredentialMissing(), "API key not provided."),
        (CredentialUnknown(), "Invalid API Key."),
        (UnknownPath(), "Non-existent resource is requested."),
        (MethodNotAllowed(["GET"]), "Method not allowed."),
        (RateLimited(5), "Too many requests."),
        (MalformedBody("Why."), "Badly formed JSON. Why."),
        (TellbackError("Our own words."), "Our own words."),
    ],
)
def test_the_vendors_sentences(error: TellbackError, sentence: str) -> None:
    assert [each["message"] for each in coded_errors(error, "")] == [sentence]
