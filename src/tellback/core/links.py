"""The links in our mails, and those that surveys are shared by: signed, not stored.

A token says which invitation, survey or response it belongs to and proves that we made it, for one
purpose only. It needs no row, so that ten thousand mails cost no ten thousand inserts, and it
cannot be guessed.
"""

import base64
import binascii
import hmac
from enum import StrEnum
from functools import lru_cache

_ID_BYTES = 16
_MAC_BYTES = 20  # 160 bits: far beyond guessing, and the link still fits a line of a mail
_TOKEN_LENGTH = -(-(2 * _ID_BYTES + _MAC_BYTES) * 4 // 3)


class Purpose(StrEnum):
    """What a link is for. A token made for one purpose is worth nothing for another."""

    ANSWER = "answer"
    UNSUBSCRIBE = "unsubscribe"
    OPEN = "open"
    TRAP = "trap"
    BOUNCES = "bounces"
    SHARE = "share"
    RECEIPT = "receipt"


_PATHS = {
    Purpose.ANSWER: "/-/r/{}",
    Purpose.UNSUBSCRIBE: "/-/u/{}",
    Purpose.OPEN: "/-/o/{}.gif",
    Purpose.TRAP: "/-/t/{}",
    Purpose.BOUNCES: "/-/bounces/{}",
    Purpose.SHARE: "/-/s/{}",
    Purpose.RECEIPT: "{}",
}


def sign(secret: bytes, purpose: Purpose, project_id: str, invitation_id: str) -> str:
    """The token of that invitation for that purpose, made with the project's secret."""
    ids = bytes.fromhex(project_id + invitation_id)
    return _encode(ids + _mac(secret, purpose, ids))


def link(
    base_url: str, secret: bytes, purpose: Purpose, project_id: str, invitation_id: str
) -> str:
    """The whole link; ``base_url`` has no slash at its end."""
    before, after = _place(base_url, purpose)
    return before + sign(secret, purpose, project_id, invitation_id) + after


def bounces_link(base_url: str, secret: bytes, project_id: str) -> str:
    """Where a mail server posts a project's bounces: a link of the project itself."""
    return link(base_url, secret, Purpose.BOUNCES, project_id, project_id)


def share_link(base_url: str, secret: bytes, project_id: str, survey_id: str) -> str:
    """Where anybody who has this link answers a survey, while it is live."""
    return link(base_url, secret, Purpose.SHARE, project_id, survey_id)


def peek_project(token: str) -> str | None:
    """The project that a token claims to belong to, whose secret can verify it.

    Proves nothing by itself. None for what is no token.
    """
    data = _decode(token)
    return None if data is None else data[:_ID_BYTES].hex()


def verify(secret: bytes, purpose: Purpose, token: str) -> str | None:
    """The invitation's id, if the project with that secret made the token for that purpose."""
    data = _decode(token)
    if data is None:
        return None
    ids, mac = data[: 2 * _ID_BYTES], data[2 * _ID_BYTES :]
    if not hmac.compare_digest(mac, _mac(secret, purpose, ids)):
        return None
    return ids[_ID_BYTES:].hex()


@lru_cache(maxsize=1_000)
def _place(base_url: str, purpose: Purpose) -> tuple[str, str]:
    """What comes before a token, and what comes after it."""
    before, after = _PATHS[purpose].split("{}")
    return base_url + before, after


def _mac(secret: bytes, purpose: Purpose, ids: bytes) -> bytes:
    mac = _begun(secret, purpose).copy()
    mac.update(ids)
    return mac.digest()[:_MAC_BYTES]


@lru_cache(maxsize=1_000)
def _begun(secret: bytes, purpose: Purpose) -> hmac.HMAC:
    # The zero byte ends the purpose, so that no purpose runs into the ids.
    return hmac.new(secret, purpose.encode() + b"\0", "sha256")


def _encode(data: bytes) -> str:
    text = binascii.b2a_base64(data, newline=False).decode("ascii")
    return text.replace("+", "-").replace("/", "_").rstrip("=")


def _decode(token: str) -> bytes | None:
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    # The decoder skips foreign letters and ignores spare bits; only one spelling is ours.
    return data if _encode(data) == token else None
