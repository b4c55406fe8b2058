"""Start a session, keep it alive, end it, and change the password that starts it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.addresses import normalise_address
from tellback.core.errors import CredentialUnknown, NotFound, TellbackError
from tellback.core.instants import DAY
from tellback.core.outcomes import Done
from tellback.core.users import MAX_EMAIL, User
from tellback.store.database import Transaction
from tellback.store.sessions import (
    delete_session,
    delete_sessions_of,
    extend_session,
    forget_expired,
    insert_session,
)
from tellback.store.users import find_user, has_password, update_password

#: How long a session lasts after it was last used, in ms.
LIFETIME = 14 * DAY


@dataclass(frozen=True, slots=True)
class StartSession:
    """Sign a user in whose password was found to match ``password_hash``."""

    token: str
    user_id: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Replace a password that was found to match ``old_hash``, and sign in anew with ``token``."""

    user_id: str
    old_hash: str
    new_hash: str
    token: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Replace the password of the user with that address, who may have forgotten it."""

    email: str
    new_hash: str


def start_sessions(tx: Transaction, jobs: Sequence[StartSession]) -> list[Done | TellbackError]:
    """Start each session, unless the password was changed while it was being checked."""
    return [_start(tx, job) for job in jobs]


def extend_sessions(tx: Transaction, jobs: Sequence[str]) -> list[Done]:
    """Let each session, given by its token, last its full time from now."""
    for token in jobs:
        extend_session(tx.connection, token, tx.now + LIFETIME)
    return [Done() for _ in jobs]


def end_sessions(tx: Transaction, jobs: Sequence[str]) -> list[Done]:
    """End each session, given by its token."""
    for token in jobs:
        delete_session(tx.connection, token)
    return [Done() for _ in jobs]


def change_passwords(tx: Transaction, jobs: Sequence[ChangePassword]) -> list[Done | TellbackError]:
    """Replace each password. All sessions of the user end, and one new one starts."""
    return [_change(tx, job) for job in jobs]


def reset_passwords(tx: Transaction, jobs: Sequence[ResetPassword]) -> list[User | TellbackError]:
    """Replace each password and end all sessions of the user; `NotFound` where there is none."""
    return [_reset(tx, job) for job in jobs]


def _start(tx: Transaction, job: StartSession) -> Done | TellbackError:
    if not has_password(tx.connection, job.user_id, job.password_hash):
        return CredentialUnknown()
    forget_expired(tx.connection, job.user_id, tx.now)
    insert_session(tx.connection, job.token, job.user_id, tx.now, tx.now + LIFETIME)
    return Done()


def _change(tx: Transaction, job: ChangePassword) -> Done | TellbackError:
    if not has_password(tx.connection, job.user_id, job.old_hash):
        return CredentialUnknown()
    update_password(tx.connection, job.user_id, job.new_hash)
    delete_sessions_of(tx.connection, job.user_id)
    insert_session(tx.connection, job.token, job.user_id, tx.now, tx.now + LIFETIME)
    return Done()


def _reset(tx: Transaction, job: ResetPassword) -> User | TellbackError:
    user = find_user(tx.connection, normalise_address(job.email, MAX_EMAIL) or "")
    if user is None:
        return NotFound(f"There is no user {job.email}.")
    update_password(tx.connection, user.id, job.new_hash)
    delete_sessions_of(tx.connection, user.id)
    return user
