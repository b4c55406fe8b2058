"""What has to hold in every project, as queries that find where it does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, or_, select

from tellback.core.answers import headline
from tellback.core.invitation import State
from tellback.core.model import Channel, SurveyDefinition
from tellback.core.webhooks import EventState, EventType
from tellback.store.events import NOBODY
from tellback.store.surveys import find_version
from tellback.store.tables import (
    contact_identities,
    contacts,
    conversations,
    events,
    follow_ups,
    invitation_requests,
    invitations,
    messages,
    outgoing_events,
    response_notes,
    response_revisions,
    response_tags,
    responses,
    signals,
    survey_versions,
    surveys,
)

_ROWS = 1_000
_STATES = frozenset(state.value for state in State)


@dataclass(slots=True)
class Counts:
    """What was counted on the way. ``states`` counts invitations."""

    requests: int = 0
    invitations: int = 0
    responses: int = 0
    states: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audit:
    """The project under audit. All its queries see the same moment of the data."""

    connection: Connection
    project_id: str
    counts: Counts


#: What does not hold, each as its kind and a sentence.
Complaints = Iterator[tuple[str, str]]
Check = Callable[[Audit], Complaints]


def requests_are_accounted_for(audit: Audit) -> Complaints:
    """As many invitations as each call was told were accepted, and none without a call."""
    table, calls = invitations, invitation_requests
    counted = (
        select(table.c.request_id, func.count().label("found"))
        .where(table.c.project_id == audit.project_id)
        .group_by(table.c.request_id)
        .subquery()
    )
    requested = (
        select(calls.c.id, calls.c.accepted, func.coalesce(counted.c.found, 0).label("found"))
        .outerjoin(counted, counted.c.request_id == calls.c.id)
        .where(calls.c.project_id == audit.project_id)
    )
    for row in _stream(audit, requested):
        audit.counts.requests += 1
        if row.accepted != row.found:
            yield "requests", f"{row.id}: {row.accepted} accepted, {row.found} there"
    unasked = select(counted.c.request_id, counted.c.found).where(
        counted.c.request_id.not_in(
            select(calls.c.id).where(calls.c.project_id == audit.project_id)
        )
    )
    for row in _stream(audit, unasked):
        yield "requests", f"{row.request_id}: {row.found} invitations of an unknown call"


def states_add_up(audit: Audit) -> Complaints:
    """Every invitation is in exactly one state that we know."""
    table = invitations
    mine = table.c.project_id == audit.project_id
    total = audit.connection.execute(select(func.count()).where(mine)).scalar() or 0
    by_state = select(table.c.state, func.count()).where(mine).group_by(table.c.state)
    known = 0
    for state, count in audit.connection.execute(by_state):
        if state not in _STATES:
            yield "states", f"{count} invitations in the unknown state {state!r}"
            continue
        known += count
        audit.counts.states[state] = audit.counts.states.get(state, 0) + count
    audit.counts.invitations += total
    if known != total:
        yield "states", f"{total} invitations, {known} in known states"


def moments_fit_states(audit: Audit) -> Complaints:
    """What an invitation's state says, its times say too."""
    table = invitations
    mailed = table.c.channel == Channel.EMAIL.value
    needed: dict[str, ColumnElement[bool]] = {
        "sent_at": _in(State.SENT),
        "responded_at": _in(State.RESPONDED),
        "lease_owner": _in(State.CLAIMED, State.SENDING),
        "message_id": _in(State.SENDING, State.SENT, State.UNKNOWN) & mailed,
        "conversation_id": table.c.channel == Channel.CHAT.value,
    }
    for name, where in needed.items():
        statement = select(table.c.id, table.c.state).where(
            table.c.project_id == audit.project_id, table.c[name].is_(None), where
        )
        for row in _stream(audit, statement):
            yield "moments", f"invitation {row.id} is {row.state} without {name}"


def _in(*states: State) -> ColumnElement[bool]:
    return invitations.c.state.in_([state.value for state in states])


def scores_follow_from_answers(audit: Audit) -> Complaints:
    """Rating, comment and completeness, computed again from the answers."""
    table = responses
    statement = select(
        table.c.id,
        table.c.survey_id,
        table.c.survey_version,
        table.c.answers,
        table.c.metric,
        table.c.rating,
        table.c.comment,
        table.c.completed,
        table.c.dismissed,
    ).where(table.c.project_id == audit.project_id)
    definitions: dict[tuple[str, int], SurveyDefinition | None] = {}
    for row in _stream(audit, statement):
        audit.counts.responses += 1
        version = (row.survey_id, row.survey_version)
        if version not in definitions:
            definitions[version] = find_version(audit.connection, audit.project_id, *version)
        definition = definitions[version]
        if definition is None:
            yield "orphans", f"response {row.id}: there is no version {version[1]} of its survey"
        else:
            yield from _score_findings(row, definition)


def _score_findings(row: Row[Any], definition: SurveyDefinition) -> Complaints:
    try:
        said = headline(definition, row.answers)
    except Exception as error:
        yield "scores", f"response {row.id}: its answers cannot be read ({type(error).__name__})"
        return
    expected = {
        "metric": said.metric,
        "rating": said.rating,
        "comment": said.comment,
        "completed": said.completed and not row.dismissed,
    }
    for name, value in expected.items():
        stored = getattr(row, name)
        if stored != value:
            yield "scores", f"response {row.id}: {name} is {stored!r}, its answers say {value!r}"


@dataclass(frozen=True, slots=True)
class _Link:
    """Rows of one table that name a row of another, by its column; but for ``nobody``."""

    table: Table
    column: str
    target: Table
    nobody: str = ""


_LINKS = (
    _Link(responses, "survey_id", surveys),
    _Link(responses, "contact_id", contacts),
    _Link(responses, "invitation_id", invitations),
    _Link(invitations, "survey_id", surveys),
    _Link(invitations, "contact_id", contacts),
    _Link(invitations, "conversation_id", conversations),
    _Link(responses, "conversation_id", conversations),
    _Link(conversations, "contact_id", contacts),
    _Link(messages, "conversation_id", conversations),
    _Link(messages, "contact_id", contacts),
    _Link(contact_identities, "contact_id", contacts),
    _Link(response_revisions, "response_id", responses),
    _Link(follow_ups, "response_id", responses),
    _Link(response_tags, "response_id", responses),
    _Link(response_notes, "response_id", responses),
    _Link(signals, "invitation_id", invitations),
    _Link(events, "contact_id", contacts, NOBODY),
    _Link(survey_versions, "survey_id", surveys),
)


def nothing_is_orphaned(audit: Audit) -> Complaints:
    """Whatever a row names is there."""
    for link in _LINKS:
        column, target = link.table.c[link.column], link.target
        there = select(target.c.id).where(
            target.c.project_id == audit.project_id, target.c.id == column
        )
        statement = select(column.label("named"), func.count().label("rows")).where(
            link.table.c.project_id == audit.project_id, column.is_not(None), ~there.exists()
        )
        if link.nobody:
            statement = statement.where(column != link.nobody)
        for row in _stream(audit, statement.group_by(column)):
            what = link.column.removesuffix("_id")
            yield "orphans", f"{row.rows} of {link.table.name} name the {what} {row.named}: missing"
    current = and_(
        survey_versions.c.project_id == audit.project_id,
        survey_versions.c.survey_id == surveys.c.id,
        survey_versions.c.version == surveys.c.version,
    )
    lost = select(surveys.c.key).where(
        surveys.c.project_id == audit.project_id,
        ~select(survey_versions.c.version).where(current).exists(),
    )
    for row in _stream(audit, lost):
        yield "orphans", f"survey {row.key}: its current version is missing"


def answers_reached_their_invitations(audit: Audit) -> Complaints:
    """An invitation is answered exactly if there is a response to it."""
    both = and_(
        responses.c.project_id == invitations.c.project_id,
        responses.c.invitation_id == invitations.c.id,
    )
    unnoted = (
        select(invitations.c.id)
        .join(responses, both)
        .where(invitations.c.project_id == audit.project_id, invitations.c.responded_at.is_(None))
    )
    for row in _stream(audit, unnoted):
        yield "responses", f"invitation {row.id} has a response and is not marked as answered"
    missing = select(invitations.c.id).where(
        invitations.c.project_id == audit.project_id,
        or_(
            invitations.c.responded_at.is_not(None),
            invitations.c.state == State.RESPONDED.value,
        ),
        ~select(responses.c.id).where(both, responses.c.project_id == audit.project_id).exists(),
    )
    for row in _stream(audit, missing):
        yield "responses", f"invitation {row.id} is marked as answered and has no response"


def numbers_are_unique(audit: Audit) -> Complaints:
    """Nothing that a wire names by an integer shares it with another of its kind."""
    for table in (conversations, invitations):
        statement = (
            select(table.c.number, func.count().label("rows"))
            .where(table.c.project_id == audit.project_id, table.c.number.is_not(None))
            .group_by(table.c.number)
            .having(func.count() > 1)
        )
        for row in _stream(audit, statement):
            yield "numbers", f"{row.rows} of {table.name} have the number {row.number}"


def chats_are_told(audit: Audit) -> Complaints:
    """Whoever's chat was sent a survey, an event tells of it, as far back as events are kept."""
    told = outgoing_events
    # Of those of that very moment some may be forgotten already.
    first = select(func.min(told.c.created_at)).where(told.c.project_id == audit.project_id)
    about = select(told.c.id).where(
        told.c.project_id == audit.project_id,
        told.c.subject_id == invitations.c.id,
        told.c.type == EventType.INVITATION_CREATED.value,
    )
    untold = select(invitations.c.id).where(
        invitations.c.project_id == audit.project_id,
        invitations.c.channel == Channel.CHAT.value,
        invitations.c.sent_at > first.scalar_subquery(),
        ~about.exists(),
    )
    for row in _stream(audit, untold):
        yield "events", f"invitation {row.id} was sent into a chat and no event tells of it"


_SUBJECTS: dict[str, Table] = {
    EventType.INVITATION_CREATED: invitations,
    EventType.RESPONSE_CREATED: responses,
    EventType.RESPONSE_UPDATED: responses,
    EventType.CONVERSATION_CLOSED: conversations,
}


def events_are_sound(audit: Audit) -> Complaints:
    """An event is of a type and in a state that we know, and what it is about is there."""
    table = outgoing_events
    mine = table.c.project_id == audit.project_id
    kinds = select(table.c.type, table.c.state, func.count().label("rows")).where(mine)
    for row in _stream(audit, kinds.group_by(table.c.type, table.c.state)):
        if row.type not in _SUBJECTS or row.state not in list(EventState):
            yield "events", f"{row.rows} {row.type} in the state {row.state!r}: unknown"
    for type_, subjects in _SUBJECTS.items():
        there = select(subjects.c.id).where(
            subjects.c.project_id == audit.project_id, subjects.c.id == table.c.subject_id
        )
        lost = select(table.c.id, table.c.subject_id).where(
            mine, table.c.type == str(type_), ~there.exists()
        )
        for row in _stream(audit, lost):
            yield "orphans", f"event {row.id} is about {row.subject_id}: missing"


CHECKS: tuple[Check, ...] = (
    requests_are_accounted_for,
    states_add_up,
    moments_fit_states,
    scores_follow_from_answers,
    nothing_is_orphaned,
    answers_reached_their_invitations,
    numbers_are_unique,
    chats_are_told,
    events_are_sound,
)


def _stream(audit: Audit, statement: Any) -> Iterator[Row[Any]]:
    """The rows, a few at a time, so that memory does not grow with the data."""
    yield from audit.connection.execute(statement, execution_options={"yield_per": _ROWS})
