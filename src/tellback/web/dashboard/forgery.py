"""Whether a form was sent from our own page: cross-site request forgery is refused here.

Two locks: what the browser says of where the request comes from, and a token in the form that only
somebody who can read the visitor's cookie could have made.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

FIELD = "form_token"


def form_token(secret: str) -> str:
    """The token for the forms of whoever holds that secret in a cookie."""
    digest = hmac.new(secret.encode(), b"form", hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


async def is_ours(request: Request[Any, Any, Any], secret: str | None, public_url: str) -> bool:
    """Whether a request that changes something may be believed."""
    if not _comes_from_us(request, public_url) or not secret:
        return False
    form = await request.form()
    given = form.get(FIELD)
    return isinstance(given, str) and hmac.compare_digest(
        given.encode("utf-8", "replace"), form_token(secret).encode()
    )


def _comes_from_us(request: Request[Any, Any, Any], public_url: str) -> bool:
    """What the browser says; one too old to say anything is left to the token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {request.headers.get("host", ""), _host(public_url)}
    return _host(origin) in ours - {""}


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
