"""What a webhook says: an event's type, its moment, and all that a receiver needs to act on it."""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from tellback.core.conversations import Conversation
from tellback.core.instants import format_instant
from tellback.core.links import Purpose, link
from tellback.core.model import RATED, Project, Question, ShowIf, Survey, Text, pick
from tellback.core.records import ContactRecord, ResponseRecord
from tellback.core.webhooks import EventType
from tellback.dialects.contract import ChatSurvey, Dialect
from tellback.store.event_facts import EventFacts, Invited

log = structlog.get_logger()
Json = dict[str, Any]


def message(type_: str, at: int, data: Mapping[str, Any]) -> bytes:
    """The body of a webhook about something that happened at that moment (ms)."""
    return msgspec.json.encode({"type": type_, "timestamp": format_instant(at), "data": data})


def event_data(
    project: Project,
    event_type: str,
    facts: EventFacts,
    base_url: str,
    dialects: Mapping[str, Dialect],
) -> Json:
    """What is told of an event. Only what there is has a key; links begin with ``base_url``."""
    asked, survey = facts.invitation, facts.survey
    data: Json = {"project": project.slug}
    if asked is not None:
        data["invitation"] = _invitation(asked)
    if survey is not None:
        data["survey"] = _survey(survey, asked.language if asked else None)
    if facts.conversation is not None:
        data["conversation"] = _conversation(facts.conversation)
    if facts.contact is not None:
        data["contact"] = _contact(facts.contact)
    if facts.response is not None:
        data["response"] = _response(facts.response)
    if event_type == EventType.INVITATION_CREATED and asked and survey:
        data["link"] = link(base_url, project.secret, Purpose.ANSWER, project.id, asked.id)
        data["wires"] = _wires(asked, survey, facts, data["link"], dialects)
    return data


def _wires(
    asked: Invited,
    survey: Survey,
    facts: EventFacts,
    personal_link: str,
    dialects: Mapping[str, Dialect],
) -> Json:
    """The survey as each wire shows it in a chat window, for those that do, by their names."""
    if facts.conversation is None or asked.number is None:
        return {}
    shown = ChatSurvey(
        invitation_id=asked.id,
        number=asked.number,
        survey=survey,
        conversation_number=facts.conversation.number,
        contact=facts.contact,
        link=personal_link,
        language=asked.language,
        sent_at=asked.sent_at or asked.created_at,
    )
    found = {}
    for name, dialect in dialects.items():
        if dialect.chat_message is None:
            continue
        try:
            found[name] = dialect.chat_message(shown)
        except Exception:
            # The survey may be none that this wire can show; the others' receivers wait for it.
            log.exception("no chat message", dialect=name, invitation=asked.id)
    return found


def _invitation(asked: Invited) -> Json:
    return {
        "id": asked.id,
        "number": asked.number,
        "channel": asked.channel,
        "dialect": asked.dialect,
        "reference": asked.reference,
        "language": asked.language,
        "created_at": format_instant(asked.created_at),
        "sent_at": _moment(asked.sent_at),
    }


def _survey(survey: Survey, language: str | None) -> Json:
    definition = survey.definition
    return {
        "key": survey.key,
        "number": survey.number,
        "version": survey.version,
        "type": definition.type.value,
        "title": definition.name,
        "header": pick(definition.header, language),
        "hide_after": definition.hide_after,
        "questions": [_question(question, language) for question in definition.questions],
    }


def _question(question: Question, language: str | None) -> Json:
    said: Json = {
        "id": question.id,
        "number": question.number,
        "type": question.type.value,
        "text": pick(question.text, language),
        "required": question.required,
    }
    if question.show_if:
        said["show_if"] = [_rule(rule) for rule in question.show_if]
    if question.type in RATED:
        said |= {"minimum": question.minimum, "maximum": question.maximum}
    if question.choices:
        # What is listed for a scale only says what some of its steps mean.
        name = "labels" if question.type in RATED else "choices"
        said[name] = [
            {"value": each.value, "label": _label(each.label, each.value, language)}
            for each in question.choices
        ]
    return said


def _rule(rule: ShowIf) -> Json:
    said: Json = {"question": rule.question}
    if rule.any_of:
        said["any_of"] = list(rule.any_of)
    if rule.at_least is not None:
        said["at_least"] = rule.at_least
    if rule.at_most is not None:
        said["at_most"] = rule.at_most
    return said


def _label(label: Text, value: str, language: str | None) -> str:
    return pick(label, language) or value


def _conversation(one: Conversation) -> Json:
    return {
        "id": one.id,
        "number": one.number,
        "reference": one.reference,
        "dialect": one.dialect,
        "channel": one.channel,
        "status": one.status,
        "agent": one.agent,
        "department": one.department,
        "opened_at": format_instant(one.opened_at),
        "closed_at": _moment(one.closed_at),
    }


def _contact(one: ContactRecord) -> Json:
    return {
        "id": one.id,
        "keys": dict(one.keys),
        "name": one.name,
        "email": one.email,
        "language": one.language,
    }


def _response(one: ResponseRecord) -> Json:
    return {
        "id": one.id,
        "dialect": one.dialect,
        "channel": one.channel,
        "answers": dict(one.answers),
        "metric": one.metric,
        "rating": one.rating,
        "comment": one.comment,
        "completed": one.completed,
        "language": one.language,
        "created_at": format_instant(one.created_at),
        "updated_at": format_instant(one.updated_at),
    }


def _moment(at: int | None) -> str | None:
    return None if at is None else format_instant(at)
