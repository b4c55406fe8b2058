"""Invitations with their answers: a page of them, or one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, asc, desc, exists, or_, select

from tellback.core.calendar import local_ms, local_range
from tellback.core.errors import NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import Project
from tellback.core.queries import GetInvitation, ListInvitations
from tellback.core.reports import InvitationPage, InvitationRecord
from tellback.store.comment_search import contains, find_containing
from tellback.store.invitation_totals import Open, total_of
from tellback.store.rows import among
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
    range_, matching = _range(project, query), _matching(project, query)
    total = total_of(connection, project, query, range_, matching)
    reach, skipped = query.pages * query.size, (query.page - 1) * query.size
    # Where the number is not known it is found by going as far as there are pages, once for both.
    most = skipped + query.size if total is not None else reach + 1
    ids = _find(connection, project, query, range_, most)
    items = _items(connection, project, ids[skipped : skipped + query.size])
    if total is None:
        return InvitationPage(min(len(ids), reach), query.size, query.page, items, len(ids) > reach)
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


def _find(
    connection: Connection, project: Project, query: ListInvitations, range_: Open, most: int
) -> list[str]:
    """The ids of the first of them, in order; only keys, however deep the page that is wanted."""
    ids = None
    if query.comment_contains:
        column = responses.c.invitation_id
        ids = find_containing(connection, project, query.comment_contains, column)
    few = query.address is not None or ids is not None
    conditions = _matching(project, query, few=few)
    conditions += _within(_plain(_DATES[query.by], few=few), range_)
    if ids is not None:
        conditions.append(among(invitations.c.id, ids))
    found: list[str] = []
    for only, order in _steps(query, few=few):
        if len(found) < most:
            keys = select(invitations.c.id).where(*conditions, *only).order_by(*order)
            found += connection.execute(keys.limit(most - len(found))).scalars()
    return found


def _steps(query: ListInvitations, *, few: bool) -> list[tuple[list[Any], list[Any]]]:
    """Conditions and orders. What has no date comes in a step of its own, last: so an index gives
    the order of the others."""
    column, turned = _DATES[query.sort], asc if query.ascending else desc
    by, id_ = _plain(column, few=few), invitations.c.id
    if not column.nullable:
        return [([], [turned(by), turned(id_)])]
    return [([by.is_not(None)], [turned(by), turned(id_)]), ([column.is_(None)], [turned(id_)])]


def _plain(column: ColumnElement[int], *, few: bool) -> ColumnElement[int]:
    """A date; for few rows as a sum, lest an engine go through all dates to find them."""
    return column + 0 if few else column


def _items(
    connection: Connection, project: Project, ids: Sequence[str]
) -> Sequence[InvitationRecord]:
    mine = (invitations.c.project_id == project.id, among(invitations.c.id, ids))
    found = {row.id: _record(row) for row in connection.execute(_records().where(*mine))}
    return [found[id_] for id_ in ids]


def _matching(
    project: Project, query: ListInvitations, *, few: bool = False
) -> list[ColumnElement[bool]]:
    """What must hold, besides the dates."""
    found = [invitations.c.project_id == project.id]
    if query.dialect is not None:
        # As a sum for the same reason as in `_plain`: an index begins with it.
        dialect = invitations.c.dialect.concat("") if few else invitations.c.dialect
        found.append(dialect == query.dialect)
    if query.address is not None:
        found.append(invitations.c.address == query.address)
    if query.feedback == 0:
        # The first half spares the look-up for all that nobody has answered, which are most.
        unanswered = invitations.c.responded_at.is_(None)
        found.append(or_(unanswered, ~_answer_exists(project.id, responses.c.rating.is_not(None))))
    if wanted := _wanted_answer(query):
        found.append(_plain(invitations.c.responded_at, few=few).is_not(None))
        found.append(_answer_exists(project.id, *wanted))
    return found


def _wanted_answer(query: ListInvitations) -> list[ColumnElement[bool]]:
    """What must hold of the answer, what is quickly told first."""
    answer, found = responses.c, []
    if query.feedback:
        found.append(answer.rating > 0 if query.feedback > 0 else answer.rating < 0)
    if query.with_comment:
        found.append(answer.comment != "")
    if query.comment_contains:
        found.append(contains(query.comment_contains))
    return found


def _range(project: Project, query: ListInvitations) -> Open:
    zone = project.settings.zone()
    start = None if query.start is None else local_ms(query.start, zone)
    end = None if query.end is None else local_range(query.end, query.end, zone)[1]
    return start, end


def _within(column: ColumnElement[int], range_: Open) -> list[ColumnElement[bool]]:
    start, end = range_
    found = []
    if start is not None:
        found.append(column >= start)
    if end is not None:
        found.append(column < end)
    return found


def _answer_exists(project_id: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = responses.c.project_id == project_id
    answer = responses.c.invitation_id == invitations.c.id
    return exists().where(mine, answer, *conditions).correlate(invitations)


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
