"""Whose request is it? Credentials and slugs to projects, remembered for a moment."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tellback.core.errors import CredentialMissing, CredentialUnknown
from tellback.core.model import Project
from tellback.dialects.contract import Credential
from tellback.dialects.key_uses import KeyUses
from tellback.store.credentials import find_credential
from tellback.store.database import Database
from tellback.store.projects import find_only_project, find_project

#: How long a changed setting or a revoked key may go unnoticed, in ms.
STALE_AFTER = 2_000
_MOST = 10_000


@dataclass(slots=True)
class Authenticator:
    """Looks up credentials. Only hits are remembered, so a new key works at once."""

    database: Database
    clock: Callable[[], int]
    uses: KeyUses = field(init=False)
    _known: dict[tuple[str, ...], tuple[int, Any]] = field(default_factory=dict)
    _asked: dict[tuple[str, ...], asyncio.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.uses = KeyUses(self.database, self.clock)

    async def by_credential(self, dialect: str, credential: Credential) -> tuple[Project, str]:
        """The project and role of a credential; `CredentialUnknown` otherwise."""
        key = (dialect, credential.kind, credential.secret)
        found = self._recall(key) or await self._find(key)
        if found is None:
            raise CredentialUnknown
        if credential.holder is not None:
            holder, _ = await self.by_credential(dialect, credential.holder)
            if holder.id != found[0].id:
                raise CredentialUnknown
        self.uses.note(key)
        return found  # type: ignore[no-any-return]

    async def _find(self, key: tuple[str, str, str]) -> Any:
        """Ask the database; but let who asks for a key that is being asked for wait for that.

        A key in use is forgotten while many requests are under way, and each of them would ask:
        3 of the 170 µs that a response costs. Only a hit is shared: a new key works at once.
        """
        ahead = self._asked.get(key)
        if ahead is not None:
            await ahead.wait()
            found = self._recall(key)
            if found is not None:
                return found
        answered = self._asked[key] = asyncio.Event()
        try:
            found = await self.database.read(find_credential, *key, self.clock())
            if found is not None:
                self._keep(key, found)
            return found
        finally:
            if self._asked.get(key) is answered:
                del self._asked[key]
            answered.set()

    async def by_slug(self, slug: str | None) -> Project:
        """The project of a slug; without one, the only project there is."""
        key = ("slug", slug or "")
        project = self._recall(key)
        if project is None:
            read = (find_project, slug) if slug else (find_only_project,)
            project = await self.database.read(*read)
            if project is None:
                raise (
                    CredentialUnknown
                    if slug
                    else CredentialMissing(
                        "Several projects live here: name one with /p/<slug> before the path."
                    )
                )
            self._keep(key, project)
        return project  # type: ignore[no-any-return]

    def _recall(self, key: tuple[str, ...]) -> Any:
        kept = self._known.get(key)
        return kept[1] if kept and kept[0] > self.clock() else None

    def _keep(self, key: tuple[str, ...], value: Any) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (self.clock() + STALE_AFTER, value)
