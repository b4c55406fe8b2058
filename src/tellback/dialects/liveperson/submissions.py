"""Answers that are posted: what stands in a survey, whose it is, and what it becomes."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.core.commands import SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.errors import Fault, Problem
from tellback.core.model import AnswerValue, Channel, ContactKey
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest, UnknownPath
from tellback.dialects.liveperson.bodies import (
    Members,
    listed,
    number_of,
    object_in,
    read_body,
    remark,
    text_of,
)
from tellback.dialects.liveperson.retrievals import NAME

#: The vendor's clients repeat a call that was not answered in time.
SAME_WITHIN = 60_000
MAX_ANSWERS = 200
_MAX_ID = 255
#: Identities by their names on the wire: two different ones, which are never taken for each other.
_KEYS = {"LETagVisitorId": "letag", "visitorId": "liveperson_visitor"}
_SESSION = {"LETagSessionId": "letag_session"}
_IDENTITIES = {**_KEYS, **_SESSION}
_TRAITS = ("skill", *_KEYS, *_SESSION, "LETagContextId")


def decode_offline(request: HttpRequest) -> Call:
    """``PUT chat/offlineSurvey``."""
    body = read_body(request)
    command = submission(request, object_in(body, "survey"), body)
    command.same_within = SAME_WITHIN
    return Call(commands=[command])


def decode_exit(request: HttpRequest) -> Call:
    """``PUT chat/{chat}/exitSurvey``, which ends that conversation if it is not over yet."""
    body = read_body(request)
    command = submission(request, object_in(body, "survey"), body)
    command.about = RecordConversation(NAME, chat_of(request), channel="chat", is_open=False)
    command.of_conversation = True
    return Call(commands=[command])


def decode_agent(request: HttpRequest) -> Call:
    """``PUT agentSession/…/survey``: what an agent says of a chat is nobody's own answer."""
    body = read_body(request)
    command = submission(request, object_in(body, "survey"), body)
    command.contact, command.also = None, ()
    command.about = RecordConversation(NAME, chat_of(request), channel="chat")
    return Call(commands=[command])


def encode_stored(_exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """200 and nothing: clients take no other status for success, and some cannot read a body."""
    return HttpReply(200, content_type=None)


def submission(request: HttpRequest, survey: Members, beside: Members) -> SubmitResponse:
    """A posted survey, with what stands in it or, from older clients, beside it."""
    facts = {**beside, **{name: value for name, value in survey.items() if value != ""}}
    answers = Answers()
    answers.read(survey)
    keys, problems = identities(facts)
    return SubmitResponse(
        dialect=NAME,
        channel=Channel.CHAT,
        # A name that nothing has: without any, the ready survey would be meant.
        survey=number_of(survey.get("id")) or "",
        contact=keys[0] if keys else None,
        also=tuple(keys[1:]),
        answers=answers.given,
        as_text=True,
        traits=traits(facts),
        referrer=remark(facts.get("chatRefferer") or facts.get("chatReferrer"), 2_000),
        user_agent=remark(facts.get("userAgent") or request.headers.get("user-agent"), 500),
        ip=remark(facts.get("visitorIp")) or request.peer,
        problems=(*answers.problems, *problems),
    )


def identities(facts: Members) -> tuple[list[ContactKey], list[Problem]]:
    """By what a visitor is known, most telling first; a session only where nothing else is."""
    keys: list[ContactKey] = []
    problems: list[Problem] = []
    for name, kind in _IDENTITIES.items():
        value = facts.get(name)
        if value in (None, "") or (name in _SESSION and keys):
            continue
        text = text_of(value)
        if text is None or isinstance(value, bool) or "\0" in text or not text.strip():
            problems.append(Problem(Fault.FORMAT, "must be a text or a number", name))
        elif len(text) > _MAX_ID:
            problems.append(Problem(Fault.VALUE, f"must have at most {_MAX_ID} characters", name))
        else:
            keys.append(ContactKey(kind, text))
    return keys, problems


def traits(facts: Members) -> dict[str, object] | None:
    """What else is said of the visitor, by its name on the wire."""
    said = {name: remark(facts.get(name)) for name in _TRAITS}
    return {name: value for name, value in said.items() if value is not None} or None


def chat_of(request: HttpRequest) -> str:
    """The chat in the path."""
    chat = request.params["chat"]
    if len(chat) > _MAX_ID or not chat.isprintable():
        raise UnknownPath
    return chat


class Answers:
    """The answers of a survey, each to a question's number, and what was wrong with others.

    A question may stand alone instead of in a list, an answer too; some documents write ``value``,
    and others post the survey as it was retrieved, with entries checked. Blanks answer nothing.
    """

    def __init__(self) -> None:
        self.given: list[tuple[str, AnswerValue]] = []
        self.problems: list[Problem] = []

    def read(self, survey: Members) -> None:
        """Read all questions of a survey."""
        questions = survey.get("question")
        if questions is None and isinstance(survey.get("questions"), Mapping):
            questions = survey["questions"].get("question")
        items = listed(questions)
        if len(items) > MAX_ANSWERS:
            rule = f"must have at most {MAX_ANSWERS} members"
            self.problems.append(Problem(Fault.VALUE, rule, "question"))
        for item in items[:MAX_ANSWERS]:
            self._read_question(item)

    def _read_question(self, item: Any) -> None:
        # The vendor takes what is no question for question 0, and so for none that there is.
        posted = item.get("id") if isinstance(item, dict) else 0
        number = number_of(posted)
        if number is None or not isinstance(item, dict):
            name = number or (text_of(posted) or "0")[:50]
            self.problems.append(Problem(Fault.NOT_FOUND, "there is no such question", name))
            return
        answer = _answer(item)
        if isinstance(answer, str):
            if answer.strip():
                self.given.append((number, answer))
            return
        texts = [text_of(value) for value in listed(answer) if value is not None]
        said = [text for text in texts if text is not None and text.strip()]
        if None in texts:
            rule = "must be a text or a list of texts"
            self.problems.append(Problem(Fault.FORMAT, rule, f"question {number}"))
        elif said:
            self.given.append((number, said[0] if len(said) == 1 else said))


def _answer(question: Members) -> Any:
    for name in ("answer", "value"):
        if question.get(name) is not None:
            return question[name]
    entries = (entry for entry in listed(question.get("entry")) if isinstance(entry, Mapping))
    return [entry.get("value") for entry in entries if entry.get("checked") in (True, "true")]
