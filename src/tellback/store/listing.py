"""Invitations with their answers: a page of them, or one."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from tellback.core.calendar import local_ms, local_range
from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.queries import GetInvitation, ListInvitations
from tellback.core.reports import InvitationPage, InvitationRecord
from tellback.store.tables import invitations, responses

_DATES = {
    "created_at": invitations.c.created_at,
    "opened_at": invitations.c.opened_at,
    "responded_at": invitations.c.responded_at,
}
_ANSWER = and_(
    responses.c.project_id == invitations.c.project_id,
    responses.c.invitation_id == invitations.c.id,
)


def list_invitations(
    connection: Connection, project: Project, query: ListInvitations
) -> InvitationPage:
    """One page of a project's invitations. An end that is a day includes that day."""
    conditions = _conditions(project, query)
    counting = select(func.count()).select_from(invitations).where(*conditions)
    total = connection.execute(counting).scalar() or 0
    page = (
        _records()
        .where(*conditions)
        .order_by(*_order(query))
        .limit(query.size)
        .offset((query.page - 1) * query.size)
    )
    items = [_record(row) for row in connection.execute(page)]
    return InvitationPage(total, query.size, query.page, items)


def get_invitation(
    connection: Connection, project: Project, query: GetInvitation
) -> InvitationRecord:
    """One invitation; `NotFound` alike where it is unknown or another project's."""
    if not is_id(query.id):
        raise NotFound
    statement = _records().where(
        invitations.c.project_id == project.id, invitations.c.id == query.id
    )
    if query.dialect is not None:
        statement = statement.where(invitations.c.dialect == query.dialect)
    row = connection.execute(statement).first()
    if row is None:
        raise NotFound
    return _record(row)


def _records() -> Select[Any]:
    answer = (responses.c.rating, responses.c.comment)
    return select(invitations, *answer).select_from(invitations.outerjoin(responses, _ANSWER))


def _conditions(project: Project, query: ListInvitations) -> list[ColumnElement[bool]]:
    found = [invitations.c.project_id == project.id, *_in_time(project, query)]
    if query.dialect is not None:
        found.append(invitations.c.dialect == query.dialect)
    if query.address is not None:
        found.append(invitations.c.address == query.address)
    if query.feedback is not None:
        found.append(_rated(project.id, query.feedback))
    if query.with_comment:
        found.append(_answered(project.id, responses.c.comment != ""))
    if query.comment_contains:
        text = query.comment_contains.lower()
        contained = func.lower(responses.c.comment).contains(text, autoescape=True)
        found.append(_answered(project.id, contained))
    return found


def _in_time(project: Project, query: ListInvitations) -> list[ColumnElement[bool]]:
    column, zone = _DATES[query.by], project.settings.zone()
    start = None if query.start is None else local_ms(query.start, zone)
    end = None if query.end is None else local_range(query.end, query.end, zone)[1]
    found = []
    if start is not None:
        found.append(column >= start)
    if end is not None:
        found.append(column < end)
    return found


def _rated(project_id: str, feedback: int) -> ColumnElement[bool]:
    if feedback == 0:
        # The first half spares the look-up for all that nobody has answered, which are most.
        unanswered = invitations.c.responded_at.is_(None)
        return or_(unanswered, ~_answer_exists(project_id, responses.c.rating.is_not(None)))
    wanted = responses.c.rating > 0 if feedback > 0 else responses.c.rating < 0
    return _answered(project_id, wanted)


def _answered(project_id: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(invitations.c.responded_at.is_not(None), _answer_exists(project_id, condition))


def _answer_exists(project_id: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = responses.c.project_id == project_id
    answer = responses.c.invitation_id == invitations.c.id
    return exists().where(mine, answer, condition).correlate(invitations)


def _order(query: ListInvitations) -> list[ColumnElement[Any]]:
    column, id_ = _DATES[query.sort], invitations.c.id
    # An address has few invitations: the sum keeps planners from walking all dates for them.
    by = column if query.address is None else column + 0
    order = [by.asc(), id_.asc()] if query.ascending else [by.desc(), id_.desc()]
    ranged = query.by == query.sort and (query.start or query.end)
    # A range leaves no nulls to put last, and then an index can give the order.
    return [*order] if ranged or not column.nullable else [column.is_(None), *order]


def _record(row: Row[Any]) -> InvitationRecord:
    return InvitationRecord(
        id=row.id,
        project_id=row.project_id,
        request_id=row.request_id,
        reference=row.reference,
        address=row.address,
        transactional=row.transactional,
        transaction_at=row.transaction_at,
        transaction_amount=row.transaction_amount,
        transaction_currency=row.transaction_currency,
        properties=row.properties or {},
        channel=row.channel,
        state=row.state,
        created_at=row.created_at,
        message_id=row.message_id,
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        opened_at=row.opened_at,
        responded_at=row.responded_at,
        rating=row.rating,
        comment=row.comment,
    )
