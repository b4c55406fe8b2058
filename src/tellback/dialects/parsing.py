"""Reading what every wire reads alike: JSON bodies, Basic and Bearer keys, whole numbers."""

import base64
import binascii
from typing import Any

import msgspec

from tellback.core.errors import Fault, Invalid, Problem
from tellback.dialects.contract import Credential, HttpRequest, MalformedBody

_decoder = msgspec.json.Decoder()


def read_json(body: bytes) -> Any:
    """The JSON value of a body; `MalformedBody` with the place when it is none.

    Depth is bounded by the parser's own recursion limit, numbers outside a double become errors.
    """
    try:
        value = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}") from None
    except UnicodeDecodeError:
        raise MalformedBody("The body is not valid JSON: it is not UTF-8.") from None
    return value


def write_json(value: Any, *, pretty: bool = False) -> bytes:
    """Compact JSON, or indented by two spaces."""
    encoded = msgspec.json.encode(value)
    return msgspec.json.format(encoded, indent=2) if pretty else encoded


def basic_user(request: HttpRequest, kind: str) -> Credential | None:
    """The user name of HTTP Basic as a credential; the password is nobody's business."""
    scheme, _, payload = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user = base64.b64decode(payload.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return Credential(kind, "")
    return Credential(kind, user) if user else None


def bearer(request: HttpRequest, kind: str) -> Credential | None:
    """The token of ``Authorization: Bearer`` as a credential."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Credential(kind, token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def whole_number(request: HttpRequest, name: str, lowest: int, highest: int, default: int) -> int:
    """A query parameter that is a whole number in a range; `Invalid` otherwise."""
    text = request.first(name)
    if text is None:
        return default
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Invalid(Problem(Fault.FORMAT, "must be a whole number", name))
    number = int(text)
    if not lowest <= number <= highest:
        raise Invalid(Problem(Fault.VALUE, f"must be from {lowest} to {highest}", name))
    return number


def choice(request: HttpRequest, name: str, allowed: tuple[str, ...], default: str) -> str:
    """A query parameter that is one of a few words; `Invalid` otherwise."""
    text = request.first(name)
    if text is None:
        return default
    if text not in allowed:
        raise Invalid(Problem(Fault.VALUE, f"must be one of {', '.join(allowed)}", name))
    return text
