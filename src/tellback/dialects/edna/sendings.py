"""Sending a quality survey to a client or a thread, and what comes back from a chat window."""

from collections.abc import Sequence
from typing import Any

from tellback.core.commands import SubmitResponse
from tellback.core.conversations import AskInConversation, ConversationAsked, ConversationKey
from tellback.core.errors import Fault
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.outcomes import ResponseStored
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.edna.members import Members, read_members, required
from tellback.dialects.edna.replies import empty_reply

NAME = "edna"
INTERNAL, EXTERNAL, THREAD = "internalClientId", "externalClientId", "threadId"
ANSWER = "SURVEY_QUESTION_ANSWER"
_MAX_COMMENT = 10_000


def decode_sending(request: HttpRequest) -> Call:
    """``POST /api/v1/quality/send``."""
    members = read_members(request)
    form = required(members, "qualityFormId")
    target = _target(members)
    members.check()
    return Call(commands=[AskInConversation(NAME, str(form), **target)])


def decode_answer(request: HttpRequest) -> Call:
    """``POST /api/v1/quality/answer``: one question's answer, as the vendor's chat clients say it.

    Their ``text`` is the question's, repeated, so it is no comment.
    """
    members = read_members(request)
    if members.values.get("type") != ANSWER:
        members.wrong(Fault.VALUE, f"must be {ANSWER}", "type")
    sending = required(members, "sendingId")
    question = required(members, "questionId")
    rate = required(members, "rate")
    comment = members.text("comment", _MAX_COMMENT) or None
    members.check()
    command = SubmitResponse(
        dialect=NAME,
        channel=Channel.CHAT,
        invitation_number=sending,
        answers=[(str(question), rate)],
        comment=comment,
        numbered=True,
        partial=True,
    )
    return Call(commands=[command])


def encode_done(
    _exchange: Exchange, _outcomes: Sequence[ConversationAsked | ResponseStored]
) -> HttpReply:
    """200, and nothing else."""
    return empty_reply()


def _target(members: Members) -> dict[str, Any]:
    """Where the survey goes: despite its name ``clientId`` may name a thread."""
    client = members.inner("clientId")
    if client is None:
        return {}
    kind = client.values.get("type")
    if kind == EXTERNAL:
        external = client.text("id")
        if client.values.get("id") is None:
            client.missing("id")
        return {"contact": ContactKey(Identity.EXTERNAL, external or "")}
    if kind not in (INTERNAL, THREAD):
        client.wrong(Fault.VALUE, f"must be {INTERNAL}, {EXTERNAL} or {THREAD}", "type")
        return {}
    number = required(client, "id")
    if kind == THREAD:
        return {"conversation": ConversationKey(number=number)}
    return {"contact": ContactKey(Identity.NUMBER, str(number))}
