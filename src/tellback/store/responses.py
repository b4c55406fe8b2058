"""Responses: storing them, changing them with their history, finding those to go on with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from tellback.core.answers import Answers
from tellback.core.rollup import Source
from tellback.store.rollup_marks import mark_ids, mark_moments
from tellback.store.rows import among, insert_rows, to_json
from tellback.store.tables import response_revisions, responses

_COLUMNS = (
    "project_id",
    "id",
    "dialect",
    "channel",
    "survey_id",
    "survey_version",
    "contact_id",
    "invitation_id",
    "conversation_id",
    "answers",
    "metric",
    "rating",
    "comment",
    "completed",
    "dismissed",
    "traits",
    "language",
    "referrer",
    "user_agent",
    "ip",
    "token_hash",
    "revision",
    "created_at",
    "updated_at",
    "left_at",
)
#: What may change after a response was stored.
_CHANGING = (
    "survey_version",
    "answers",
    "metric",
    "rating",
    "comment",
    "completed",
    "dismissed",
    "traits",
    "language",
    "referrer",
    "user_agent",
    "ip",
    "revision",
    "updated_at",
    "left_at",
)
_REVISION = (
    "project_id",
    "response_id",
    "revision",
    "survey_version",
    "answers",
    "rating",
    "comment",
    "recorded_at",
    "replaced_at",
)
_MINE = responses.c.project_id == bindparam("the_project")
# A sum, lest an engine walk all of the project's responses in their order to find these.
_at = responses.c.created_at + 0
#: By what responses are looked for. Made once, since making a statement costs more than running it.
_FOUND = {
    name: select(responses)
    .where(_MINE, among(responses.c[name], "the_values"))
    .where(_at > bindparam("the_moment"))
    .order_by(_at, responses.c.id)
    for name in ("id", "invitation_id", "conversation_id", "contact_id")
}
_LAST = (
    select(responses.c.contact_id, responses.c.survey_id, func.max(responses.c.created_at))
    .where(_MINE, among(responses.c.contact_id, "the_contacts"))
    .where(or_(responses.c.completed, responses.c.rating.is_not(None)))
    .group_by(responses.c.contact_id, responses.c.survey_id)
)
_UPDATE = (
    update(responses)
    .where(_MINE, responses.c.id == bindparam("the_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)


@dataclass(slots=True, eq=False)
class ResponseRow:
    """A response as its row keeps it. ``token_hash`` is of the token that lets its author go on.

    ``left_at`` is the question at which its author goes on, who has not sent it off yet.
    """

    id: str
    dialect: str
    channel: str
    survey_id: str
    survey_version: int
    contact_id: str | None
    created_at: int
    updated_at: int
    invitation_id: str | None = None
    conversation_id: str | None = None
    answers: Answers = field(default_factory=dict)
    metric: str | None = None
    rating: float | None = None
    comment: str | None = None
    completed: bool = False
    dismissed: bool = False
    traits: dict[str, Any] | None = None
    language: str | None = None
    referrer: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    token_hash: bytes | None = None
    revision: int = 1
    left_at: str | None = None

    @property
    def counts_as_answer(self) -> bool:
        """Whether the person has had a say: completed, or rated at least."""
        return self.completed or self.rating is not None


@dataclass(slots=True)
class Revision:
    """What a response said before it was changed."""

    response_id: str
    revision: int
    survey_version: int
    answers: Answers
    rating: float | None
    comment: str | None
    recorded_at: int
    replaced_at: int


def insert_responses(connection: Connection, project_id: str, rows: Sequence[ResponseRow]) -> None:
    """Store new responses. What they answer is to be told of apart (`mark_responded`)."""
    insert_rows(connection, responses, _COLUMNS, [_values(project_id, row) for row in rows])
    mark_moments(connection, project_id, Source.RESPONSES, [row.created_at for row in rows])


def update_responses(connection: Connection, project_id: str, rows: Sequence[ResponseRow]) -> None:
    """Store what has changed in responses that are stored already."""
    if not rows:
        return
    named = [
        {
            "the_project": project_id,
            "the_id": row.id,
            **{name: getattr(row, name) for name in _CHANGING},
        }
        for row in rows
    ]
    connection.execute(_UPDATE, named)
    mark_moments(connection, project_id, Source.RESPONSES, [row.created_at for row in rows])
    mark_ids(connection, project_id, Source.INVITATIONS, [row.invitation_id for row in rows])


def insert_revisions(
    connection: Connection, project_id: str, revisions: Sequence[Revision]
) -> None:
    """Keep what responses said before."""
    rows = [
        (
            project_id,
            one.response_id,
            one.revision,
            one.survey_version,
            to_json(one.answers),
            one.rating,
            one.comment,
            one.recorded_at,
            one.replaced_at,
        )
        for one in revisions
    ]
    insert_rows(connection, response_revisions, _REVISION, rows)


def find_responses(
    connection: Connection,
    project_id: str,
    column: str,
    values: Collection[str],
    since: int | None = None,
) -> list[ResponseRow]:
    """The responses where an id column has one of these values, oldest first."""
    wanted = {"the_project": project_id, "the_values": values, "the_moment": since or 0}
    return [_read(row) for row in connection.execute(_FOUND[column], wanted)]


def last_answers(
    connection: Connection, project_id: str, contact_ids: Collection[str]
) -> dict[tuple[str, str], int]:
    """When each of these people last answered each survey, by (contact, survey), in ms."""
    wanted = {"the_project": project_id, "the_contacts": contact_ids}
    return {(person, survey): at for person, survey, at in connection.execute(_LAST, wanted)}


def _values(project_id: str, row: ResponseRow) -> tuple[Any, ...]:
    return (
        project_id,
        row.id,
        row.dialect,
        row.channel,
        row.survey_id,
        row.survey_version,
        row.contact_id,
        row.invitation_id,
        row.conversation_id,
        to_json(row.answers),
        row.metric,
        row.rating,
        row.comment,
        row.completed,
        row.dismissed,
        to_json(row.traits),
        row.language,
        row.referrer,
        row.user_agent,
        row.ip,
        row.token_hash,
        row.revision,
        row.created_at,
        row.updated_at,
        row.left_at,
    )


def _read(row: Row[Any]) -> ResponseRow:
    return ResponseRow(**{name: getattr(row, name) for name in _COLUMNS if name != "project_id"})
