"""Passwords, hashed with argon2id outside the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

P = ParamSpec("P")
T = TypeVar("T")
#: The hash of a password that nobody knows, made as all others are: checking against it takes as
#: long, so that the time does not tell whether there is a user by some name.
NOBODYS = (
    "$argon2id$v=19$m=47104,t=1,p=1$XNIrz1Zf+SNBJV2HhvGoDg"
    "$vqIO0MJ+LnXpYETx7KWPd01J4yy0JLzN1bjhizTX4ig"
)


def _hasher() -> PasswordHasher:
    """46 MiB, one pass, one lane: OWASP's Password Storage Cheat Sheet, argon2id, first choice."""
    return PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


@dataclass(slots=True)
class Passwords:
    """Hashes and checks passwords, two at a time at most, since each takes 46 MiB for a moment."""

    hasher: PasswordHasher = field(default_factory=_hasher)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="password")
    )

    async def hash(self, password: str) -> str:
        """What to keep of a password."""
        return await self._run(self.hasher.hash, _normal(password))

    async def match(self, password_hash: str | None, password: str) -> bool:
        """Whether a password fits its hash; without a hash it does not, after as long a time.

        `NO_PASSWORD` is none.
        """
        return await self._run(self._match, password_hash, _normal(password))

    def _match(self, password_hash: str | None, password: str) -> bool:
        try:
            self.hasher.verify(password_hash or NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))


def _normal(password: str) -> str:
    """The same characters however a keyboard composed them (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
