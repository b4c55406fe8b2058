"""Responses, invitations and people as they look outside."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from tellback.core.records import ContactRecord
from tellback.store.feed import AnyRow
from tellback.web.api.shapes import Instant, instant

Answer = str | int | float | list[str]


class ResponseView(Struct):
    """A response. ``answers`` are by question id; ``rating`` is the one that feeds ``metric``."""

    id: str
    wire: str
    channel: str
    survey: str | None
    survey_id: str
    survey_version: int
    contact_id: str | None
    invitation_id: str | None
    conversation_id: str | None
    answers: dict[str, Answer]
    metric: str | None
    rating: float | None
    comment: str | None
    completed: bool
    dismissed: bool
    language: str | None
    created_at: Instant | None
    updated_at: Instant | None


class InvitationView(Struct):
    """An invitation and what became of it. ``reason`` says why it ended, where it did."""

    id: str
    number: int | None
    wire: str
    survey: str | None
    survey_id: str
    contact_id: str | None
    conversation_id: str | None
    channel: str
    address: str | None
    language: str | None
    reference: str
    properties: dict[str, Any]
    state: str
    reason: str | None
    created_at: Instant | None
    due_at: Instant | None
    sent_at: Instant | None
    opened_at: Instant | None
    clicked_at: Instant | None
    bounced_at: Instant | None
    responded_at: Instant | None


class ContactView(Struct):
    """A person. ``identities`` has one of each kind by which they are known."""

    id: str
    identities: dict[str, str]
    name: str | None
    email: str | None
    language: str | None
    traits: dict[str, Any]
    unsubscribed: bool
    created_at: Instant | None
    last_seen_at: Instant | None


def response_view(row: AnyRow, surveys: Mapping[str, str]) -> ResponseView:
    """A response as it looks outside."""
    return ResponseView(
        id=row.id,
        wire=row.dialect,
        channel=row.channel,
        survey=surveys.get(row.survey_id),
        survey_id=row.survey_id,
        survey_version=row.survey_version,
        contact_id=row.contact_id,
        invitation_id=row.invitation_id,
        conversation_id=row.conversation_id,
        answers=row.answers,
        metric=row.metric,
        rating=row.rating,
        comment=row.comment,
        completed=row.completed,
        dismissed=row.dismissed,
        language=row.language,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
    )


def invitation_view(row: AnyRow, surveys: Mapping[str, str]) -> InvitationView:
    """An invitation as it looks outside."""
    return InvitationView(
        id=row.id,
        number=row.number,
        wire=row.dialect,
        survey=surveys.get(row.survey_id),
        survey_id=row.survey_id,
        contact_id=row.contact_id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        address=row.address,
        language=row.language,
        reference=row.reference,
        properties=row.properties or {},
        state=row.state,
        reason=row.reason,
        created_at=instant(row.created_at),
        due_at=instant(row.due_at),
        sent_at=instant(row.sent_at),
        opened_at=instant(row.opened_at),
        clicked_at=instant(row.clicked_at),
        bounced_at=instant(row.bounced_at),
        responded_at=instant(row.responded_at),
    )


def contact_view(record: ContactRecord) -> ContactView:
    """A person as they look outside."""
    return ContactView(
        id=record.id,
        identities=dict(record.keys),
        name=record.name,
        email=record.email,
        language=record.language,
        traits=dict(record.traits),
        unsubscribed=record.unsubscribed,
        created_at=instant(record.created_at),
        last_seen_at=instant(record.last_seen_at),
    )


def response_views(rows: Sequence[AnyRow], surveys: Mapping[str, str]) -> list[ResponseView]:
    """Responses as they look outside."""
    return [response_view(row, surveys) for row in rows]


def invitation_views(rows: Sequence[AnyRow], surveys: Mapping[str, str]) -> list[InvitationView]:
    """Invitations as they look outside."""
    return [invitation_view(row, surveys) for row in rows]
