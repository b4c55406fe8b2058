"""What a widget asks for before anything else, and which server this is."""

from collections.abc import Sequence
from typing import Any

from tellback.core.conversations import ContactDetail, FindContacts
from tellback.core.model import Project
from tellback.core.records import ContactRecord
from tellback.core.settings import Switch
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.rocketchat.calls import visitor
from tellback.dialects.rocketchat.records import encode_served, encode_visitor
from tellback.dialects.rocketchat.replies import success
from tellback.dialects.rocketchat.schema import MAYBE_TEXT, checked, strict
from tellback.dialects.rocketchat.survey import ITEMS, VALUES

OFFERED = Switch("livechat", ("on", "off"), "whether widgets are told that there is a chat")
#: What clients are told to speak with; they choose their calls by it.
VERSION = "8.8"
_PARAMS = strict((), token=MAYBE_TEXT, department=MAYBE_TEXT, businessUnit=MAYBE_TEXT)
_GUEST = ("_id", "name", "username", "token", "visitorEmails", "department")
_SETTINGS = {
    "registrationForm": False,
    "allowSwitchingDepartments": False,
    "nameFieldRegistrationForm": False,
    "emailFieldRegistrationForm": False,
    "displayOfflineForm": True,
    "videoCall": False,
    "fileUpload": False,
    "transcript": False,
    "historyMonitorType": "url",
    "forceAcceptDataProcessingConsent": False,
    "showConnecting": False,
    "agentHiddenInfo": False,
    "limitTextLength": False,
    "hideWatermark": True,
}


def decode_config(_request: HttpRequest, given: Any) -> Call:
    """``GET livechat/config``. A token that leads to nobody is no error."""
    token = checked(_PARAMS, given).get("token")
    return Call(query=FindContacts([visitor(token)] if token else []))


def encode_config(exchange: Exchange, found: Sequence[ContactDetail]) -> HttpReply:
    """The configuration, with the visitor and the room that they have open."""
    if exchange.switch(OFFERED.name) == "off":
        return success(exchange, config={"enabled": False})
    config = _configuration(exchange.project)
    if found:
        token = exchange.request.first("token") or ""
        config["guest"] = _guest(found[0].contact, token)
        room = found[0].open_conversation
        if room is not None:
            config["room"] = encode_served(room)
            if room.agent is not None:
                config["agent"] = {"_id": room.agent, "username": room.agent}
    return success(exchange, config=config)


def decode_info(_request: HttpRequest, _given: Any) -> Call:
    """``GET /api/info``."""
    return Call()


def encode_info(exchange: Exchange, _outcomes: Sequence[Any]) -> HttpReply:
    """The version, as much of it as strangers are told."""
    return success(exchange, version=VERSION)


def _configuration(project: Project | None) -> dict[str, Any]:
    settings = project.settings if project else None
    title = settings.brand if settings else ""
    return {
        "enabled": True,
        "settings": {
            **_SETTINGS,
            "language": settings.language if settings else "en",
            "visitorsCanCloseChat": settings.visitors_may_close if settings else True,
        },
        "theme": {"title": title, "color": "#C1272D", "offlineTitle": title},
        "messages": {},
        "survey": {"items": ITEMS, "values": VALUES},
        "triggers": [],
        "departments": [],
        "resources": {"sound": "", "emojis": {"list": [], "categories": {}}},
        "online": True,
        "customFields": [],
    }


def _guest(contact: ContactRecord, token: str) -> dict[str, Any]:
    visitor_ = encode_visitor(contact, token)
    return {name: visitor_[name] for name in _GUEST if name in visitor_}
