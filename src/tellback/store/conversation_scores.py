"""How conversations were rated, with who had them: the newest ratings of a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, and_, select

from tellback.core.model import Project, SurveyDefinition
from tellback.core.rollup import Range
from tellback.core.selection import Selection
from tellback.core.users import Agent
from tellback.store.agents import own_conversation
from tellback.store.feed import AnyRow
from tellback.store.response_feed import Version, find_versions
from tellback.store.selected import selected_rows
from tellback.store.tables import conversations, responses

#: How many responses are looked at for those that are about a conversation.
SEARCHED = 100_000


class Group(StrEnum):
    """What conversations are told apart by."""

    AGENT = "agent"
    DEPARTMENT = "department"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class RatedConversations:
    """Ratings, newest first, ``name`` being whose they are, and the surveys that were answered.

    ``back_to`` is when the oldest that was looked at came (ms), None if all of the time were.
    """

    rows: Sequence[AnyRow]
    surveys: Mapping[Version, SurveyDefinition]
    back_to: int | None


def read_rated_conversations(
    connection: Connection,
    project: Project,
    selection: Selection,
    range_: Range,
    group: Group,
    most: int,
    agent: Agent | None = None,
) -> RatedConversations:
    """So many ratings of conversations of a selection at most; of an agent's own, if given."""
    answer, chat = responses.c, conversations.c
    bound = _bound(connection, project.id, range_)
    about = and_(chat.project_id == answer.project_id, chat.id == answer.conversation_id)
    statement = (
        select(
            answer.id,
            answer.created_at,
            answer.channel,
            answer.survey_id,
            answer.survey_version,
            answer.metric,
            answer.rating,
            answer.comment,
            chat.number,
            chat[group.value].label("name"),
        )
        .select_from(responses.join(conversations, about))
        .where(
            answer.project_id == project.id,
            answer.created_at >= (range_[0] if bound is None else bound),
            answer.created_at < range_[1],
            answer.conversation_id.is_not(None),
            answer.metric.is_not(None),
            answer.rating.is_not(None),
            *selected_rows(answer, selection),
            *own_conversation(agent, chat),
        )
        .order_by(answer.created_at.desc(), answer.id.desc())
        .limit(most + 1)
    )
    rows = connection.execute(statement).all()
    if len(rows) > most:
        rows, bound = rows[:most], rows[most - 1].created_at
    versions = {(row.survey_id, row.survey_version) for row in rows}
    return RatedConversations(rows, find_versions(connection, project.id, versions), bound)


def _bound(connection: Connection, project_id: str, range_: Range) -> int | None:
    """Up to where so many responses are looked at; None where they are all."""
    answer = responses.c
    newest = (
        select(answer.created_at)
        .where(answer.project_id == project_id)
        .where(answer.created_at >= range_[0], answer.created_at < range_[1])
        .order_by(answer.created_at.desc(), answer.id.desc())
    )
    at: int | None = connection.execute(newest.offset(SEARCHED).limit(1)).scalar()
    return at
