"""Calls that are carried out at most once, by the key that their caller gives them.

Source: draft-ietf-httpapi-idempotency-key-header-07. The key names one call of a project for as
long as its reply is kept.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tellback.actions.write_once import CarriedOut, Once, same_call, write_once
from tellback.core.errors import TellbackError
from tellback.core.retention import REPLIES_KEPT
from tellback.store.database import Database, Transaction
from tellback.store.kept_replies import KeptReply, find_reply
from tellback.web.api.operations import Call, Reply, Write
from tellback.web.api.problems import KeyInUse, KeyMalformed, refuse

_KEY = re.compile(r"[\x20-\x7e]{1,255}\Z")
_TYPE = "Content-Type"
REPLAYED = {"Idempotency-Replayed": "true"}


class OnceOnly:
    """Carries calls out, those with a key at most once.

    Which keys are being used is kept in memory: one process serves an embedded database. Between
    processes the table's key decides, and the later call gets the reply of the earlier.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._in_use: set[tuple[str, str]] = set()

    @contextmanager
    def holding(self, call: Call, key: str | None) -> Iterator[None]:
        """While the call is being carried out; `KeyInUse` where another one is, by its key."""
        if key is None:
            yield
            return
        mine = (call.project.id, key)
        if mine in self._in_use:
            raise KeyInUse
        self._in_use.add(mine)
        try:
            yield
        finally:
            self._in_use.discard(mine)

    async def earlier(self, call: Call, key: str | None) -> Reply | None:
        """What was replied to this call; `KeyReused` where its key belongs to another."""
        if key is None:
            return None
        since = call.now - REPLIES_KEPT
        kept = await self._database.read(find_reply, call.project.id, key, since)
        return _again(same_call(kept, _fingerprint(call))) if kept else None

    async def write(self, call: Call, key: str | None, wanted: Write) -> Reply:
        """Write what a call wants, and reply once it is on disk."""
        if key is None:
            jobs = wanted.jobs
            return wanted.reply(await self._database.write(wanted.action, jobs) if jobs else [])
        fingerprint = _fingerprint(call)
        made: list[Reply] = []

        def reply(outcomes: list[object]) -> KeptReply:
            try:
                made.append(wanted.reply(outcomes))
            except TellbackError as refusal:
                made.append(refuse(refusal))
            return _kept(fingerprint, made[-1])

        once = Once(call.project.id, key, fingerprint, wanted.action, wanted.jobs, reply)
        done: CarriedOut = await self._database.write_one(write_once, once)
        return _again(done.reply) if done.kept else made[-1]

    async def keep(self, call: Call, key: str | None, reply: Reply) -> Reply:
        """Keep the reply to what has been carried out already, and would not be again."""
        if key is None:
            return reply
        return await self.write(call, key, Write(_nothing, (), lambda _: reply))


def _nothing(_tx: Transaction, _jobs: Sequence[object]) -> list[object]:
    return []


def read_key(text: str | None) -> str | None:
    """The key of the header; a string of structured fields, or bare as most clients send it."""
    if text is None:
        return None
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not _KEY.match(key):
        raise KeyMalformed
    return key


def _fingerprint(call: Call) -> bytes:
    """What tells calls apart: the operation, what the path names, and the body."""
    digest = hashlib.sha256()
    for part in (call.operation.name, *call.params.values(), call.content_type):
        digest.update(f"{len(part)} {part}\n".encode())
    digest.update(call.raw)
    return digest.digest()


def _kept(fingerprint: bytes, reply: Reply) -> KeptReply:
    headers = {**reply.headers, **({_TYPE: reply.content_type} if reply.content_type else {})}
    return KeptReply(fingerprint, reply.status, headers, reply.body)


def _again(kept: KeptReply) -> Reply:
    headers = {**kept.headers, **REPLAYED}
    content_type = headers.pop(_TYPE, None)
    return Reply(kept.status, kept.body, content_type, headers)
