"""Requests for a chat, and what there is to know before one."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tellback.core.conversations import ConversationKey, GetConversation, RecordConversation
from tellback.core.errors import Invalid
from tellback.core.settings import Switch
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest, MalformedBody
from tellback.dialects.liveperson.bodies import Members, listed, object_in, read_body, remark
from tellback.dialects.liveperson.formats import reply
from tellback.dialects.liveperson.retrievals import NAME
from tellback.dialects.liveperson.submissions import chat_of, identities, submission, traits
from tellback.dialects.parsing import Element

AGENTS = Switch(
    "agents",
    ("offline", "online"),
    "what clients hear of availability: offline ones show their offline survey",
)
_MAX_LINES = 50
_PROPERTIES = (
    "serviceQueue",
    "maxWaitTime",
    "chatReferrer",
    "userAgent",
    "engagementId",
    "campaignId",
    "language",
    "participantId",
    "conversationId",
    "interactionTimeout",
)
#: Only the survey is kept here; the others stand where clients expect them.
_RELATIONS = {
    "self": "",
    "events": "/events",
    "info": "/info",
    "next": "/events",
    "transcript-request": "/transcriptRequest",
    "transcript-with-subject-request": "/transcriptWithSubjectRequest",
    "exit-survey": "/exitSurvey",
    "custom-variables": "/customVariables",
}
#: No agent is there; or there is no limit to those who are, and nobody waits.
_WAITING = {"offline": -1, "online": 0}
_SLOTS = {"offline": 0, "online": -1}


def decode_request(request: HttpRequest) -> Call:
    """``POST chat/request``: the chat, and its pre-chat survey if it comes with answers."""
    wanted = object_in(read_body(request), "request")
    chat = f"H{request.request_id}"
    about = _conversation(chat, wanted)
    survey = wanted.get("survey")
    if isinstance(survey, Mapping):
        command = submission(request, survey, wanted)
        if command.answers or command.problems:
            command.about = about
            return Call(commands=[command], note=chat)
    elif survey not in (None, ""):
        raise MalformedBody("The member 'survey' must be an object.")
    keys, problems = identities(wanted)
    about.contact, about.traits = keys[0] if keys else None, traits(wanted)
    refusal = Invalid(*problems) if problems else None
    return Call(commands=[about], note=chat, refusal=refusal)


def encode_requested(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """201, and where the chat is; clients read nothing else."""
    request, call = exchange.request, exchange.call
    chat = call.note if call else ""
    place = f"{request.base_url}/api/account/{request.params['account']}/chat/{chat}"
    return HttpReply(201, content_type=None, headers=(("Location", place),))


def decode_chat(request: HttpRequest) -> Call:
    """``GET chat/{chat}``."""
    return Call(query=GetConversation(ConversationKey(reference=chat_of(request))))


def encode_chat(exchange: Exchange, _chat: Any) -> HttpReply:
    """The links of a chat, of which clients take some by their places."""
    request = exchange.request
    chat = quote(request.params["chat"], safe="")
    root = f"{request.base_url}/api/account/{request.params['account']}/chat/{chat}"
    links = [(relation, f"{root}{path}") for relation, path in _RELATIONS.items()]
    value = {"chat": {"link": [{"@href": href, "@rel": relation} for relation, href in links]}}
    elements = [Element("link", {"rel": relation, "href": href}) for relation, href in links]
    return reply(request, 200, value, Element("chat", children=elements))


def decode_nothing(_request: HttpRequest) -> Call:
    """A request whose reply needs nothing but the project."""
    return Call()


def encode_availability(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """Whether somebody is there; for each skill, where there are several."""
    online = exchange.switch(AGENTS.name) == "online"
    skills = [value for name, value in exchange.request.query if name == "skill"]
    if len(skills) < 2:
        return _figure(exchange, "availability", online)
    items = [{"skill": skill, "isAvailable": online} for skill in skills]
    value = {"availability": {"AvailabilityForSkills": {"skillAvailability": items}}}
    elements = [
        Element(
            "skillAvailability",
            children=[
                Element("skill", text=skill),
                Element("isAvailable", text=str(online).lower()),
            ],
        )
        for skill in skills
    ]
    inner = Element("AvailabilityForSkills", children=elements)
    return reply(exchange.request, 200, value, Element("availability", children=[inner]))


def encode_waiting_time(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """For how many seconds one would wait; -1: nobody is there."""
    return _figure(exchange, "estimatedWaitTime", _WAITING[exchange.switch(AGENTS.name)])


def encode_slots(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """How many chats could begin now; -1: any number."""
    return _figure(exchange, "availableSlots", _SLOTS[exchange.switch(AGENTS.name)])


def _figure(exchange: Exchange, name: str, value: bool | int) -> HttpReply:
    return reply(exchange.request, 200, {name: value}, Element(name, text=str(value).lower()))


def _conversation(chat: str, wanted: Members) -> RecordConversation:
    lines = wanted.get("preChatLines")
    # One generation of clients writes `line`, another `lines`.
    said = listed(lines.get("line") or lines.get("lines")) if isinstance(lines, Mapping) else []
    texts = [text for text in (remark(line, 2_000) for line in said[:_MAX_LINES]) if text]
    found = {name: remark(wanted.get(name), 2_000) for name in _PROPERTIES}
    properties: dict[str, Any] = {name: value for name, value in found.items() if value}
    if texts:
        properties["preChatLines"] = texts
    return RecordConversation(
        NAME,
        chat,
        channel="chat",
        is_open=True,
        agent=remark(wanted.get("agent")),
        department=remark(wanted.get("skill")) or remark(wanted.get("serviceQueue")),
        messages=len(texts),
        properties=properties or None,
    )
