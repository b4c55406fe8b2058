"""Clients, who are contacts that have had a conversation, in short."""

from collections.abc import Sequence

from tellback.core.conversations import ContactDetail, FindContacts
from tellback.core.model import ContactKey, Identity
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.edna.members import read_members
from tellback.dialects.edna.replies import json_reply


def decode_clients(request: HttpRequest) -> Call:
    """``POST /api/v1/clients/short-info``: by phone numbers, external ids, or both."""
    members = read_members(request)
    phones, externals = members.texts("phones"), members.texts("externalIds")
    members.check()
    keys = [
        *(ContactKey(Identity.PHONE, phone) for phone in phones),
        *(ContactKey(Identity.EXTERNAL, external) for external in externals),
    ]
    return Call(query=FindContacts(keys))


def encode_clients(_exchange: Exchange, found: Sequence[ContactDetail]) -> HttpReply:
    """Those who are known and have a number, each once."""
    return json_reply(
        [
            {
                "id": detail.contact.number,
                "externalId": detail.contact.external,
                "phone": detail.contact.keys.get(Identity.PHONE),
                "hasActiveThread": detail.has_open_conversation,
            }
            for detail in found
            if detail.contact.number is not None
        ]
    )
