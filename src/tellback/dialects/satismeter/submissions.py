"""Posting a response, going on with it, and asking whether to show the survey."""

from collections.abc import Sequence

from tellback.core.commands import CheckAsk, SubmitResponse
from tellback.core.errors import CredentialMissing, Fault, Invalid, NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import AnswerValue, Channel
from tellback.core.outcomes import AskDecision, ResponseStored
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.parsing import write_json
from tellback.dialects.satismeter.fields import Fields
from tellback.dialects.satismeter.keys import write_key

NAME = "satismeter"
#: By their lower case: documents say In-App, clients send In-app, exports print In-app.
CHANNELS = {"in-app": Channel.IN_APP, "mobile": Channel.MOBILE, "email": Channel.EMAIL}
MAX_ANSWERS = 200
_MAX_FEEDBACK = 10_000


def decode_submission(request: HttpRequest) -> Call:
    """``POST /api/responses``."""
    fields = Fields(request)
    return Call(
        commands=[_submission(request, fields)], credential=write_key(fields.get("writeKey"))
    )


def decode_continuation(request: HttpRequest) -> Call:
    """``PUT /api/responses/{id}``, with the token that came with the response."""
    fields = Fields(request)
    call = Call(credential=write_key(fields.get("writeKey")))
    token = request.headers.get("auth-token", "")
    if not token:
        call.refusal = CredentialMissing("The auth-token header is missing.")
        return call
    if not is_id(request.params["id"]):
        call.refusal = NotFound("There is no such response.")
        return call
    command = _submission(request, fields)
    command.response_id, command.token = request.params["id"], token
    call.commands = [command]
    return call


def decode_widget(request: HttpRequest) -> Call:
    """``POST /api/widget``."""
    fields = Fields(request)
    contact = fields.person()
    # What is decided holds for all channels, but a wrong one is still a wrong call.
    _channel(fields)
    command = CheckAsk(
        dialect=NAME,
        contact=contact,  # type: ignore[arg-type] # refused below where there is none
        survey=fields.text("campaign"),
        traits=fields.object("traits"),
        force=fields.flag("forceSurvey"),
    )
    refusal = Invalid(*fields.problems) if fields.problems else None
    credential = write_key(fields.get("writeKey"))
    return Call(commands=[command], credential=credential, refusal=refusal)


def encode_created(exchange: Exchange, outcomes: Sequence[ResponseStored]) -> HttpReply:
    """201, with where to go on and the token for it."""
    return _stored(exchange, 201, outcomes[0])


def encode_continued(exchange: Exchange, outcomes: Sequence[ResponseStored]) -> HttpReply:
    """200, again with both: clients take them anew from every reply."""
    return _stored(exchange, 200, outcomes[0])


def encode_widget(_exchange: Exchange, outcomes: Sequence[AskDecision]) -> HttpReply:
    """Whether to show the survey. Why not is for the project's owner."""
    decision = outcomes[0]
    widget = {"visible": decision.allowed, "campaign": decision.survey}
    return HttpReply(200, write_json({"widget": widget}))


def _stored(exchange: Exchange, status: int, stored: ResponseStored) -> HttpReply:
    headers = [("Location", f"{exchange.request.base_url}/api/responses/{stored.id}")]
    if stored.token is not None:
        headers.append(("auth-token", stored.token))
    return HttpReply(status, write_json({"id": stored.id}), headers=tuple(headers))


def _submission(request: HttpRequest, fields: Fields) -> SubmitResponse:
    """A submission with all its problems.

    It is partial since the vendor takes answers to some of the questions from a server.
    """
    command = SubmitResponse(
        dialect=NAME,
        channel=_channel(fields),
        survey=fields.text("campaign"),
        contact=fields.person(),
        answers=_answers(fields),
        rating=_rating(fields),
        comment=fields.text("feedback", _MAX_FEEDBACK) or None,
        traits=fields.object("traits"),
        force=fields.flag("forceSurvey"),
        dismissed=fields.boolean("dismissed"),
        partial=True,
        language=_remark(fields, "language", 35),
        referrer=_remark(fields, "referrer", 2_000),
        user_agent=request.headers.get("user-agent", "")[:500] or None,
        ip=request.peer,
    )
    command.problems = tuple(fields.problems)
    return command


def _channel(fields: Fields) -> Channel:
    method = fields.text("method")
    if method is None:
        return Channel.IN_APP
    channel = CHANNELS.get(method.lower())
    if channel is None:
        fields.wrong(Fault.VALUE, "must be In-App, Mobile or Email", "method")
    return channel or Channel.IN_APP


def _rating(fields: Fields) -> int | None:
    # An explicit null is a wrong rating, not a missing one.
    if "rating" not in fields.values:
        return None
    rating = fields.get("rating")
    if isinstance(rating, int) and not isinstance(rating, bool):
        return rating
    fields.wrong(Fault.FORMAT, "must be a whole number", "rating")
    return None


def _answers(fields: Fields) -> list[tuple[str, AnswerValue]]:
    if "answers" not in fields.values:
        return []
    given = fields.get("answers")
    if not isinstance(given, list):
        fields.wrong(Fault.FORMAT, "must be a list of objects with id and value", "answers")
        return []
    if len(given) > MAX_ANSWERS:
        fields.wrong(Fault.VALUE, f"must have at most {MAX_ANSWERS} members", "answers")
        return []
    read = (_answer(fields, item, f"answers[{place}]") for place, item in enumerate(given))
    return [answer for answer in read if answer is not None]


def _answer(fields: Fields, item: object, place: str) -> tuple[str, AnswerValue] | None:
    if not isinstance(item, dict):
        fields.wrong(Fault.FORMAT, "must be an object with id and value", place)
        return None
    question, value = item.get("id"), item.get("value")
    if not isinstance(question, str) or not question:
        fields.wrong(Fault.FORMAT, "must be the id of a question", f"{place}.id")
        return None
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return question, value
    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return question, value
    rule = "must be a whole number, a text or a list of texts"
    fields.wrong(Fault.FORMAT, rule, f"{place}.value")
    return None


def _remark(fields: Fields, name: str, longest: int) -> str | None:
    """A member that nobody documents: taken where it is a text, and never a reason to refuse."""
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    return value.replace("\0", "")[:longest] or None
