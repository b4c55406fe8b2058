"""Tickets: what lets a page's widget hand in the answer of somebody whom it was let ask.

Signed, not stored. The id of the response stands in it, so that an answer that is sent again, or
goes on, finds its response, however often the connection fails.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from tellback.core.instants import DAY

#: How long an answer may be on its way, in ms: a device may be offline for days.
TICKET_HOLDS = 30 * DAY
_ID_BYTES, _VERSION_BYTES, _MAC_BYTES = 16, 4, 20
_BYTES = 3 * _ID_BYTES + _VERSION_BYTES + _MAC_BYTES
_PURPOSE = b"ticket\0"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may answer what: the ids of the response to come, of the contact, and of the survey."""

    response_id: str
    contact_id: str
    survey_id: str
    version: int

    @property
    def issued_at(self) -> int:
        """When it was made, in ms: ids begin with their moment (RFC 9562)."""
        return int(self.response_id[:12], 16)


def write_ticket(secret: bytes, project_id: str, ticket: Ticket) -> str:
    """The ticket as its holder gets it, with the project's secret proving that we made it."""
    ids = bytes.fromhex(ticket.response_id + ticket.contact_id + ticket.survey_id)
    told = ids + ticket.version.to_bytes(_VERSION_BYTES)
    return base64.urlsafe_b64encode(told + _mac(secret, project_id, told)).decode("ascii")


def read_ticket(secret: bytes, project_id: str, text: str) -> Ticket | None:
    """The ticket, if the project with that secret made it."""
    try:
        data = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    told, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
    if len(data) != _BYTES or not hmac.compare_digest(mac, _mac(secret, project_id, told)):
        return None
    ids = [told[at : at + _ID_BYTES].hex() for at in range(0, 3 * _ID_BYTES, _ID_BYTES)]
    return Ticket(ids[0], ids[1], ids[2], int.from_bytes(told[3 * _ID_BYTES :]))


def _mac(secret: bytes, project_id: str, told: bytes) -> bytes:
    whole = _PURPOSE + bytes.fromhex(project_id) + told
    return hmac.digest(secret, whole, "sha256")[:_MAC_BYTES]
