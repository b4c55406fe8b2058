"""A project's keys for the wires: made, taken over from elsewhere, replaced, taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tellback.actions.change_keys import (
    AddKey,
    RevokeKey,
    RotateKey,
    add_keys,
    revoke_keys,
    rotate_keys,
)
from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.instants import DAY
from tellback.core.model import Project
from tellback.dialects.contract import Dialect, KeySpec
from tellback.dialects.native import OWN_KEYS
from tellback.store.credentials import Key, NewKey, holder_of, list_keys
from tellback.store.database import Database
from tellback.store.secrets import random_text

#: The kinds of keys of each wire.
KeySpecs = Mapping[str, Sequence[KeySpec]]
#: How short a secret may be that somebody brings along. Ours have at least 128 random bits.
SHORTEST, LONGEST = 16, 512
#: How long an old key may go on beside its successor, in ms.
LONGEST_GRACE = 365 * DAY
_TRIES = 20


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key with its secret: the only time that it can be seen, unless it is public."""

    key: Key
    spec: KeySpec
    secret: str


async def add_key(
    database: Database, project: Project, wire: str, spec: KeySpec, secret: str | None = None
) -> MadeKey:
    """Give a project a key of a wire: a new one, or the one that its callers have already.

    `Invalid` where that is no key, `Duplicate` where a project has it.
    """
    if secret is None:
        secret = await draw_key(database, wire, spec)
    else:
        check_secret(spec, secret)
    job = AddKey(project.id, key_of(wire, spec, secret))
    return MadeKey(await database.write_one(add_keys, job), spec, secret)


async def rotate_key(
    database: Database, specs: KeySpecs, project: Project, key: Key, grace: int = 0
) -> MadeKey:
    """Put a new key in the place of another, which holds for ``grace`` ms more.

    `NotFound` where there is no such key any more, or no wire that takes one.
    """
    if not 0 <= grace <= LONGEST_GRACE:
        raise _invalid(f"must be 0 to {LONGEST_GRACE // DAY} days", "grace")
    spec = spec_of(specs, key)
    if spec is None:
        raise NotFound(f"No wire takes keys like {key.dialect} {key.kind} any more.")
    secret = await draw_key(database, key.dialect, spec)
    job = RotateKey(project.id, key.id, key_of(key.dialect, spec, secret), grace)
    return MadeKey(await database.write_one(rotate_keys, job), spec, secret)


async def revoke_key(database: Database, project: Project, key: Key) -> None:
    """Let a key hold no more; `NotFound` where there is no such key any more."""
    await database.write_one(revoke_keys, RevokeKey(project.id, key.id))


async def find_key(database: Database, project: Project, named: str) -> Key:
    """The key of a project by its id, or by what it ends in where only one does."""
    keys = await database.read(list_keys, project.id, database.clock())
    found = [key for key in keys if named in (key.id, key.hint)]
    if not found:
        raise NotFound(f"The project has no key {named!r}.")
    if len(found) > 1:
        ids = ", ".join(key.id for key in found)
        raise NotFound(f"Several keys end in {named!r}; say which by its id: {ids}.")
    return found[0]


def key_specs(dialects: Mapping[str, Dialect]) -> KeySpecs:
    """The keys that every project has, by the wire: those of the dialects, then our own."""
    return {**{name: dialect.keys for name, dialect in dialects.items()}, **OWN_KEYS}


def find_spec(specs: KeySpecs, wire: str, kind: str) -> KeySpec:
    """A wire's kind of key, by its name there or by its kind; `NotFound` says which there are."""
    if wire not in specs:
        raise NotFound(f"There is no wire {wire!r}; there are: {', '.join(specs)}.")
    named = [spec for spec in specs[wire] if spec.name == kind]
    found = named or [spec for spec in specs[wire] if spec.kind == kind]
    if len(found) != 1:
        names = ", ".join(spec.name for spec in specs[wire]) or "none"
        raise NotFound(f"The wire {wire} has no key {kind!r}; there are: {names}.")
    return found[0]


def spec_of(specs: KeySpecs, key: Key) -> KeySpec | None:
    """What kind of key one is; None where no wire takes it any more."""
    return next((spec for spec in specs.get(key.dialect, ()) if is_of(key, spec)), None)


def is_of(key: Key, spec: KeySpec) -> bool:
    """Whether a key of the same wire is of that kind."""
    return (key.kind, key.role) == (spec.kind, spec.role)


def name_of(specs: KeySpecs, key: Key) -> str:
    """What a wire calls the keys of this kind."""
    spec = spec_of(specs, key)
    return spec.name if spec else key.kind


def key_of(wire: str, spec: KeySpec, secret: str) -> NewKey:
    """A key as it is stored."""
    return NewKey(wire, spec.kind, spec.role, secret, spec.public)


async def draw_key(database: Database, wire: str, spec: KeySpec) -> str:
    """A key that nobody has. Secrets are too long to meet twice, public ones may be short."""
    for _ in range(_TRIES):
        secret = spec.prefix + random_text(spec.alphabet, spec.length)
        if not spec.public or not await database.read(holder_of, wire, spec.kind, secret):
            return secret
    raise Invalid(message=f"Nearly every {spec.name} of {wire} is taken.")


def check_secret(spec: KeySpec, secret: str) -> None:
    """`Invalid` where a text cannot be a key of that kind."""
    shortest = 1 if spec.public else SHORTEST
    if not shortest <= len(secret) <= LONGEST:
        raise _invalid(f"must have {shortest} to {LONGEST} characters", spec.name)
    # What a header cannot carry as it is would never be recognised.
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise _invalid("must be of ASCII characters without blanks", spec.name)


def _invalid(rule: str, field: str) -> Invalid:
    return Invalid(Problem(Fault.VALUE, rule, field))
