"""Webhooks: what is told to an address of the project's own, where it may be, and when again.

The form is that of Standard Webhooks (https://www.standardwebhooks.com), its schedule included.
"""

import base64
import ipaddress
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import urlsplit

from tellback.core.instants import DAY, HOUR, MINUTE, SECOND
from tellback.core.retry import spread


class EventType(StrEnum):
    """What a webhook tells of."""

    INVITATION_CREATED = "invitation.created"
    RESPONSE_CREATED = "response.created"
    RESPONSE_UPDATED = "response.updated"
    CONVERSATION_CLOSED = "conversation.closed"


#: A message that only tries whether an address takes messages. It is of no event.
TEST = "webhook.test"


class EventState(StrEnum):
    """Where an event stands. ``UNHEARD``: nobody had set a webhook."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNHEARD = "unheard"


#: How long after a failed attempt the next one is made; after the last of them it has failed.
DELAYS = (
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
#: How long the key before the last still signs along, so that a receiver can take over the new one.
OVERLAP = DAY
#: What a receiver says that wants no more, ever (410 Gone).
GONE = 410
_SECRET = "whsec_"  # noqa: S105 - the prefix by which receivers know a secret
_LONGEST_URL = 2_000
#: Where machines in clouds are told their own keys, beyond the link-local ones.
_METADATA = frozenset({"100.100.100.200", "168.63.129.16", "fd00:ec2::254"})
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Whose last 32 bits are an IPv4 address: RFC 4291 (compatible, mapped), 6052 and 8215 (NAT64).
_CARRIERS = tuple(
    ipaddress.IPv6Network(network)
    for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)


def told_again_at(event_id: str, attempts: int, now: int) -> int | None:
    """When to tell again after that many failed attempts (1 or more); None: it has failed."""
    if attempts > len(DELAYS):
        return None
    return now + spread(DELAYS[attempts - 1], f"{event_id} {attempts}")


def write_secret(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return _SECRET + base64.b64encode(secret).decode()


def is_webhook_url(text: str) -> bool:
    """Whether a text is the address of a web server that a webhook can be posted to.

    Without a user and password, since addresses are shown, and without a fragment. One that says
    outright that it is forbidden is none; what names lead to is known only at each post.
    """
    if len(text) > _LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return False
    return "@" not in parts.netloc and "#" not in text and not _says_forbidden(parts.hostname)


def is_forbidden(address: str) -> bool:
    """Whether nothing is ever posted to an IP address: link-local ones, and a cloud's own.

    Those answer to whoever asks from this machine, with its keys. Private addresses and this very
    machine are allowed: the owner of the project chooses, and a chat platform may well be there.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return any(_tells_keys(each) for each in (ip, *_carried(ip)))


def _says_forbidden(host: str) -> bool:
    try:
        return is_forbidden(host)
    except ValueError:
        return False


def _tells_keys(ip: _Address) -> bool:
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) in _METADATA


def _carried(ip: _Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one may lead to."""
    if ip.version == 4:
        return
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if any(ip in network for network in _CARRIERS):
        yield ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
