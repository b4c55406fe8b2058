"""What has come in over the wires lately: answers, asks, conversations, surveys, refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, literal, select

from tellback.store.tables import (
    conversations,
    invitation_requests,
    rejected_inputs,
    responses,
    survey_versions,
)


class Arrival(StrEnum):
    """What kind of thing came in."""

    ANSWER = "answer"
    ASK = "ask"
    CONVERSATION = "conversation"
    SURVEY = "survey"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing that came in, and when (ms). ``id`` is its own.

    ``number`` is the rating of an answer, how many were asked, a conversation's number, the version
    of a survey, or the status of a refusal; ``text`` a comment, an agent, or the reason.
    """

    kind: Arrival
    id: str
    dialect: str
    at: int
    number: float | None
    text: str | None


_answer, _ask = responses.c, invitation_requests.c
_chat, _refused, _written = conversations.c, rejected_inputs.c, survey_versions.c
#: Of each kind: its id, its wire, when it came, its number, its text, and what puts it in order: an
#: index, but for versions, which are few.
_KINDS: dict[Arrival, tuple[Any, ...]] = {
    Arrival.ANSWER: (
        *(_answer.id, _answer.dialect, _answer.created_at, _answer.rating, _answer.comment),
        _answer.created_at,
    ),
    # Ids are in the order of time; there is no index by the moment.
    Arrival.ASK: (
        *(_ask.id, _ask.dialect, _ask.created_at, _ask.accepted, literal("")),
        _ask.id,
    ),
    Arrival.CONVERSATION: (
        *(_chat.id, _chat.dialect, _chat.opened_at, _chat.number, _chat.agent),
        _chat.opened_at,
    ),
    # Of those that nobody has sent there is no wire.
    Arrival.SURVEY: (
        *(_written.survey_id, _written.published_by, _written.created_at, _written.version),
        literal(""),
        _written.created_at,
    ),
    Arrival.REFUSED: (
        *(_refused.id, _refused.dialect, _refused.created_at, _refused.status, _refused.reason),
        _refused.created_at,
    ),
}


def list_arrivals(
    connection: Connection, project_id: str, of_each: int, shown: int
) -> dict[str, list[Arrived]]:
    """What came last by wire, newest first: so many, out of the newest of each kind."""
    found: dict[str, list[Arrived]] = {}
    everything = sorted(_arrived(connection, project_id, of_each), key=lambda one: -one.at)
    for one in everything:
        mine = found.setdefault(one.dialect, [])
        if len(mine) < shown:
            mine.append(one)
    return found


def _arrived(connection: Connection, project_id: str, most: int) -> Iterator[Arrived]:
    for kind, statement in _newest(project_id):
        for row in connection.execute(statement.limit(most)):
            yield _read(kind, row)


def _read(kind: Arrival, row: Row[Any]) -> Arrived:
    return Arrived(kind, row.id, row.dialect, row.at, row.number, row.text or None)


def _newest(project_id: str) -> Iterator[tuple[Arrival, Select[Any]]]:
    for kind, (id_, wire, at, number, text, order) in _KINDS.items():
        told = (at.label("at"), number.label("number"), text.label("text"))
        mine = id_.table.c.project_id == project_id
        statement = select(id_.label("id"), wire.label("dialect"), *told).where(mine)
        yield kind, statement.where(wire.is_not(None)).order_by(order.desc(), id_.desc())
