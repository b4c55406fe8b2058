"""The keys of our own surfaces: the API, and the widget of other people's pages.

They are made, listed and revoked beside those of the wires.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from tellback.dialects.contract import KeySpec

#: Where the keys of our own API are kept, and what it stores is marked with, beside the dialects.
NAME, TITLE = "api", "Tellback's own API"
#: The same of the widget.
WIDGET, WIDGET_TITLE = "widget", "Tellback's widget"
#: What an owner asks by hand, from a file.
UPLOAD, UPLOAD_TITLE = "upload", "Uploaded lists"
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
#: Stands in everybody's page: it names the project, and lets nobody read an answer.
WIDGET_KEY = KeySpec("widget_key", "public", "ask", length=22, prefix="tb_widget_", public=True)
#: The keys and the titles of our own surfaces, by their names.
OWN_KEYS: Mapping[str, Sequence[KeySpec]] = {NAME: KEYS, WIDGET: (WIDGET_KEY,)}
OWN_TITLES: Mapping[str, str] = {NAME: TITLE, WIDGET: WIDGET_TITLE, UPLOAD: UPLOAD_TITLE}


def widget_snippet(base_url: str, key: str) -> str:
    """What an owner puts into their page."""
    return f'<script async src="{base_url}/-/widget.js" data-key="{key}"></script>'
