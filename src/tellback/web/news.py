"""What is new in projects, for pages that are open: looked for once for all that watch.

While somebody watches, the newest response of each watched project is asked for once a second. So
every process sees what any of them stores, whichever way it came, and storing a response costs
nothing for it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tellback.core.errors import TellbackError
from tellback.store.feed import Position

#: How often is looked, in seconds.
EVERY = 1.0
#: How many may watch at a time: in a process, and of one person. A browser has six connections for
#: a server at most, and its other pages need some.
MOST, MOST_EACH = 200, 3

Newest = Callable[[Collection[str]], Awaitable[Mapping[str, Position]]]


@dataclass(eq=False, slots=True)
class Watch:
    """One open page of somebody's (a user's id) on a project."""

    project_id: str
    user_id: str
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> bool:
        """Whether there was something new within so long, since this was last asked."""
        new = await _set_within(self.stirred, seconds)
        self.stirred.clear()
        return new


class News:
    """Who watches which project in this process. ``newest`` is asked for the watched ones."""

    def __init__(self, newest: Newest, every: float = EVERY) -> None:
        self._newest, self._every = newest, every
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)
        self._known: dict[str, Position | None] = {}
        self._looking: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether nobody may watch any more."""
        return self._gone.is_set()

    def __len__(self) -> int:
        """How many watch."""
        return sum(len(watches) for watches in self._watches.values())

    def has_room(self, user_id: str) -> bool:
        """Whether one more page of theirs may watch."""
        theirs = [one for watches in self._watches.values() for one in watches]
        each = sum(one.user_id == user_id for one in theirs)
        return not self.closed and len(theirs) < MOST and each < MOST_EACH

    def close(self) -> None:
        """Let all go, and let nobody watch any more: the process is to end."""
        self._gone.set()
        for watches in self._watches.values():
            for watch in watches:
                watch.stirred.set()

    async def rest(self, seconds: float) -> None:
        """Pause for so long, unless all are to go."""
        await _set_within(self._gone, seconds)

    @contextmanager
    def watching(self, project_id: str, user_id: str) -> Iterator[Watch]:
        """Watch a project. Something may have come before one did, so at first there is news."""
        watch = Watch(project_id, user_id)
        watch.stirred.set()
        self._watches[project_id].add(watch)
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look())
        try:
            yield watch
        finally:
            self._leave(watch)

    def _leave(self, watch: Watch) -> None:
        self._watches[watch.project_id].discard(watch)
        if not self._watches[watch.project_id]:
            del self._watches[watch.project_id]
            self._known.pop(watch.project_id, None)
        if not self._watches and self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        while True:
            watched = list(self._watches)
            # A database that has no answer now has one at another time.
            with suppress(TellbackError):
                newest = await self._newest(watched)
                for project_id in watched:
                    self._tell(project_id, newest.get(project_id))
            await asyncio.sleep(self._every)

    def _tell(self, project_id: str, newest: Position | None) -> None:
        if project_id in self._watches and self._known.get(project_id, ()) != newest:
            self._known[project_id] = newest
            for watch in self._watches[project_id]:
                watch.stirred.set()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
