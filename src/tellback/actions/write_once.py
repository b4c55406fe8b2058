"""Carry out a call at most once: its reply is kept in the transaction that did what it tells of.

So there is no moment at which a crash could leave the one without the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.core.errors import TellbackError
from tellback.core.retention import REPLIES_KEPT as KEPT
from tellback.store.database import Action, Transaction
from tellback.store.kept_replies import KeptReply, find_reply, forget_reply, insert_reply


class KeyReused(TellbackError):
    """The idempotency key was used for another call."""


@dataclass(frozen=True, slots=True)
class Once:
    """A call to carry out once: what to do, and ``reply`` to make its reply of the outcomes.

    ``fingerprint`` is the call's own; ``key`` is what its caller named it by.
    """

    project_id: str
    key: str
    fingerprint: bytes
    action: Action
    jobs: Sequence[Any]
    reply: Callable[[list[Any]], KeptReply]


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The reply, and whether it was ``kept`` from an earlier call."""

    reply: KeptReply
    kept: bool


def write_once(tx: Transaction, jobs: Sequence[Once]) -> list[CarriedOut | TellbackError]:
    """Carry out each call, or give what was replied; `KeyReused` where that was another call."""
    return [_carry_out(tx, job) for job in jobs]


def same_call(kept: KeptReply, fingerprint: bytes) -> KeptReply:
    """What was replied, to the same call; `KeyReused` to another."""
    if kept.fingerprint != fingerprint:
        raise KeyReused
    return kept


def _carry_out(tx: Transaction, job: Once) -> CarriedOut | TellbackError:
    kept = find_reply(tx.connection, job.project_id, job.key, tx.now - KEPT)
    if kept is not None:
        try:
            return CarriedOut(same_call(kept, job.fingerprint), kept=True)
        except KeyReused as refusal:
            return refusal
    # A key may be used again in time, whether or not its reply was cleared away meanwhile.
    forget_reply(tx.connection, job.project_id, job.key, tx.now - KEPT)
    reply = job.reply(job.action(tx, job.jobs))
    insert_reply(tx.connection, job.project_id, job.key, reply, tx.now)
    return CarriedOut(reply, kept=False)
