"""Mail kept in memory."""

from tellback.mail.delivery import Deferred, Delivered, Envelope
from tellback.mail.transports.memory import MemoryTransport

ALICE = Envelope("ask@shop.example", "alice@example.org", b"", "<1@t>")
BOB = Envelope("ask@shop.example", "bob@example.org", b"", "<2@t>")


async def test_it_keeps_what_it_is_given() -> None:
    transport = MemoryTransport()
    assert isinstance(await transport.send(ALICE), Delivered)
    assert transport.delivered == [ALICE]
    await transport.close()


async def test_it_answers_as_it_is_told() -> None:
    transport = MemoryTransport(
        lambda envelope: Deferred(450, "later") if envelope is BOB else Delivered("yes")
    )
    assert await transport.send(ALICE) == Delivered("yes")
    assert await transport.send(BOB) == Deferred(450, "later")
    assert (transport.attempts, transport.delivered) == ([ALICE, BOB], [ALICE])
