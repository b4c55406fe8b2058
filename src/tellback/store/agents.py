"""Which conversations are an agent's own, as conditions; and which agents there are."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select

from tellback.core.users import Agent
from tellback.store.rows import among
from tellback.store.tables import conversations

#: Of so many of the newest conversations the agents are told, and so many of them.
_LOOKED_AT, _TOLD = 2_000, 50


def own_conversation(agent: Agent | None, chat: Any = conversations.c) -> list[ColumnElement[bool]]:
    """What must hold of a conversation that somebody sees; nothing where they see all."""
    if agent is None:
        return []
    addressed = func.lower(chat.agent) == agent.email
    return [or_(addressed, among(chat.agent, agent.names))]


def about_own(
    project_id: str, agent: Agent | None, conversation_id: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """What must hold of what is about a conversation that somebody sees."""
    if agent is None:
        return []
    chat = conversations.c
    mine = select(literal(1)).where(chat.project_id == project_id, chat.id == conversation_id)
    return [mine.where(*own_conversation(agent)).exists()]


def list_agents(connection: Connection, project_id: str) -> list[str]:
    """Whom wires have lately told to have conversations, by name."""
    chat = conversations.c
    newest = (
        select(chat.agent)
        .where(chat.project_id == project_id)
        .order_by(chat.opened_at.desc(), chat.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    named = select(newest.c.agent).where(newest.c.agent.is_not(None), newest.c.agent != "")
    statement = named.distinct().order_by(newest.c.agent).limit(_TOLD)
    return list(connection.execute(statement).scalars())
