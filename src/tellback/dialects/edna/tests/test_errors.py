"""Refusals: four keys in their order, the vendor's own sentences, three lines of Vary."""

import json

import pytest

from tellback.core.errors import (
    AskingDisabled,
    ConversationOpen,
    CredentialUnknown,
    SurveyNotOffered,
    TellbackError,
)
from tellback.dialects.contract import Exchange, HttpReply, HttpRequest, MethodNotAllowed
from tellback.dialects.edna import DIALECT
from tellback.dialects.edna.errors import encode_error

PATH = "/api/v1/quality/send"


def refused(error: TellbackError) -> HttpReply:
    request = HttpRequest("POST", PATH, {}, (), {}, "", "http://x/p/slug", slug="slug")
    return encode_error(Exchange(request, DIALECT), error)


@pytest.mark.parametrize(
    ("error", "message", "printed"),
    [
        (AskingDisabled(), "Sending surveys via external api is disabled", 141),
        (ConversationOpen(), "Client has open thread", 119),
        (SurveyNotOffered("1", 1), "Cannot send form 1 to thread 1", 127),
    ],
)
def test_the_three_conflicts(error: TellbackError, message: str, printed: int) -> None:
    reply = refused(error)
    body = f'{{"method":"POST","uri":"{PATH}","code":null,"message":"{message}"}}'
    assert (reply.status, reply.content_type) == (409, "application/json")
    assert reply.body == body.encode()
    # The vendor prints the lengths of the same, spread over lines: so nothing is hidden.
    spread = json.dumps(json.loads(reply.body), indent=2, separators=(",", " : "))
    assert len(spread.replace("\n", "\r\n")) == printed


def test_three_lines_of_vary() -> None:
    assert refused(ConversationOpen()).headers == (
        ("Vary", "Origin"),
        ("Vary", "Access-Control-Request-Method"),
        ("Vary", "Access-Control-Request-Headers"),
    )


def test_which_form_and_which_thread() -> None:
    message = json.loads(refused(SurveyNotOffered("7", 42)).body)["message"]
    assert message == "Cannot send form 7 to thread 42"


def test_more_headers() -> None:
    assert refused(CredentialUnknown()).headers[3:] == (("WWW-Authenticate", "Bearer"),)
    assert refused(MethodNotAllowed(("GET", "POST"))).headers[3:] == (("Allow", "GET, POST"),)


def test_a_long_message_is_cut() -> None:
    assert len(refused(TellbackError("a" * 9_000)).body) < 3_000
