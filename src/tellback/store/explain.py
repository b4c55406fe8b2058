"""Everything that decides about asking one person, gathered for `tellback explain`."""

from typing import Any

from sqlalchemy import Connection, Row, select

from tellback.core.admission import limits_of
from tellback.core.explanation import Explanation, InvitationStory, Suppressed
from tellback.core.invitation import State
from tellback.core.model import Project
from tellback.core.throttle import Window, decide
from tellback.store.asks import asked_at
from tellback.store.recipients import find_people
from tellback.store.tables import contacts, invitations, suppressions, surveys

_MOST = 50


def explain(connection: Connection, project: Project, address: str, now: int) -> Explanation:
    """Why the person at an address was or was not asked, and when they next may be."""
    address = address.strip().lower()
    person = find_people(connection, project.id, [address]).get(address)
    since = now - Window.MONTH.value
    asked: list[int] = []
    if person is not None:
        asked = asked_at(connection, project.id, [person.id], since)[person.id]
    stories = _stories(connection, project.id, address)
    return Explanation(
        project=project.name,
        address=address,
        now=now,
        contact_id=person.id if person else None,
        name=_name(connection, project.id, person.id) if person else None,
        language=person.language if person else None,
        next_ask_at=person.next_ask_at if person else None,
        suppressed=_suppressed(connection, project.id, address),
        verdict=decide(limits_of(project.settings), asked, now),
        asked=sorted(asked, reverse=True),
        invitations=stories[:_MOST],
        more=len(stories) > _MOST,
    )


def _stories(connection: Connection, project_id: str, address: str) -> list[InvitationStory]:
    of_survey = (surveys.c.project_id == invitations.c.project_id) & (
        surveys.c.id == invitations.c.survey_id
    )
    statement = (
        select(invitations, surveys.c.key)
        .outerjoin(surveys, of_survey)
        .where(invitations.c.project_id == project_id, invitations.c.address == address)
        .order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
        .limit(_MOST + 1)
    )
    return [_story(row) for row in connection.execute(statement)]


def _story(row: Row[Any]) -> InvitationStory:
    return InvitationStory(
        id=row.id,
        survey=row.key or row.survey_id,
        channel=row.channel,
        state=State(row.state),
        reason=row.reason,
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        opened_at=row.opened_at,
        clicked_at=row.clicked_at,
        bounced_at=row.bounced_at,
        responded_at=row.responded_at,
    )


def _suppressed(connection: Connection, project_id: str, address: str) -> Suppressed | None:
    statement = select(suppressions.c.reason, suppressions.c.created_at).where(
        suppressions.c.project_id == project_id, suppressions.c.address == address
    )
    row = connection.execute(statement).first()
    return Suppressed(*row) if row else None


def _name(connection: Connection, project_id: str, contact_id: str) -> str | None:
    statement = select(contacts.c.name).where(
        contacts.c.project_id == project_id, contacts.c.id == contact_id
    )
    return connection.execute(statement).scalar()
