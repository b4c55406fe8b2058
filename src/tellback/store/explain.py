"""Everything that decides about asking one person, gathered for `tellback explain`."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from tellback.core.admission import limits_of
from tellback.core.explanation import AskedElsewhere, Explanation, InvitationStory, Suppressed
from tellback.core.identifiers import is_id
from tellback.core.invitation import State
from tellback.core.model import Identity, Project
from tellback.core.rollup import Source
from tellback.core.throttle import Window, decide
from tellback.store.asks import asked_at
from tellback.store.contact_records import find_merged
from tellback.store.contacts import Known, find_contacts_by_id
from tellback.store.conversations import open_conversations
from tellback.store.events import SHOWN
from tellback.store.rollups import find_head
from tellback.store.rows import among
from tellback.store.tables import (
    contact_identities,
    contacts,
    conversations,
    events,
    invitations,
    responses,
    suppressions,
    surveys,
)

_MOST = 50
_PREFIXED = re.compile(r"([a-z][a-z0-9_.]*):(.+)", re.DOTALL)
#: Whom somebody most likely means who says only a value.
_ORDER = {kind.value: place for place, kind in enumerate((Identity.EMAIL, *Identity))}


def explain(connection: Connection, project: Project, who: str, now: int) -> Explanation:
    """Why somebody was or was not asked, over all channels, and when they next may be.

    ``who`` is anything they are known by, such as an e-mail address, an external id or a phone
    number, or the contact's id; "kind:value" says of which kind it is.
    """
    who = who.strip()
    who = who.lower() if "@" in who else who
    ids = _find(connection, project.id, who)
    person = _person(connection, project.id, ids[0]) if ids else None
    keys = _keys(connection, project.id, person.id) if person else []
    addresses = _addresses(who, person, keys)
    asked: list[int] = []
    if person is not None:
        since = now - Window.MONTH.value
        asked = asked_at(connection, project.id, [person.id], since)[person.id]
    stories = _stories(connection, project.id, person, addresses)
    elsewhere = _elsewhere(connection, project.id, person.id) if person else []
    return Explanation(
        project=project.name,
        who=who,
        now=now,
        contact_id=person.id if person else None,
        name=person.name if person else None,
        language=person.language if person else None,
        next_ask_at=person.next_ask_at if person else None,
        suppressed=_suppressed(connection, project.id, addresses),
        verdict=decide(limits_of(project.settings), asked, now),
        asked=sorted(asked, reverse=True),
        invitations=stories[:_MOST],
        more=len(stories) > _MOST or len(elsewhere) > _MOST,
        keys=keys,
        others=max(0, len(ids) - 1),
        elsewhere=elsewhere[:_MOST],
        talking=_talking(connection, project.id, person),
        shown_from=_shown_from(connection, project.id, person),
    )


def _find(connection: Connection, project_id: str, who: str) -> list[str]:
    """The contacts whom these words may mean, the likeliest first."""
    found: list[str] = []
    if is_id(who):
        found.append(find_merged(connection, project_id, who))
    prefixed = _PREFIXED.fullmatch(who)
    if prefixed:
        kind, value = prefixed.groups()
        found += _led_to(connection, project_id, _spellings(value), [kind])
    # By the kinds that all wires share first, since those are found by the key.
    found += _led_to(connection, project_id, _spellings(who), list(_ORDER))
    if not found:
        found = _led_to(connection, project_id, _spellings(who), None)
    return list(dict.fromkeys(found))


def _spellings(value: str) -> set[str]:
    """The value, and as kinds normalise theirs: addresses small, phone numbers without blanks."""
    return {value, value.lower(), re.sub(r"[\s()./-]", "", value)}


def _led_to(
    connection: Connection, project_id: str, values: set[str], kinds: list[str] | None
) -> list[str]:
    table = contact_identities
    statement = select(table.c.kind, table.c.contact_id).where(
        table.c.project_id == project_id, among(table.c.value, values)
    )
    if kinds is not None:
        statement = statement.where(among(table.c.kind, kinds))
    rows = sorted(connection.execute(statement), key=lambda row: _ORDER.get(row.kind, len(_ORDER)))
    return [row.contact_id for row in rows]


def _person(connection: Connection, project_id: str, contact_id: str) -> Known | None:
    return find_contacts_by_id(connection, project_id, [contact_id]).get(contact_id)


def _keys(connection: Connection, project_id: str, contact_id: str) -> list[tuple[str, str]]:
    table = contact_identities
    statement = select(table.c.kind, table.c.value).where(
        table.c.project_id == project_id, table.c.contact_id == contact_id
    )
    rows = connection.execute(statement.order_by(table.c.kind, table.c.value))
    return [(row.kind, row.value) for row in rows]


def _addresses(who: str, person: Known | None, keys: Sequence[tuple[str, str]]) -> list[str]:
    """The addresses that are known of somebody, the one that was asked for first."""
    asked_for = [who] if "@" in who else []
    known = [value for kind, value in keys if kind == Identity.EMAIL]
    told = [person.email.lower()] if person and person.email else []
    return list(dict.fromkeys([*asked_for, *known, *told]))


def _stories(
    connection: Connection, project_id: str, person: Known | None, addresses: Sequence[str]
) -> list[InvitationStory]:
    table = invitations
    theirs = among(table.c.address, addresses)
    if person is not None:
        theirs = or_(theirs, table.c.contact_id == person.id)
    statement = (
        select(table, surveys.c.key, conversations.c.number.label("conversation"))
        .outerjoin(surveys, _same(table, surveys, "survey_id"))
        .outerjoin(conversations, _same(table, conversations, "conversation_id"))
        .where(table.c.project_id == project_id, theirs)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(_MOST + 1)
    )
    return [_story(row) for row in connection.execute(statement)]


def _same(table: Any, other: Any, column: str) -> ColumnElement[bool]:
    return and_(other.c.project_id == table.c.project_id, other.c.id == table.c[column])


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
        conversation=row.conversation,
    )


def _elsewhere(connection: Connection, project_id: str, contact_id: str) -> list[AskedElsewhere]:
    """What others have shown to somebody or asked them, newest first."""
    found = [*_answered(connection, project_id, contact_id)]
    found += _shown(connection, project_id, contact_id)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _answered(connection: Connection, project_id: str, contact_id: str) -> list[AskedElsewhere]:
    table = responses
    statement = (
        select(table, surveys.c.key, conversations.c.number.label("conversation"))
        .outerjoin(surveys, _same(table, surveys, "survey_id"))
        .outerjoin(conversations, _same(table, conversations, "conversation_id"))
        .where(table.c.project_id == project_id, table.c.contact_id == contact_id)
        .where(table.c.invitation_id.is_(None))
        .order_by(table.c.created_at.desc())
        .limit(_MOST + 1)
    )
    return [
        AskedElsewhere(
            survey=row.key or row.survey_id,
            dialect=row.dialect,
            at=row.created_at,
            channel=row.channel,
            rating=row.rating,
            conversation=row.conversation,
        )
        for row in connection.execute(statement)
    ]


def _shown(connection: Connection, project_id: str, contact_id: str) -> list[AskedElsewhere]:
    table = events
    statement = (
        select(table.c.dialect, table.c.name, table.c.created_at)
        .where(table.c.project_id == project_id, table.c.contact_id == contact_id)
        .where(table.c.name.startswith(SHOWN, autoescape=True))
        .order_by(table.c.created_at.desc())
        .limit(_MOST + 1)
    )
    rows = connection.execute(statement).all()
    shown = [row.name.removeprefix(SHOWN) for row in rows]
    named = select(surveys.c.id, surveys.c.key).where(
        surveys.c.project_id == project_id, among(surveys.c.id, set(shown))
    )
    names = {row.id: row.key for row in connection.execute(named)}
    return [
        AskedElsewhere(names.get(survey_id, survey_id), row.dialect, row.created_at)
        for row, survey_id in zip(rows, shown, strict=True)
    ]


def _shown_from(connection: Connection, project_id: str, person: Known | None) -> int | None:
    """The moment before which it is forgotten what was shown, to whoever was there by then."""
    head = find_head(connection, project_id)
    kept_from = head.rows_from(Source.SHOWN) if head else None
    if person is None or kept_from is None:
        return None
    mine = (contacts.c.project_id == project_id, contacts.c.id == person.id)
    created_at: int = connection.execute(select(contacts.c.created_at).where(*mine)).scalar_one()
    return kept_from if created_at < kept_from else None


def _talking(connection: Connection, project_id: str, person: Known | None) -> int | None:
    if person is None:
        return None
    found = open_conversations(connection, project_id, [person.id]).get(person.id)
    return found.number if found else None


def _suppressed(
    connection: Connection, project_id: str, addresses: Sequence[str]
) -> Suppressed | None:
    table = suppressions
    statement = select(table.c.address, table.c.reason, table.c.created_at).where(
        table.c.project_id == project_id, among(table.c.address, addresses)
    )
    found = {row.address: Suppressed(*row) for row in connection.execute(statement)}
    return next((found[address] for address in addresses if address in found), None)
