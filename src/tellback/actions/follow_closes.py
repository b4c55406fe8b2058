"""What follows when conversations close, whoever closed them."""

from collections.abc import Sequence

from tellback.actions.announce import announce
from tellback.actions.ask_after_close import ask_after_close, is_recent
from tellback.core.conversations import Conversation
from tellback.core.model import Project
from tellback.core.webhooks import EventType
from tellback.store.database import Transaction


def follow_closes(tx: Transaction, project: Project, closed: Sequence[Conversation]) -> None:
    """Ask by the project's rule, and tell whoever listens. The conversations must be stored."""
    ask_after_close(tx, project, closed)
    ended = [one.id for one in closed if is_recent(one, tx.now)]
    announce(tx, project, EventType.CONVERSATION_CLOSED, ended)
