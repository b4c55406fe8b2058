"""What systemd hands to a process that it starts, and what it wants to hear from it.

Its open sockets outlive us: while one process stops and the next one starts, connections wait in
them, and two processes may take from them at once. Without systemd nothing here does anything.
Source: sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3).
"""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

#: Open sockets are handed over from this descriptor on.
_FIRST = 3
#: The name of the sockets for health and metrics, as FileDescriptorName= gives it.
OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Supervisor:
    """What this process was told.

    ``names`` are those of the open sockets. ``address`` is where news are waited for; none come
    before they are due after ``patience`` seconds, we are taken for stuck (0: never).
    """

    names: tuple[str, ...] = ()
    address: str = ""
    patience: float = 0.0

    def listeners(self) -> tuple[list[socket.socket], list[socket.socket]]:
        """The sockets to serve the public on, and those for health and metrics."""
        opened = [socket.socket(fileno=_FIRST + place) for place in range(len(self.names))]
        for one in opened:
            one.setblocking(False)
            one.set_inheritable(False)
        named = list(zip(self.names, opened, strict=True))
        return (
            [one for name, one in named if name != OPERATIONS],
            [one for name, one in named if name == OPERATIONS],
        )

    def tell(self, news: str) -> None:
        """Send news, such as ``READY=1``."""
        if not self.address:
            return
        # Abstract names are written with an @.
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.connect(address)
            speaker.send(news.encode())

    @contextmanager
    def reassured(self) -> Iterator[None]:
        """Say from the event loop, as long as it turns, that we are not stuck."""
        beat = asyncio.create_task(self._beat()) if self.address and self.patience else None
        try:
            yield
        finally:
            if beat:
                beat.cancel()

    async def _beat(self) -> None:
        while True:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self.patience / 2)


def load_supervisor(environment: Mapping[str, str], pid: int) -> Supervisor:
    """What this process (``pid``) was told, and not what its parent was."""
    names: list[str] = []
    if environment.get("LISTEN_PID") == str(pid):
        count = int(environment.get("LISTEN_FDS", "0"))
        names = [*environment.get("LISTEN_FDNAMES", "").split(":"), *[""] * count][:count]
    watched = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    patience = int(environment.get("WATCHDOG_USEC", "0")) / 1e6 if watched else 0.0
    return Supervisor(tuple(names), environment.get("NOTIFY_SOCKET", ""), patience)
