"""Finding somebody in what is kept as it came: refused input may name a person anywhere."""

import json
import re
from collections.abc import Collection, Iterable
from urllib.parse import quote, quote_plus

from sqlalchemy import Connection, select

from tellback.core.addresses import normalise_address
from tellback.core.model import Identity
from tellback.store.rejected_inputs import delete_rejections
from tellback.store.tables import contact_identities, contacts, rejected_inputs

_MAX_ADDRESS = 254
#: Bodies that are in memory at a time; each may have a megabyte.
_AT_A_TIME = 20
#: What may stand right before an address is no part of one, or ends an escaped character.
_START = rb"(?:(?<![\w.+%-])|(?<=%[0-9a-f]{2})|(?<=\\[nrtbf]))"


def addresses_of(connection: Connection, project_id: str, contact_id: str) -> set[str]:
    """The e-mail addresses by which somebody is known, in lower case."""
    identity = contact_identities.c
    named = select(contacts.c.email).where(
        contacts.c.project_id == project_id, contacts.c.id == contact_id
    )
    known = select(identity.value).where(
        identity.project_id == project_id,
        identity.contact_id == contact_id,
        identity.kind == Identity.EMAIL.value,
    )
    found = (*connection.execute(named).scalars(), *connection.execute(known).scalars())
    # As a trait anything may be called an address; what is none would be found everywhere.
    return {address for text in found if (address := normalise_address(text, _MAX_ADDRESS))}


def forget_rejections_naming(
    connection: Connection, project_id: str, addresses: Collection[str]
) -> int:
    """Delete a project's refused inputs that name one of these addresses; how many there were.

    All of them are looked through, which is bounded as the log is.
    """
    if not addresses:
        return 0
    pattern = naming(addresses)
    table = rejected_inputs.c
    everything = select(table.id, table.path, table.query, table.reason, table.body).where(
        table.project_id == project_id
    )
    rows = connection.execute(everything.execution_options(yield_per=_AT_A_TIME))
    texts = ((row.id, (row.path, row.query, row.reason), row.body) for row in rows)
    ids = [
        id_
        for id_, told, body in texts
        if pattern.search(body.lower())
        or any(pattern.search(text.lower().encode("utf-8", "replace")) for text in told)
    ]
    delete_rejections(connection, project_id, ids)
    return len(ids)


def naming(addresses: Iterable[str]) -> re.Pattern[bytes]:
    """Finds addresses in lower-case octets, in the ways in which wires write them."""
    forms = sorted({form for address in addresses for form in _written(address)}, reverse=True)
    choices = b"|".join(re.escape(form.encode("utf-8", "replace")) for form in forms)
    return re.compile(_START + rb"(?:" + choices + rb")(?![\w-])")


def _written(address: str) -> set[str]:
    """An address as it stands in JSON, in a query, in a form and in XML."""
    plain = address.lower()
    forms = {plain, json.dumps(plain)[1:-1], quote(plain, safe=""), quote_plus(plain)}
    for at in ("\\u0040", "&#64;", "&#x40;"):
        forms.add(plain.replace("@", at))
    return {form.lower() for form in forms} | {quote(plain, safe="@").lower()}
