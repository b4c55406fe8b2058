"""Calls that are carried out at most once, and replies that are kept with what they tell of."""

from collections.abc import Sequence
from typing import Any

import pytest

from tellback.actions.record_conversations import record_conversations
from tellback.actions.write_once import KEPT, CarriedOut, KeyReused, Once, write_once
from tellback.core.conversations import RecordConversation
from tellback.core.model import Project
from tellback.store.database import Action, Transaction
from tellback.store.kept_replies import KeptReply
from tellback.store.tables import conversations, kept_replies
from tests.actions.workroom import WIRE, Workroom


def once(
    project: Project,
    key: str = "key",
    fingerprint: bytes = b"call",
    action: Action = record_conversations,
) -> Once:
    def reply(outcomes: list[Any]) -> KeptReply:
        return KeptReply(fingerprint, 200, {"A": "b"}, f"{len(outcomes)} done".encode())

    return Once(project.id, key, fingerprint, action, [(project, RecordConversation(WIRE))], reply)


def test_the_reply_is_kept_with_what_was_done(room: Workroom) -> None:
    first = room.run(write_once, once(room.shop))
    again = room.run(write_once, once(room.shop))
    assert first == CarriedOut(KeptReply(b"call", 200, {"A": "b"}, b"1 done"), kept=False)
    assert again == CarriedOut(first.reply, kept=True)
    assert len(room.rows(conversations)) == 1


def test_the_same_call_twice_in_one_batch_is_done_once(room: Workroom) -> None:
    first, again = room.run(write_once, once(room.shop), once(room.shop))
    assert (first.kept, again.kept) == (False, True)
    assert len(room.rows(conversations)) == 1


def test_another_call_of_that_key_is_refused(room: Workroom) -> None:
    room.run(write_once, once(room.shop))
    assert isinstance(room.run(write_once, once(room.shop, fingerprint=b"other")), KeyReused)
    assert not room.run(write_once, once(room.shop, "another", b"other")).kept
    assert not room.run(write_once, once(room.other, fingerprint=b"other")).kept


def test_what_fails_leaves_no_reply(room: Workroom) -> None:
    def fail(tx: Transaction, jobs: Sequence[Any]) -> list[Any]:
        record_conversations(tx, jobs)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        room.run(write_once, once(room.shop, action=fail))
    assert room.rows(kept_replies) == room.rows(conversations) == []
    assert not room.run(write_once, once(room.shop)).kept


def test_replies_are_forgotten_in_time(room: Workroom) -> None:
    room.run(write_once, once(room.shop))
    room.now += KEPT - 1
    assert room.run(write_once, once(room.shop)).kept
    room.now += 1
    assert not room.run(write_once, once(room.shop, fingerprint=b"other")).kept
    assert len(room.rows(kept_replies)) == 1
