"""A sender's office on a test's database, with a transport that answers as the test says."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tellback.mail.delivery import Delivered, Delivery, Envelope, Transport
from tellback.mail.notebook import Notebook
from tellback.mail.pipeline import Batch, Mail, Office, deliver
from tellback.mail.transports.memory import MemoryTransport
from tellback.mail.window import Window
from tellback.mail.worker import Worker, worker_name
from tests.outgoing import Sending

BASE = "https://ask.example"
FROM = "feedback@tellback.example"


def office_of(shop: Sending, transport: Transport, worker: str | None = None) -> Office:
    window, notebook = Window(4), Notebook(shop.database)
    return Office(shop.database, transport, worker or shop.worker, BASE, FROM, window, notebook)


async def send_all(shop: Sending, office: Office) -> None:
    """Claim what is due and take each through its steps."""
    claimed = await shop.claimed()
    batch = Batch(claimed.project, claimed.surveys)
    for invitation in claimed.invitations:
        await deliver(Mail(batch, invitation), office)


@asynccontextmanager
async def working(
    shop: Sending, transport: Transport | None = None, **options: Any
) -> AsyncIterator[tuple[Worker, MemoryTransport]]:
    """A worker that runs meanwhile; stopped, and waited for, at the end."""
    memory = transport or MemoryTransport()
    worker = Worker(office_of(shop, memory, worker_name()), **options)
    running = asyncio.create_task(worker.run())
    try:
        yield worker, memory  # type: ignore[misc]
    finally:
        worker.stop()
        await running


def by_name(answers: dict[str, Delivery]) -> Callable[[Envelope], Delivery]:
    """Answer by the recipient's local part; deliver what is not named."""
    return lambda envelope: answers.get(envelope.recipient.partition("@")[0], Delivered("250 OK"))


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.01)


async def settled(shop: Sending) -> None:
    """Wait until nothing waits any more."""

    async def nothing_waits() -> bool:
        return not {"queued", "claimed", "sending"} & (await shop.states()).keys()

    await until(nothing_waits)


class Slow(MemoryTransport):
    """Hands over nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def send(self, envelope: Envelope) -> Delivery:
        self.begun.set()
        await self.go.wait()
        return await super().send(envelope)
