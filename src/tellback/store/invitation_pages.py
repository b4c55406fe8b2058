"""Invitations as programs read them: filtered, page by page, over all wires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, select

from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.store.contact_records import find_merged
from tellback.store.feed import AnyRow, Columns, Position, read_feed
from tellback.store.response_pages import survey_keys
from tellback.store.surveys import find_survey
from tellback.store.tables import invitations

_LISTED: Columns = (
    invitations.c.id,
    invitations.c.number,
    invitations.c.dialect,
    invitations.c.survey_id,
    invitations.c.contact_id,
    invitations.c.conversation_id,
    invitations.c.channel,
    invitations.c.address,
    invitations.c.language,
    invitations.c.reference,
    invitations.c.transaction_at,
    invitations.c.transaction_amount,
    invitations.c.transaction_currency,
    invitations.c.properties,
    invitations.c.state,
    invitations.c.reason,
    invitations.c.created_at,
    invitations.c.due_at,
    invitations.c.sent_at,
    invitations.c.opened_at,
    invitations.c.clicked_at,
    invitations.c.bounced_at,
    invitations.c.responded_at,
)


@dataclass(frozen=True, slots=True)
class InvitationFilter:
    """Which invitations are wanted: what is not None must hold. Times in ms, ``until`` excluded."""

    survey: str | None = None
    dialect: str | None = None
    channel: str | None = None
    state: str | None = None
    address: str | None = None
    contact_id: str | None = None
    conversation_id: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class InvitationRows:
    """Invitations, the keys of the surveys by their ids, and where older ones follow."""

    rows: Sequence[AnyRow]
    surveys: Mapping[str, str]
    older: Position | None


def list_invitation_rows(
    connection: Connection,
    project: Project,
    wanted: InvitationFilter,
    before: Position | None,
    size: int,
) -> InvitationRows:
    """A page of invitations, the newest request first. A short page may have a next one."""
    within, few = _within(connection, project.id, wanted)
    matching = _matching(connection, project.id, wanted)
    feed = read_feed(
        connection,
        invitations,
        _LISTED,
        project.id,
        before,
        size,
        and_(*matching) if matching else None,
        within=within,
        few=few,
    )
    return InvitationRows(feed.rows, survey_keys(connection, project.id), feed.older)


def get_invitation_row(connection: Connection, project: Project, id_: str) -> InvitationRows:
    """One invitation; `NotFound` alike where it is unknown or another project's."""
    if not is_id(id_):
        raise NotFound
    mine = (invitations.c.project_id == project.id) & (invitations.c.id == id_)
    rows = connection.execute(select(*_LISTED).where(mine)).all()
    if not rows:
        raise NotFound
    return InvitationRows(rows, survey_keys(connection, project.id), None)


def _within(
    connection: Connection, project_id: str, wanted: InvitationFilter
) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions that an index serves, and whether it is one that leads to few rows."""
    table, found, few = invitations.c, [], []
    if wanted.since is not None:
        found.append(table.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(table.created_at < wanted.until)
    if wanted.address is not None:
        few.append(table.address == wanted.address)
    if wanted.contact_id is not None:
        known = is_id(wanted.contact_id)
        contact_id = find_merged(connection, project_id, wanted.contact_id) if known else ""
        few.append(table.contact_id == contact_id)
    if wanted.conversation_id is not None:
        few.append(table.conversation_id == wanted.conversation_id)
    return [*found, *few], bool(few)


def _matching(
    connection: Connection, project_id: str, wanted: InvitationFilter
) -> list[ColumnElement[bool]]:
    table, found = invitations.c, []
    if wanted.survey is not None:
        survey = find_survey(connection, project_id, wanted.survey, "")
        if survey is None:
            raise NotFound("There is no such survey.")
        found.append(table.survey_id == survey.id)
    equal = (
        (table.dialect, wanted.dialect),
        (table.channel, wanted.channel),
        (table.state, wanted.state),
    )
    return found + [column == value for column, value in equal if value is not None]
