"""By what callers name people, and in which form that is kept."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tellback.core.addresses import normalise_address
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import ContactKey, Identity

#: What two people may be found to be one by. Everything else may be shared, guessed or recycled.
MERGING = (Identity.EXTERNAL, Identity.EMAIL)
_MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3
ExternalId = Annotated[str, Meta(min_length=1, max_length=255, description="your own id")]
Address = Annotated[str, Meta(max_length=_MAX_ADDRESS, description="a verified e-mail address")]
Phone = Annotated[str, Meta(min_length=1, max_length=255)]
VisitorId = Annotated[str, Meta(min_length=1, max_length=255, description="a visitor's id")]
Token = Annotated[str, Meta(min_length=1, max_length=255, description="a chat client's token")]
Traits = Annotated[
    dict[str, Any], Meta(description="free in form; a name that is given overwrites, others stay")
]


class Identities(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """By what a person is known; at least one. The first that is given, in this order, decides."""

    external: ExternalId | None = None
    email: Address | None = None
    phone: Phone | None = None
    anonymous: VisitorId | None = None
    visitor: Token | None = None


class Person(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person, new or known, with news of them."""

    identities: Identities
    traits: Traits | None = None


def keys_of(identities: Identities, where: str) -> list[ContactKey]:
    """The keys in the form that is kept, the deciding one first; ``where`` points at them."""
    found = []
    for kind, value in msgspec.structs.asdict(identities).items():
        if value is not None:
            found.append(ContactKey(kind, _clean(kind, value, f"{where}/{kind}")))
    if not found:
        raise Invalid(Problem(Fault.MISSING, "needs at least one identity", where))
    return found


def merging_keys(identities: Identities, where: str) -> list[ContactKey]:
    """The same, of people who are to be one; `Invalid` for what may not make them so."""
    keys = keys_of(identities, where)
    for key in keys:
        if key.kind not in MERGING:
            rule = "only an external id and a verified e-mail address make two people one"
            raise Invalid(Problem(Fault.NOT_APPLICABLE, rule, f"{where}/{key.kind}"))
    return keys


def _clean(kind: str, value: str, where: str) -> str:
    if kind != Identity.EMAIL:
        return value
    address = normalise_address(value, _MAX_ADDRESS)
    if address is None:
        raise Invalid(Problem(Fault.FORMAT, "must be an e-mail address", where))
    return address
