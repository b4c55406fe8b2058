"""What has come in over the wires lately: answers, asks, conversations, and what was refused."""

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
)


class Arrival(StrEnum):
    """What kind of thing came in."""

    ANSWER = "answer"
    ASK = "ask"
    CONVERSATION = "conversation"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing that came in, and when (ms). ``id`` is its own.

    ``number`` is the rating of an answer, how many were asked, a conversation's number, or the
    status of a refusal; ``text`` a comment, an agent or the reason.
    """

    kind: Arrival
    id: str
    dialect: str
    at: int
    number: float | None
    text: str | None


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
    answer, ask = responses.c, invitation_requests.c
    chat, refused = conversations.c, rejected_inputs.c
    yield (
        Arrival.ANSWER,
        select(
            answer.id,
            answer.dialect,
            answer.created_at.label("at"),
            answer.rating.label("number"),
            answer.comment.label("text"),
        )
        .where(answer.project_id == project_id)
        .order_by(answer.created_at.desc(), answer.id.desc()),
    )
    yield (
        Arrival.ASK,
        # Ids are in the order of time; there is no index by the moment, and calls are few.
        select(
            ask.id,
            ask.dialect,
            ask.created_at.label("at"),
            ask.accepted.label("number"),
            literal("").label("text"),
        )
        .where(ask.project_id == project_id)
        .order_by(ask.id.desc()),
    )
    yield (
        Arrival.CONVERSATION,
        select(
            chat.id,
            chat.dialect,
            chat.opened_at.label("at"),
            chat.number.label("number"),
            chat.agent.label("text"),
        )
        .where(chat.project_id == project_id)
        .order_by(chat.opened_at.desc(), chat.id.desc()),
    )
    yield (
        Arrival.REFUSED,
        select(
            refused.id,
            refused.dialect,
            refused.created_at.label("at"),
            refused.status.label("number"),
            refused.reason.label("text"),
        )
        .where(refused.project_id == project_id)
        .order_by(refused.created_at.desc(), refused.id.desc()),
    )
