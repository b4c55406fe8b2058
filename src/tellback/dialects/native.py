"""The keys of our own API. They are made, listed and revoked beside those of the wires."""

from enum import StrEnum

from tellback.dialects.contract import KeySpec

#: Where the keys of our own API are kept, and what it stores is marked with, beside the dialects.
NAME, TITLE = "api", "Tellback's own API"
KIND = "bearer"


class Scope(StrEnum):
    """What a key of our own API may do; a key's role is its scopes, parted by spaces."""

    INGEST = "ingest"
    READ = "read"
    MANAGE = "manage"


def allows(role: str, scope: Scope) -> bool:
    """Whether a key's role includes a scope. Who may manage may do everything."""
    return scope in (granted := role.split()) or Scope.MANAGE in granted


KEYS = tuple(KeySpec(f"{scope}_key", KIND, scope, prefix=f"tb_{scope}_") for scope in Scope)
