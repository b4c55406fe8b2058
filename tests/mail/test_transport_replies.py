"""What each reply means, and the loss of a connection at each point of the conversation."""

import asyncio

import pytest

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Refused,
    Stage,
    Uncertain,
)
from tests.mail.smtp_servers import (
    MESSAGE,
    Actor,
    Script,
    acting,
    mail,
)

HANG_UP = None
REPLIES: list[tuple[Script, Delivery | tuple[type, Stage]]] = [
    ({b"MAIL": b"550 5.7.1 not you\r\n"}, Refused(550, "5.7.1 not you", Stage.SENDER)),
    ({b"MAIL": b"451-a\r\n451 b\r\n"}, Deferred(451, "a b", Stage.SENDER)),
    ({b"RCPT": b"421 busy\r\n"}, Deferred(421, "busy", Stage.RECIPIENT)),
    ({b"RCPT": b"251 forwarded\r\n"}, Delivered("OK")),
    ({b"RCPT": b"nonsense\r\n"}, (Deferred, Stage.RECIPIENT)),
    ({b"DATA": b"452 disk full\r\n"}, Deferred(452, "disk full", Stage.CONTENT)),
    ({b"DATA": b"554 no valid recipients\r\n"}, Refused(554, "no valid recipients", Stage.CONTENT)),
    ({b"DATA": b"250 what?\r\n"}, Deferred(250, "what?", Stage.CONTENT)),
    ({b"DATA": HANG_UP}, (Deferred, Stage.CONTENT)),
    ({b".\r\n": HANG_UP}, Uncertain("Unexpected EOF received")),
    ({b".\r\n": b"421 closing\r\n"}, Deferred(421, "closing", Stage.CONTENT)),
    ({b".\r\n": b"354 what?\r\n"}, Uncertain("354 what?")),
    ({b".\r\n": b"nonsense\r\n"}, Uncertain("-1 Malformed SMTP response line: nonsense")),
    ({b".\r\n": b"250 " + b"\xff\xfe" * 400 + b"\r\n"}, Delivered("?" * 500)),
]


@pytest.mark.parametrize(
    ("script", "expected"), REPLIES, ids=[str(script) for script, _ in REPLIES]
)
async def test_each_reply_means_one_thing(
    script: Script, expected: Delivery | tuple[type, Stage]
) -> None:
    actor = Actor(script, {})
    async with acting(actor) as transport:
        delivery = await transport.send(mail())
        if isinstance(expected, tuple):
            assert isinstance(delivery, Deferred)
            assert (type(delivery), delivery.stage) == expected
        else:
            assert delivery == expected
        assert len(actor.heard) == 1, "a fresh connection's failure is not tried again at once"
        assert isinstance(await transport.send(mail()), (Delivered, type(delivery)))


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA"])
@pytest.mark.parametrize("reply", [HANG_UP, b"421 idle for too long\r\n"])
async def test_a_kept_connection_that_fails_before_the_message_is_replaced(
    verb: bytes, reply: bytes | None
) -> None:
    class Tired(Actor):
        """Answers the first mail on its first connection only."""

        async def __call__(
            self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            first = not self.heard
            self._scripts = [tiring(verb, reply)] if first else [{}]
            await super().__call__(reader, writer)

    actor = Tired({})
    async with acting(actor, connections=1) as transport:
        assert isinstance(await transport.send(mail()), Delivered)
        delivery = await transport.send(mail("bob@example.org"))
    if verb == b"DATA" and reply is not None:
        assert delivery == Deferred(421, "idle for too long", Stage.CONTENT)
        return
    assert isinstance(delivery, Delivered)
    assert len(actor.heard) == 2
    assert b"RCPT TO:<bob@example.org>\r\n" in actor.heard[1]


def tiring(verb: bytes, reply: bytes | None) -> Script:
    class Once(dict[bytes, bytes | None]):
        """The usual answer to the verb the first time, the other one from then on."""

        seen = False

        def __getitem__(self, key: bytes) -> bytes | None:
            if key == verb and self.seen:
                return reply
            self.seen = self.seen or key == b".\r\n"
            return super().__getitem__(key)

        def __ror__(self, other: Script) -> "Once":
            return Once(other | dict(self))

    return Once()


async def test_a_kept_connection_that_fails_after_the_message_is_not_replaced() -> None:
    actor = Actor({b".\r\n": HANG_UP}, {})
    async with acting(actor) as transport:
        assert isinstance(await transport.send(mail()), Uncertain)
    assert len(actor.heard) == 1


async def test_a_message_cut_short_on_our_side_leaves_no_doubt() -> None:
    async def stops_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 t\r\n")
        for reply in (b"250 t\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"):
            await reader.readline()
            writer.write(reply)
        await asyncio.sleep(0.1)
        writer.transport.abort()

    huge = MESSAGE + b"x" * 20_000_000 + b"\r\n"
    async with acting(stops_reading) as transport:
        delivery = await transport.send(mail(message=huge))
    assert isinstance(delivery, Deferred)
    assert delivery.stage is Stage.CONTENT


async def test_a_server_that_never_reads_is_given_up_without_doubt() -> None:
    async def stops_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 t\r\n")
        for reply in (b"250 t\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"):
            await reader.readline()
            writer.write(reply)
        await asyncio.sleep(2)
        writer.transport.abort()

    huge = MESSAGE + b"x" * 20_000_000 + b"\r\n"
    async with acting(stops_reading, content_timeout=0.2) as transport:
        delivery = await transport.send(mail(message=huge))
    assert delivery == Deferred(None, "Timed out writing the message", Stage.CONTENT)


async def test_the_size_is_announced_where_it_is_understood() -> None:
    actor = Actor({})
    async with acting(actor) as transport:
        await transport.send(mail(message=b"Subject: x\r\n\r\n.dot\r\n"))
    assert b"MAIL FROM:<ask@shop.example> SIZE=21\r\n" in actor.heard[0]


async def test_domains_travel_in_ascii() -> None:
    actor = Actor({b"EHLO": b"250 t\r\n"})
    async with acting(actor) as transport:
        await transport.send(mail("bob@münchen.example"))
    assert b"MAIL FROM:<ask@shop.example>\r\n" in actor.heard[0]
    assert b"RCPT TO:<bob@xn--mnchen-3ya.example>\r\n" in actor.heard[0]


@pytest.mark.parametrize(
    ("greeting", "code"),
    [(b"554 go away\r\n", 554), (b"421 later\r\n", 421), (b"hello\r\n", -1), (b"", None)],
)
async def test_an_unfriendly_greeting_means_later(greeting: bytes, code: int | None) -> None:
    async def unfriendly(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)

    async with acting(unfriendly) as transport:
        delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert (delivery.code, delivery.stage) == (code, Stage.CONNECT)


async def test_a_server_without_ehlo_is_greeted_the_old_way() -> None:
    actor = Actor({b"EHLO": b"502 what?\r\n", b"HELO": b"250 t\r\n"})
    async with acting(actor) as transport:
        assert await transport.send(mail()) == Delivered("OK")
