"""Mail that goes nowhere, for tests and trials."""

from collections.abc import Callable

from tellback.mail.delivery import Delivered, Delivery, Envelope


class MemoryTransport:
    """Keeps what it is given. ``answer`` decides what becomes of a mail, by default delivered."""

    def __init__(self, answer: Callable[[Envelope], Delivery] | None = None) -> None:
        self._answer = answer
        self.attempts: list[Envelope] = []
        self.delivered: list[Envelope] = []

    async def send(self, envelope: Envelope) -> Delivery:
        """See `Transport.send`."""
        self.attempts.append(envelope)
        delivery = self._answer(envelope) if self._answer else Delivered("kept in memory")
        if isinstance(delivery, Delivered):
            self.delivered.append(envelope)
        return delivery

    async def close(self) -> None:
        """See `Transport.close`."""
