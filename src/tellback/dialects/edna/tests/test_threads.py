"""The states of a thread."""

from typing import Any

import pytest

from tellback.core.conversations import Conversation
from tellback.dialects.edna.threads import CLOSED, OPEN, status_of


def thread(status: str | None = None, agent: str | None = None, **facts: Any) -> Conversation:
    known: dict[str, Any] = {
        **dict.fromkeys(("contact_id", "first_channel", "channel", "department", "closed_by")),
        **dict.fromkeys(("closed_at", "last_message_at", "changed_at")),
        **dict.fromkeys(("messages", "opened_at", "updated_at"), 0),
        **facts,
    }
    return Conversation(
        id="0" * 32,
        number=1,
        reference="r",
        dialect="api",
        status=status,
        agent=agent,
        properties={},
        **known,
    )


@pytest.mark.parametrize("word", sorted(OPEN))
def test_the_vendors_own_words(word: str) -> None:
    assert status_of(thread(word)) == word
    assert status_of(thread(word.lower())) == word
    assert status_of(thread(word, closed_at=1)) == CLOSED


def test_other_words() -> None:
    assert status_of(thread("pending")) == "NEW"
    assert status_of(thread(None, agent="m")) == "IN_PROGRESS"
    assert status_of(thread(CLOSED, agent="m")) == "IN_PROGRESS"
