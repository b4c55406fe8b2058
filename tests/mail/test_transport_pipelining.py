"""A server that takes commands together (RFC 2920) gets them so, and means the same by replies."""

import asyncio

import pytest

from tellback.mail.delivery import Deferred, Delivered, Delivery, Refused, Stage
from tests.mail.smtp_servers import Actor, Script, acting, mail
from tests.mail.test_transport_replies import REPLIES

OFFER: Script = {b"EHLO": b"250-t\r\n250-PIPELINING\r\n250 SIZE 99\r\n"}


@pytest.mark.parametrize(
    ("script", "expected"), REPLIES, ids=[str(script) for script, _ in REPLIES]
)
async def test_each_reply_means_what_it_means_alone(
    script: Script, expected: Delivery | tuple[type, Stage]
) -> None:
    actor = Actor(OFFER | script, OFFER)
    async with acting(actor) as transport:
        delivery = await transport.send(mail())
        if isinstance(expected, tuple):
            assert isinstance(delivery, Deferred)
            assert (type(delivery), delivery.stage) == expected
        else:
            assert delivery == expected
        assert len(actor.heard) == 1
        assert isinstance(await transport.send(mail()), (Delivered, type(delivery)))


async def test_the_commands_come_together() -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 t\r\n")
        for reply in (OFFER[b"EHLO"], b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n"):
            heard.append(await reader.read(10_000))
            writer.write(reply or b"")
        heard.append(await reader.read(10_000))

    async with acting(listen) as transport:
        assert await transport.send(mail()) == Delivered("taken")
    assert heard[1].split(b"\r\n") == [
        b"MAIL FROM:<ask@shop.example> SIZE=22",
        b"RCPT TO:<alice@example.org>",
        b"DATA",
        b"",
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({b"RCPT": b"550 no\r\n"}, Refused(550, "no", Stage.RECIPIENT)),
        ({b"MAIL": b"450 later\r\n"}, Deferred(450, "later", Stage.SENDER)),
    ],
)
async def test_no_content_follows_a_refusal_even_if_it_is_asked_for(
    script: Script, expected: Delivery
) -> None:
    actor = Actor(OFFER | script, OFFER)
    async with acting(actor) as transport:
        assert await transport.send(mail()) == expected
        assert isinstance(await transport.send(mail()), Delivered)
    assert not any(line.startswith(b"Subject") for line in actor.heard[0])
    assert len(actor.heard) == 2, "the first connection waited for content that never comes"


async def test_a_refusal_stands_though_the_connection_is_lost_then() -> None:
    actor = Actor(OFFER | {b"RCPT": b"550 no\r\n", b"DATA": None}, OFFER)
    async with acting(actor) as transport:
        assert await transport.send(mail()) == Refused(550, "no", Stage.RECIPIENT)


async def test_after_an_orderly_refusal_the_connection_serves_on() -> None:
    refusing = OFFER | {b"RCPT": b"550 no\r\n", b"DATA": b"503 no recipients\r\n"}
    actor = Actor(refusing)
    async with acting(actor, connections=1) as transport:
        for _ in range(3):
            assert await transport.send(mail()) == Refused(550, "no", Stage.RECIPIENT)
    assert len(actor.heard) == 1
    assert actor.heard[0].count(b"RSET\r\n") == 3


@pytest.mark.parametrize("extra", [b"250 once more\r\n", b"421 idle for too long\r\n"])
async def test_a_reply_that_nothing_asked_for_is_taken_for_no_other(extra: bytes) -> None:
    actor = Actor({b".\r\n": b"250 OK\r\n" + extra}, {b".\r\n": b"250 second\r\n"})
    async with acting(actor, connections=1) as transport:
        assert await transport.send(mail()) == Delivered("OK")
        await asyncio.sleep(0.05)
        assert await transport.send(mail()) == Delivered("second")
    assert len(actor.heard) == 2


async def test_a_reply_without_end_is_given_up() -> None:
    actor = Actor({b"MAIL": b"250-more\r\n" * 10_000})
    async with acting(actor) as transport:
        delivery = await transport.send(mail())
    assert delivery == Deferred(None, "-1 Response too long", Stage.SENDER)
