"""Invitations as their owner looks at them: newest first, and one with all that became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from tellback.core.invitation import State
from tellback.core.rollup import Source
from tellback.store.conversations import about_conversation
from tellback.store.feed import AnyRow, Columns, Feed, Position, read_feed
from tellback.store.known_as import known_as
from tellback.store.outgoing_events import events_about
from tellback.store.rollups import find_head
from tellback.store.tables import (
    contacts,
    invitations,
    response_revisions,
    responses,
    signals,
    survey_versions,
    surveys,
)

MOST_SIGNALS = 200
MOST_REVISIONS = 50
_LISTED: Columns = (
    invitations.c.id,
    invitations.c.address,
    invitations.c.channel,
    invitations.c.dialect,
    invitations.c.survey_id,
    invitations.c.reference,
    invitations.c.transactional,
    invitations.c.state,
    invitations.c.reason,
    invitations.c.created_at,
    invitations.c.due_at,
    invitations.c.sent_at,
    invitations.c.message_id,
)
_FULL: Columns = (
    *_LISTED,
    invitations.c.opened_at,
    invitations.c.clicked_at,
    invitations.c.bounced_at,
    invitations.c.responded_at,
    invitations.c.properties,
)


@dataclass(frozen=True, slots=True)
class Story:
    """One invitation with its visits, oldest first, its answer, and the answers before that.

    ``events`` are those that tell its project's webhook of it. Visits from before ``visits_from``
    (ms) are no longer kept; None: all are there.
    """

    invitation: AnyRow
    signals: Sequence[AnyRow]
    response: AnyRow | None
    revisions: Sequence[AnyRow]
    events: Sequence[AnyRow] = ()
    visits_from: int | None = None


def list_newest_invitations(
    connection: Connection,
    project_id: str,
    state: State | None,
    address: str | None,
    before: Position | None,
    size: int,
) -> Feed:
    """Invitations by when they were requested; in one state, or to one address, if given."""
    if address is not None:
        return Feed(_to_address(connection, project_id, address, size))
    matching = None if state is None else invitations.c.state == state.value
    listed = (*_LISTED, *_looked_up(project_id))
    return read_feed(connection, invitations, listed, project_id, before, size, matching)


def list_full_invitations(
    connection: Connection,
    project_id: str,
    state: State | None,
    address: str | None,
    before: Position | None,
    size: int,
) -> Feed:
    """As `list_newest_invitations`, with all moments, the properties and the person's name.

    Those to one address go on from page to page, too.
    """
    person = contacts.c
    name = select(func.nullif(person.name, "")).where(
        person.project_id == project_id, person.id == invitations.c.contact_id
    )
    conversation = about_conversation(project_id, invitations.c.conversation_id)
    columns = (*_FULL, name.scalar_subquery().label("name"), conversation)
    one = () if address is None else (invitations.c.address == address,)
    matching = None if state is None else invitations.c.state == state.value
    page = (project_id, before, size, matching)
    return read_feed(connection, invitations, columns, *page, within=one, few=bool(one))


def list_newest_mails(
    connection: Connection, project_id: str, before: Position | None, size: int
) -> Feed:
    """Invitations that were handed to the mail transport, by when they were requested."""
    mailed = invitations.c.message_id.is_not(None)
    listed = (*_LISTED, *_looked_up(project_id))
    return read_feed(connection, invitations, listed, project_id, before, size, mailed)


def read_story(connection: Connection, project_id: str, invitation_id: str) -> Story | None:
    """Everything about one invitation; None where the project has none by that id."""
    mine = (invitations.c.project_id == project_id) & (invitations.c.id == invitation_id)
    row = connection.execute(select(invitations, *_looked_up(project_id)).where(mine)).first()
    if row is None:
        return None
    visits = (
        select(signals)
        .where(signals.c.project_id == project_id, signals.c.invitation_id == invitation_id)
        .order_by(signals.c.created_at, signals.c.id)
        .limit(MOST_SIGNALS)
    )
    answer = select(responses).where(
        responses.c.project_id == project_id, responses.c.invitation_id == invitation_id
    )
    response = connection.execute(answer).first()
    return Story(
        row,
        connection.execute(visits).all(),
        response,
        _revisions(connection, project_id, response.id) if response else (),
        events_about(connection, project_id, invitation_id),
        _visits_from(connection, project_id, row.created_at),
    )


def survey_names(connection: Connection, project_id: str) -> Mapping[str, str]:
    """What a project's surveys are called now, by id."""
    current = and_(
        survey_versions.c.project_id == surveys.c.project_id,
        survey_versions.c.survey_id == surveys.c.id,
        survey_versions.c.version == surveys.c.version,
    )
    statement = select(surveys.c.id, survey_versions.c.definition["name"].as_string())
    rows = connection.execute(
        statement.join(survey_versions, current).where(surveys.c.project_id == project_id)
    )
    return {row[0]: row[1] for row in rows}


def _looked_up(project_id: str) -> Columns:
    """The columns ``conversation`` and ``known_as``, from other tables."""
    return (
        about_conversation(project_id, invitations.c.conversation_id),
        known_as(project_id, invitations.c.contact_id),
    )


def _visits_from(connection: Connection, project_id: str, created_at: int) -> int | None:
    head = find_head(connection, project_id)
    kept_from = head.rows_from(Source.VISITS) if head else None
    return kept_from if kept_from is not None and created_at < kept_from else None


def _to_address(
    connection: Connection, project_id: str, address: str, size: int
) -> Sequence[AnyRow]:
    # Sorted by a sum, lest the engine walk the whole table in its order to find a few rows.
    newest = (invitations.c.created_at + 0).desc()
    statement = (
        select(*_LISTED, *_looked_up(project_id))
        .where(invitations.c.project_id == project_id, invitations.c.address == address)
        .order_by(newest, invitations.c.id.desc())
        .limit(size)
    )
    return connection.execute(statement).all()


def _revisions(connection: Connection, project_id: str, response_id: str) -> Sequence[AnyRow]:
    table = response_revisions
    statement = (
        select(table)
        .where(table.c.project_id == project_id, table.c.response_id == response_id)
        .order_by(table.c.revision)
        .limit(MOST_REVISIONS)
    )
    return connection.execute(statement).all()
