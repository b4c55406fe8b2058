"""``room.survey``: what a visitor says of a room."""

from collections.abc import Mapping, Sequence
from typing import Any

from tellback.core.answer_values import MAX_TEXT
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import ConversationKey
from tellback.core.errors import Fault, Problem
from tellback.core.model import AnswerValue, Channel
from tellback.core.outcomes import ResponseStored
from tellback.core.records import ResponseRecord
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.rocketchat.calls import NAME, said, stored_text, visitor
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.schema import TEXT, checked, listing, strict
from tellback.dialects.rocketchat.survey import FEEDBACK, ITEMS, VALUES

_ITEM = strict(("name", "value"), name=TEXT, value=TEXT)
_PARAMS = strict(("token", "rid", "data"), token=TEXT, rid=TEXT, data=listing(_ITEM, least=1))
_NOTHING_LEFT = Problem(Fault.VALUE, "no item has a known name and a value for it", "data")
_MAX_REMARK = 1_000
_SHORTENED = f"{FEEDBACK} is kept without NUL, and up to {MAX_TEXT} characters"


def decode_survey(request: HttpRequest, given: Any) -> Call:
    """``POST livechat/room.survey``. Items that mean nothing are dropped, and told to the owner."""
    params = checked(_PARAMS, given)
    accepted: dict[str, str] = {}
    dropped, remarks = list[str](), list[str]()
    for item in params["data"]:
        name, value = item["name"], item["value"]
        if name == FEEDBACK:
            # The ratings beside it are not lost for what cannot be kept of it.
            accepted[name] = stored_text(value)[:MAX_TEXT]
            if accepted[name] != value and _SHORTENED not in remarks:
                remarks.append(_SHORTENED)
        elif name in ITEMS and value in VALUES:
            accepted[name] = value
        else:
            dropped.append(_dropped(name, value))
    command = SubmitResponse(
        dialect=NAME,
        channel=Channel.CHAT,
        contact=visitor(params["token"]),
        known_only=True,
        conversation=ConversationKey(reference=params["rid"]),
        answers=[(name, _answer(name, value)) for name, value in accepted.items()],
        user_agent=request.headers.get("user-agent", "")[:500] or None,
        ip=request.peer,
        problems=() if accepted else (_NOTHING_LEFT,),
    )
    if dropped:
        remarks.append(f"dropped: {'; '.join(dropped)}"[:_MAX_REMARK])
    return Call([command], note=(params["rid"], accepted), remarks=remarks)


def encode_survey(exchange: Exchange, _outcomes: Sequence[ResponseStored]) -> HttpReply:
    """What was accepted, and nothing of what was said before."""
    rid, accepted = said(exchange)
    return success(exchange, rid=rid, data=accepted)


def encode_feedback(responses: Sequence[ResponseRecord]) -> Mapping[str, str]:
    """What was said last of a conversation, in the form that a room has it."""
    for response in reversed(responses):
        answers = response.answers
        known = {name: answers[name] for name in (*ITEMS, FEEDBACK) if name in answers}
        if known:
            return {name: str(value) for name, value in known.items()}
    return {}


def _answer(name: str, value: str) -> AnswerValue:
    return value if name == FEEDBACK else int(value)


def _dropped(name: str, value: str) -> str:
    if name in ITEMS:
        return f"{name} must be 1 to 5 and is {value[:40]!r}"
    return f"there is no item {name[:60]!r}"
