"""Thumbs: one vote a call, up or down."""

from collections.abc import Mapping
from typing import Any

from tellback.core.commands import SubmitResponse
from tellback.core.errors import (
    CredentialMissing,
    CredentialUnknown,
    Fault,
    Internal,
    Invalid,
    NotFound,
    NotPermitted,
    Overloaded,
    Problem,
    RateLimited,
    TellbackError,
)
from tellback.core.model import (
    NEGATIVE,
    POSITIVE,
    Channel,
    Choice,
    ContactKey,
    Identity,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.outcomes import ResponseStored
from tellback.dialects.contract import (
    BodyTooLarge,
    Call,
    Credential,
    Dialect,
    Exchange,
    HttpReply,
    HttpRequest,
    KeySpec,
    MethodNotAllowed,
    Route,
    UnknownPath,
    UnsupportedMediaType,
    WireError,
)
from tellback.dialects.parsing import read_json, write_json

_KEY = KeySpec("vote_key", "vote_key", "caller")
_ERRORS: Mapping[type[TellbackError], int] = {
    TellbackError: 422,
    WireError: 400,
    CredentialMissing: 401,
    CredentialUnknown: 401,
    NotPermitted: 403,
    NotFound: 404,
    UnknownPath: 404,
    MethodNotAllowed: 405,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    RateLimited: 429,
    Internal: 500,
    Overloaded: 503,
}
_SURVEY = SurveyDefinition(
    name="Thumbs",
    type=SurveyType.BINARY,
    questions=(
        Question(
            "vote",
            QuestionType.BINARY,
            {"en": "Was this page helpful?"},
            choices=(Choice(POSITIVE, {"en": "Yes"}), Choice(NEGATIVE, {"en": "No"})),
            metric="binary",
        ),
    ),
    repeat_after_days=0,
)


def _credential(request: HttpRequest) -> Credential | None:
    key = request.headers.get("x-vote-key")
    return Credential(_KEY.kind, key) if key else None


def _decode(request: HttpRequest) -> Call:
    body = read_json(request.body)
    if not isinstance(body, dict) or not isinstance(body.get("up"), bool):
        raise Invalid(Problem(Fault.FORMAT, "must be true or false", "up"))
    user = body.get("user")
    known = isinstance(user, str) and 0 < len(user) <= 200
    return Call(
        [
            SubmitResponse(
                "thumbs",
                Channel.LINK,
                contact=ContactKey(Identity.EXTERNAL, user) if known else None,
                answers=[("vote", POSITIVE if body["up"] else NEGATIVE)],
            )
        ]
    )


def _encode(_exchange: Exchange, outcomes: list[ResponseStored]) -> HttpReply:
    return HttpReply(201, write_json({"vote": outcomes[0].id}))


def _encode_error(_exchange: Exchange, error: TellbackError) -> HttpReply:
    status = next(_ERRORS[kind] for kind in type(error).__mro__ if kind in _ERRORS)
    return HttpReply(status, write_json({"no": error.message}))


def _describe(_project: Project, keys: Mapping[str, str], _survey: Survey | None) -> dict[str, Any]:
    return {"vote_key": keys[_KEY.name]}


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    key = described["vote_key"]
    return f"curl -i {base_url}/thumbs/votes -H 'X-Vote-Key: {key}' -d '{{\"up\": true}}'"


DIALECT = Dialect(
    name="thumbs",
    title="Thumbs",
    routes=(Route("POST", "/thumbs/votes", "vote", _decode, _encode, _credential, max_body=4096),),
    errors=_ERRORS,
    encode_error=_encode_error,
    keys=(_KEY,),
    survey=_SURVEY,
    describe=_describe,
    example=_example,
    capabilities=frozenset({"collect"}),
)
