"""When keys were last used: noted coarsely, a while after the request, never in its way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tellback.actions.note_key_uses import note_key_uses
from tellback.core.errors import Overloaded
from tellback.store.credentials import COARSE, Presented
from tellback.store.database import Database

#: How long uses are gathered before they are written together, in seconds.
_GATHER = 1.0
_MOST = 10_000


@dataclass(slots=True)
class KeyUses:
    """Gathers which keys are used; each is written at most once in `COARSE`.

    Uses that are not written when the process ends are forgotten.
    """

    database: Database
    clock: Callable[[], int]
    _noted: dict[Presented, int] = field(default_factory=dict)
    _pending: list[Presented] = field(default_factory=list)
    _writing: "asyncio.Task[None] | None" = None

    def note(self, key: Presented) -> None:
        """A request came with that key. Call in the event loop."""
        now = self.clock()
        noted_at = self._noted.get(key)
        if noted_at is not None and noted_at > now - COARSE:
            return
        if len(self._noted) >= _MOST:
            self._noted.clear()
        self._noted[key] = now
        if not self._pending:
            asyncio.get_running_loop().call_later(_GATHER, self._start)
        self._pending.append(key)

    def _start(self) -> None:
        # Kept, or the loop's own weak reference would be the only one.
        self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        keys, self._pending = self._pending, []
        try:
            await self.database.write(note_key_uses, keys)
        except Overloaded:
            # Their next use is as good.
            for key in keys:
                self._noted.pop(key, None)
