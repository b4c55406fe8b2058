"""What goes wrong, in this wire's statuses and its envelope.

The codes 5, 10, 20, 28 and 33 are the vendor's; the three-digit ones are ours.
"""

from collections.abc import Iterator, Mapping

from tellback.core.commands import SubmitResponse
from tellback.core.errors import (
    ConversationUnknown,
    CredentialMissing,
    CredentialUnknown,
    Duplicate,
    Fault,
    Internal,
    Invalid,
    NotEligible,
    NotFound,
    NotPermitted,
    Overloaded,
    Problem,
    RateLimited,
    TellbackError,
)
from tellback.core.instants import format_instant
from tellback.core.model import CHOSEN, RATED, Question, QuestionType, pick
from tellback.dialects.contract import (
    BodyTooLarge,
    Exchange,
    HttpReply,
    HttpRequest,
    MethodNotAllowed,
    UnknownPath,
    UnsupportedMediaType,
    WireError,
)
from tellback.dialects.liveperson.formats import NotAcceptable, reply
from tellback.dialects.parsing import Element


class IllegalVersion(WireError):
    """Illegal Version"""


class SurveyUnavailable(WireError):
    """There is no such survey."""


#: Status and internal code.
TABLE: Mapping[type[TellbackError], tuple[int, int]] = {
    TellbackError: (400, 5),
    WireError: (400, 5),
    Invalid: (400, 5),
    NotFound: (400, 5),
    ConversationUnknown: (404, 28),
    NotEligible: (400, 5),
    Duplicate: (400, 5),
    IllegalVersion: (400, 33),
    CredentialMissing: (401, 10),
    CredentialUnknown: (401, 10),
    NotPermitted: (403, 403),
    UnknownPath: (404, 28),
    SurveyUnavailable: (404, 28),
    MethodNotAllowed: (405, 405),
    NotAcceptable: (406, 406),
    BodyTooLarge: (413, 413),
    UnsupportedMediaType: (415, 415),
    RateLimited: (429, 429),
    Internal: (500, 20),
    Overloaded: (503, 503),
}
STATUSES = {error: status for error, (status, _) in TABLE.items()}

SUBMITTING = "Error in submitting survey:"
_HIDDEN = "A hidden question was answered"
_UNKNOWN_SURVEY = "An unknown survey id was posted"
_UNKNOWN_QUESTION = "An unknown question id was posted"
_OPTIONS = "Value entered must be from the proposed options"
_MOST = 50


def encode_error(exchange: Exchange, error: TellbackError) -> HttpReply:
    """``{"error": {"time", "message", "internalCode"}}``, or the same in XML."""
    known = next(kind for kind in type(error).__mro__ if kind in TABLE)
    status, code = TABLE[known]
    time = f"{format_instant(exchange.request.now)[:-1]}+00:00"
    message = _message(exchange, error)
    value = {"error": {"time": time, "message": message, "internalCode": code}}
    parts = [
        Element("time", text=time),
        Element("message", text=message),
        Element("internalCode", text=str(code)),
    ]
    headers: tuple[tuple[str, str], ...] = ()
    if isinstance(error, MethodNotAllowed):
        headers = (("Allow", ", ".join(error.allowed)),)
    elif status == 401:
        headers = (("WWW-Authenticate", "LivePerson"),)
    return reply(exchange.request, status, value, Element("error", children=parts), headers)


def _message(exchange: Exchange, error: TellbackError) -> str:
    if isinstance(error, UnknownPath | ConversationUnknown):
        return f"null for uri: {_uri(exchange.request)}"
    if isinstance(error, CredentialMissing | CredentialUnknown):
        return "Unauthorized account access"
    if isinstance(error, NotFound):
        return _numbered([f"{_UNKNOWN_SURVEY}: {_posted_survey(exchange)}"], [])
    if isinstance(error, Invalid):
        return _all_problems(error.problems, exchange)
    if isinstance(error, NotEligible | Duplicate):
        return _numbered(["The survey cannot be answered now"], [])
    return error.message


def _posted_survey(exchange: Exchange) -> str:
    """The survey that a call names; 0 where it names none, as the vendor counts."""
    commands = exchange.call.commands if exchange.call else ()
    return next((one.survey for one in commands if isinstance(one, SubmitResponse)), None) or "0"


def _uri(request: HttpRequest) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query if name != "appKey")
    return f"{request.path}?{query}" if query else request.path


def _all_problems(problems: tuple[Problem, ...], exchange: Exchange) -> str:
    """What is wrong with the whole comes first, as at the vendor's, then the questions."""
    language = exchange.project.settings.language if exchange.project else None
    general, about = [], []
    for problem in problems[:_MOST]:
        if isinstance(problem.subject, Question) and problem.fault is not Fault.NOT_APPLICABLE:
            about.append(_about_question(problem, problem.subject, language))
        else:
            general.append(_general(problem))
    return _numbered(list(dict.fromkeys(general)), about)


def _numbered(general: list[str], about: list[str]) -> str:
    return SUBMITTING + "".join(_lines(general, about))


def _lines(general: list[str], about: list[str]) -> Iterator[str]:
    for place, text in enumerate(general, start=1):
        yield f"{place}: {text};"
    for place, text in enumerate(about, start=len(general) + 1):
        yield f"{place}.   {text};"


def _general(problem: Problem) -> str:
    if problem.fault is Fault.NOT_APPLICABLE:
        return _HIDDEN
    if problem.fault is Fault.NOT_FOUND:
        return f"{_UNKNOWN_QUESTION}: {problem.field}"
    if problem.field is None:
        return problem.message
    return f"{problem.field}: {problem.message}"


def _about_question(problem: Problem, question: Question, language: str | None) -> str:
    label = pick(question.text, language)
    return f"Question id: {question.number}  Question: {label}  Error: {_rule(problem, question)}"


def _rule(problem: Problem, question: Question) -> str:
    if problem.fault is Fault.MISSING:
        return "The question is mandatory"
    if problem.fault is Fault.DUPLICATE:
        return problem.message[0].upper() + problem.message[1:]
    if question.type is QuestionType.MULTIPLE_CHOICE:
        return _OPTIONS
    if problem.fault is Fault.FORMAT and problem.message in _MANY:
        return "Only one answer can be given"
    if question.type in CHOSEN | RATED:
        return _OPTIONS
    if question.type is QuestionType.NUMBER:
        return "Value entered must be a number"
    if question.type is QuestionType.EMAIL:
        return "Value entered must be a valid email address"
    return f"Value entered {problem.message}"


#: What is said of a list where one answer is taken.
_MANY = frozenset({"must be one of the choices", "must be a text"})
