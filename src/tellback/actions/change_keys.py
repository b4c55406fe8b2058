"""Give a project further keys, put new ones in the place of old ones, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.errors import Duplicate, NotFound, TellbackError
from tellback.store.credentials import (
    Key,
    NewKey,
    delete_credential,
    delete_expired,
    expire_credential,
    get_key,
    holder_of,
    insert_credentials,
)
from tellback.store.database import Transaction


@dataclass(frozen=True, slots=True)
class AddKey:
    """Let a key lead to a project."""

    project_id: str
    key: NewKey


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Add a key in the place of another, which holds for ``grace`` ms more."""

    project_id: str
    key_id: str
    key: NewKey
    grace: int = 0


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Let a key hold no more."""

    project_id: str
    key_id: str


def add_keys(tx: Transaction, jobs: Sequence[AddKey]) -> list[Key | TellbackError]:
    """Store each key; `Duplicate` where somebody has it already."""
    delete_expired(tx.connection, tx.now)
    return [_add(tx, job.project_id, job.key) for job in jobs]


def rotate_keys(tx: Transaction, jobs: Sequence[RotateKey]) -> list[Key | TellbackError]:
    """The new key of each; `NotFound` where the old one is none of the project's, or ended."""
    delete_expired(tx.connection, tx.now)
    return [_rotate(tx, job) for job in jobs]


def revoke_keys(tx: Transaction, jobs: Sequence[RevokeKey]) -> list[Key | TellbackError]:
    """The key that each took back; `NotFound` where it is none of the project's, or ended."""
    delete_expired(tx.connection, tx.now)
    return [_revoke(tx, job.project_id, job.key_id) for job in jobs]


def _add(tx: Transaction, project_id: str, key: NewKey) -> Key | TellbackError:
    holder = holder_of(tx.connection, key.dialect, key.kind, key.secret)
    if holder is not None:
        whose = "This project has" if holder == project_id else "Another project has"
        return Duplicate(f"{whose} that key already.")
    (key_id,) = insert_credentials(tx.connection, project_id, [key], tx.now)
    return get_key(tx.connection, project_id, key_id, tx.now) or NotFound()


def _rotate(tx: Transaction, job: RotateKey) -> Key | TellbackError:
    if get_key(tx.connection, job.project_id, job.key_id, tx.now) is None:
        return NotFound("There is no such key.")
    added = _add(tx, job.project_id, job.key)
    if isinstance(added, TellbackError):
        return added
    if job.grace:
        expire_credential(tx.connection, job.project_id, job.key_id, tx.now + job.grace)
    else:
        delete_credential(tx.connection, job.project_id, job.key_id)
    return added


def _revoke(tx: Transaction, project_id: str, key_id: str) -> Key | TellbackError:
    key = get_key(tx.connection, project_id, key_id, tx.now)
    if key is None:
        return NotFound("There is no such key.")
    delete_credential(tx.connection, project_id, key_id)
    return key
