"""Conversations are closed by their platform, or by the visitors themselves if they may."""

from dataclasses import replace

import pytest

from tellback.core.errors import (
    ClosingDisabled,
    ContactUnknown,
    ConversationClosed,
    ConversationUnknown,
)
from tellback.core.settings import ProjectSettings
from tellback.store.tables import conversations
from tests.actions.talking import ALICE, BOB, chat, close, record
from tests.actions.workroom import Workroom


@pytest.fixture
def room(room: Workroom) -> Workroom:
    record(room, chat("chat-1", properties={"a": 1}), chat("chat-2", contact=BOB))
    room.now += 7
    return room


def test_is_over_from_then_on(room: Workroom) -> None:
    done = close(room, contact=ALICE, closed_by="visitor", properties={"b": 2})
    assert (done.conversation.is_open, done.contact.external) == (False, "alice")
    row = room.row(conversations, reference="chat-1")
    assert (row.closed_at, row.closed_by) == (room.now, "visitor")
    assert row.properties == {"a": 1, "b": 2}
    assert room.row(conversations, reference="chat-2").closed_at is None


def test_refuses_what_is_not_there_not_theirs_or_over(room: Workroom) -> None:
    assert isinstance(close(room, "nowhere"), ConversationUnknown)
    assert isinstance(close(room, "chat-2", contact=ALICE), ConversationUnknown)
    assert isinstance(close(room, contact=replace(ALICE, value="eve")), ContactUnknown)
    close(room)
    with room.nothing_written():
        assert isinstance(close(room), ConversationClosed)


def test_visitors_may_be_kept_from_it(room: Workroom) -> None:
    room.shop = replace(room.shop, settings=ProjectSettings(visitors_may_close=False))
    refused = close(room, contact=replace(ALICE, value="eve"))
    assert isinstance(refused, ClosingDisabled)
    assert close(room).conversation.closed_at == room.now
