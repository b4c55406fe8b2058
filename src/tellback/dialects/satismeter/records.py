"""A response and a user as exports print them."""

from collections.abc import Mapping
from typing import Any

from tellback.core.instants import format_instant
from tellback.core.model import AnswerValue, Channel, Question
from tellback.core.records import ContactRecord, ResponseRecord
from tellback.core.score import NPS_SCALE, Recommendation, classify
from tellback.dialects.satismeter.survey import encode_question

_METHODS = {
    Channel.IN_APP: "In-app",
    Channel.MOBILE: "Mobile",
    Channel.EMAIL: "Email",
    Channel.CHAT: "Chat",
    Channel.LINK: "Link",
}
_SCORES = {
    Recommendation.PROMOTER: 100,
    Recommendation.PASSIVE: 0,
    Recommendation.DETRACTOR: -100,
}


def encode_response(record: ResponseRecord) -> dict[str, Any]:
    """A response with all its keys; what is not known is null.

    ``rating`` is an answer to the NPS question; what other metrics were given stands in the
    answers. Device and location are not derived from what the vendor would derive them from.
    """
    rating = _nps_rating(record)
    kind = None if rating is None else classify(rating)
    return {
        "id": record.id,
        "project": record.project_id,
        "campaign": record.survey_id,
        "created": format_instant(record.created_at),
        "rating": rating,
        "feedback": record.comment,
        "category": kind,
        "score": None if kind is None else _SCORES[kind],
        "answers": [
            _encode_answer(question, record.answers[question.id], record.language)
            for question in record.definition.questions
            if question.id in record.answers
        ],
        "dismissed": record.dismissed,
        "pending": record.rating is not None and not (record.completed or record.dismissed),
        "completed": record.completed,
        "method": _METHODS[Channel(record.channel)],
        "referrer": record.referrer,
        "language": record.language,
        "ip": record.ip,
        "device": None,
        "location": None,
        "user": _encode_author(record.contact, record.traits),
    }


def encode_user(project_id: str, contact: ContactRecord) -> dict[str, Any]:
    """A user of the list of users. Clients take a missing id, but not one that is null."""
    user: dict[str, Any] = {
        "id": contact.id,
        "project": project_id,
        "name": contact.name,
        "email": contact.email,
        "traits": contact.traits,
        "unsubscribed": contact.unsubscribed,
        "created": format_instant(contact.created_at),
        "lastSeen": format_instant(contact.last_seen_at),
    }
    return user | _ids(contact)


def without_nulls(value: Any) -> Any:
    """The same with every null member of an object left out, at any depth."""
    if isinstance(value, Mapping):
        return {k: without_nulls(member) for k, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value]
    return value


def _nps_rating(record: ResponseRecord) -> int | None:
    if record.metric != "nps" or record.rating is None:
        return None
    return int(record.rating) if record.rating in NPS_SCALE else None


def _encode_answer(question: Question, value: AnswerValue, language: str | None) -> dict[str, Any]:
    return {**encode_question(question, language), "value": value}


def _encode_author(contact: ContactRecord | None, traits: Mapping[str, Any]) -> dict[str, Any]:
    author: dict[str, Any] = {
        "id": contact.id if contact else None,
        "userId": contact.external if contact else None,
        "name": contact.name if contact else None,
        "email": contact.email if contact else None,
        "deleted": contact is None,
        "groups": {},
        "traits": traits,
    }
    if isinstance(traits.get("createdAt"), str):
        author["createdAt"] = traits["createdAt"]
    return author | (_ids(contact) if contact else {})


def _ids(contact: ContactRecord) -> dict[str, str]:
    ids = {"userId": contact.external, "anonymousId": contact.anonymous}
    return {name: value for name, value in ids.items() if value is not None}
