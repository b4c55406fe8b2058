"""Finding somebody in what is kept as it came: refused input may name a person anywhere."""

import json
import re
from collections.abc import Collection, Iterable
from html import escape
from urllib.parse import parse_qsl, quote, quote_plus

from sqlalchemy import Connection, select

from tellback.core.addresses import normalise_address
from tellback.core.model import Identity
from tellback.store.rejected_inputs import delete_rejections
from tellback.store.tables import contact_identities, contacts, rejected_inputs

_MAX_ADDRESS = 254
#: What is shorter stands in much that is not about its person; callers' own ids often count up.
_SHORTEST, _SHORTEST_EXTERNAL = 5, 8
#: Bodies that are in memory at a time; each may have a megabyte.
_AT_A_TIME = 20
#: What may stand right before an address is no part of one, or ends an escaped character.
_START = rb"(?:(?<![\w.+%-])|(?<=%[0-9a-f]{2})|(?<=\\[nrtbf]))"
_END = rb"(?![\w-])"
#: Where a value stands: somebody may be called as a member is, such as "rating".
_NO_NAME = rb"(?<!<)(?<!</)", rb"(?!\\?\"\s*:)(?!%22%3a)(?!=)"


def names_of(connection: Connection, project_id: str, contact_id: str) -> set[str]:
    """By what somebody can be found: addresses in lower case, and ids that are long enough."""
    identity = contact_identities.c
    named = select(contacts.c.email).where(
        contacts.c.project_id == project_id, contacts.c.id == contact_id
    )
    known = select(identity.kind, identity.value).where(
        identity.project_id == project_id, identity.contact_id == contact_id
    )
    # As a trait anything may be called an address; what is none would be found everywhere.
    traits = (normalise_address(text, _MAX_ADDRESS) for text in connection.execute(named).scalars())
    keys = (value for kind, value in connection.execute(known) if _tells(kind, value))
    return {name for name in (*traits, *keys) if name}


def _tells(kind: str, value: str) -> bool:
    """Whether an identity stands for one person, wherever it is found."""
    if kind == Identity.NUMBER.value:
        return False
    shortest = _SHORTEST_EXTERNAL if kind == Identity.EXTERNAL.value else _SHORTEST
    return len(value.strip()) >= shortest and any(character.isalnum() for character in value)


def forget_rejections_naming(
    connection: Connection, project_id: str, names: Collection[str]
) -> int:
    """Delete a project's refused inputs that have one of these `names_of`; how many there were.

    All of them are looked through, which is bounded as the log is.
    """
    if not names:
        return 0
    anywhere = naming(names)
    # A path and a reason have words of their own, which somebody may choose to be called by.
    told_of = naming(name for name in names if not _is_word(name))
    table = rejected_inputs.c
    everything = select(table.id, table.path, table.query, table.reason, table.body).where(
        table.project_id == project_id
    )
    plainly = _forms(names)
    rows = connection.execute(everything.execution_options(yield_per=_AT_A_TIME))
    texts = ((row.id, (row.path, row.reason), _values(row.query), row.body) for row in rows)
    ids = [
        id_
        for id_, told, query, body in texts
        if _has(body.lower(), plainly, anywhere)
        or any(anywhere.search(value.lower().encode("utf-8", "replace")) for value in query)
        or any(told_of.search(text.lower().encode("utf-8", "replace")) for text in told)
    ]
    delete_rejections(connection, project_id, ids)
    return len(ids)


def naming(names: Iterable[str]) -> re.Pattern[bytes]:
    """Finds values in lower-case octets, in the ways in which wires write them."""
    # Of none at all there is nothing to be found.
    choices = b"|".join(map(re.escape, _forms(names))) or rb"(?!)"
    before, after = _NO_NAME
    return re.compile(_START + before + rb"(?:" + choices + rb")" + _END + after)


def _has(octets: bytes, plainly: Iterable[bytes], naming: re.Pattern[bytes]) -> bool:
    """Whether values are named. Plain searching first is twenty times as fast."""
    return any(form in octets for form in plainly) and naming.search(octets) is not None


def _forms(names: Iterable[str]) -> list[bytes]:
    """All ways of writing values; of two that begin alike, the longer one first."""
    forms = {form.encode("utf-8", "replace") for name in names for form in _written(name)}
    return sorted(forms, reverse=True)


def _values(query: str) -> list[str]:
    return [value for _, value in parse_qsl(query)]


def _is_word(name: str) -> bool:
    return "@" not in name and not any(character.isdigit() for character in name)


def _written(name: str) -> set[str]:
    """A value as it stands in JSON, in a query, in a form and in XML."""
    plain = name.lower()
    forms = {plain, json.dumps(plain)[1:-1], quote(plain, safe=""), quote_plus(plain)}
    forms.add(escape(plain))
    for at in ("\\u0040", "&#64;", "&#x40;"):
        forms.add(plain.replace("@", at))
    if '"' in plain or "<" in plain:
        # Never written like that, but somebody's token may look like what stands in every body.
        forms.remove(plain)
    return {form.lower() for form in forms} | {quote(plain, safe="@").lower()}
