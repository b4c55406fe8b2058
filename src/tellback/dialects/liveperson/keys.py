"""This wire's key and account, and where requests carry them."""

import re
from functools import lru_cache

from tellback.core.errors import CredentialUnknown
from tellback.core.settings import Switch
from tellback.dialects.contract import Credential, Exchange, HttpRequest, KeySpec
from tellback.dialects.parsing import bearer

KEY, NUMBER = "app_key", "account"
APP_KEY = KeySpec(name=KEY, kind=KEY, role=KEY, alphabet="0123456789abcdef")
#: No zeros, since some clients read it as a number.
ACCOUNT = KeySpec(
    name=NUMBER, kind=NUMBER, role=NUMBER, length=12, alphabet="123456789", public=True
)
#: Printed in the vendor's documents and sent by every integration: it opens nothing, and what it
#: comes with says whose call it is.
PUBLIC_KEY = "721c180b09eb463d9f3191c41762bb68"
PUBLIC_APP_KEY = Switch(
    "public_app_key",
    ("accepted", "refused"),
    "whether calls may come with the vendor's public appKey and the account alone",
)
_SCHEME = re.compile(r"\s*LivePerson\s+appKey\s*=\s*(\S+)\s*", re.IGNORECASE)


def read_key(request: HttpRequest) -> Credential | None:
    """The key of a call: in the head, as appKey or bearer token, or in the query."""
    account = read_account(request)
    found = bearer(request, KEY)
    if found is not None:
        return Credential(KEY, found.secret, account)
    key = _key_in(request.headers.get("authorization", ""))
    if key is None:
        key = (request.first("appKey") or "").strip()
    if key == PUBLIC_KEY:
        return account
    return Credential(KEY, key, account) if key else None


@lru_cache(64)
def _key_in(authorization: str) -> str | None:
    match = _SCHEME.fullmatch(authorization)
    return match[1] if match else None


def read_account(request: HttpRequest) -> Credential:
    """The account in the path, which names a project and proves nothing."""
    return Credential(NUMBER, request.params["account"])


def admit(exchange: Exchange) -> None:
    """Turn away who comes with the public key, where the project has chosen that."""
    if exchange.role != NUMBER or exchange.route is None:
        return
    keyed = exchange.route.credential is read_key
    if keyed and exchange.switch(PUBLIC_APP_KEY.name) == "refused":
        raise CredentialUnknown
