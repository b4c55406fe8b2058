"""The SMTP pool against real servers on loopback: aiosmtpd, and one that misbehaves on cue."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Delivery,
    Envelope,
    Refused,
    Stage,
    Uncertain,
)
from tellback.mail.transports.smtp import SmtpTransport
from tellback.mail.transports.smtp_url import SmtpServer, parse_smtp_url

CERTIFICATE = Path(__file__).parent / "fixtures" / "tls" / "localhost.crt"
MESSAGE = b"Subject: hi\r\n\r\nHello\r\n"


def mail(recipient: str = "alice@example.org", message: bytes = MESSAGE) -> Envelope:
    return Envelope("ask@shop.example", recipient, message, "<1@t.example>")


class Sink:
    """An aiosmtpd handler that does what the recipient's name says, or else takes the mail."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.connections: list[asyncio.Transport] = []
        self.open_at_most = 0

    def connected(self, transport: asyncio.Transport) -> None:
        self.connections.append(transport)
        still_open = sum(not known.is_closing() for known in self.connections)
        self.open_at_most = max(self.open_at_most, still_open)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        match address.partition("@")[0].split("-"):
            case ["rcpt", "slow"]:
                await asyncio.sleep(5)
            case ["rcpt", "drop"]:
                server.transport.abort()
            case ["rcpt", code]:
                return f"{code} no\tsuch\x07 luck"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any
    ) -> str:
        match envelope.rcpt_tos[0].partition("@")[0].split("-"):
            case ["data", "slow"]:
                await asyncio.sleep(5)
            case ["data", "drop"]:
                server.transport.abort()
            case ["data", code]:
                return f"{code} not today"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK queued as 17"


class Server(SMTP):
    """aiosmtpd, reporting its connections to the sink."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if isinstance(self.event_handler, Sink):
            self.event_handler.connected(transport)


@asynccontextmanager
async def listening(factory: Callable[[], Server], **options: Any) -> AsyncIterator[int]:
    accepted: list[Server] = []

    def accept() -> Server:
        accepted.append(factory())
        return accepted[-1]

    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in accepted:
            if connection.transport:
                connection.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def transport_to(
    port: int, *, query: str = "starttls=off", user: str = "", connections: int = 4, **settings: Any
) -> AsyncIterator[SmtpTransport]:
    server = parse_smtp_url(f"smtp://{user}127.0.0.1:{port}?{query}")
    quick = {"connect_timeout": 2.0, "command_timeout": 1.0, "content_timeout": 1.0, "hello": "t"}
    transport = SmtpTransport(replace(server, **(quick | settings)), connections)
    try:
        yield transport
    finally:
        await transport.close()


@pytest.fixture
def sink() -> Sink:
    return Sink()


@asynccontextmanager
async def sending_to(sink: Sink, **settings: Any) -> AsyncIterator[SmtpTransport]:
    async with listening(lambda: Server(sink)) as port, transport_to(port, **settings) as transport:
        yield transport


async def test_a_mail_is_delivered_as_it_is(sink: Sink) -> None:
    message = b"Subject: hi\r\n\r\n.\r\n..dots\r\n.end\r\n"
    async with sending_to(sink) as transport:
        assert await transport.send(mail(message=message)) == Delivered("OK queued as 17")
    assert sink.taken == [("alice@example.org", message)]


@pytest.mark.parametrize(
    "message",
    [
        b".first\n.\nMAIL FROM:<x@y.example>\r\n.\r\nend",
        b"a\r.\rb\r\n.\nc\n\r.\r\n",
        b"",
        b"\n",
        b"\r",
    ],
)
async def test_no_message_ends_before_its_end(sink: Sink, message: bytes) -> None:
    async with sending_to(sink) as transport:
        for _ in range(2):
            assert isinstance(await transport.send(mail(message=message)), Delivered)
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    whole = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    assert [content for _recipient, content in sink.taken] == [whole, whole]


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("rcpt-450@x.example", Deferred(450, "no such luck", Stage.RECIPIENT)),
        ("rcpt-550@x.example", Refused(550, "no such luck", Stage.RECIPIENT)),
        ("data-451@x.example", Deferred(451, "not today", Stage.CONTENT)),
        ("data-554@x.example", Refused(554, "not today", Stage.CONTENT)),
        ("nobody", Refused(None, "", Stage.RECIPIENT)),
        ("a@x.example>\r\nRCPT TO:<b@x.example", Refused(None, "", Stage.RECIPIENT)),
    ],
)
async def test_a_refusal_is_told_and_the_connection_serves_on(
    sink: Sink, recipient: str, expected: Deferred | Refused
) -> None:
    async with sending_to(sink) as transport:
        await transport.send(mail())
        delivery = await transport.send(mail(recipient))
        if isinstance(delivery, Refused) and delivery.code is None:
            assert "address" in delivery.reply
            delivery = replace(delivery, reply="")
        assert delivery == expected
        assert isinstance(await transport.send(mail("bob@example.org")), Delivered)
    assert [recipient for recipient, _ in sink.taken] == ["alice@example.org", "bob@example.org"]
    assert len(sink.connections) == 1


async def test_a_refused_sender_is_not_the_recipients_fault(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        delivery = await transport.send(replace(mail(), sender="ask@shop.example> SIZE=1"))
    assert isinstance(delivery, Refused)
    assert delivery.stage is Stage.SENDER
    assert not sink.connections


async def test_a_connection_lost_before_the_message_leaves_no_doubt(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        delivery = await transport.send(mail("rcpt-drop@x.example"))
        assert isinstance(delivery, Deferred)
        assert (delivery.code, delivery.stage) == (None, Stage.RECIPIENT)
        assert isinstance(await transport.send(mail()), Delivered)


async def test_a_connection_lost_after_the_message_leaves_doubt(sink: Sink) -> None:
    async with sending_to(sink) as transport:
        assert isinstance(await transport.send(mail("data-drop@x.example")), Uncertain)
        assert isinstance(await transport.send(mail()), Delivered)
    assert len(sink.connections) == 2


async def test_a_slow_server_is_given_up_in_time(sink: Sink) -> None:
    async with sending_to(sink, command_timeout=0.1, content_timeout=0.1) as transport:
        early = await transport.send(mail("rcpt-slow@x.example"))
        late = await transport.send(mail("data-slow@x.example"))
    assert isinstance(early, Deferred)
    assert early.stage is Stage.RECIPIENT
    assert isinstance(late, Uncertain)


async def test_no_server_means_later() -> None:
    async with listening(lambda: Server(Sink())) as port:
        pass
    async with transport_to(port) as transport:
        delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert (delivery.code, delivery.stage) == (None, Stage.CONNECT)


async def test_connections_are_shared_and_few(sink: Sink) -> None:
    async with sending_to(sink, connections=3) as transport:
        deliveries = await asyncio.gather(*(transport.send(mail()) for _ in range(40)))
    assert all(isinstance(delivery, Delivered) for delivery in deliveries)
    assert len(sink.taken) == 40
    assert len(sink.connections) == sink.open_at_most == 3


async def test_a_connection_is_retired_after_enough_mails(sink: Sink) -> None:
    async with sending_to(sink, connections=1, messages_per_connection=2) as transport:
        for _ in range(5):
            await transport.send(mail())
    assert len(sink.taken) == 5
    assert len(sink.connections) == 3


@pytest.mark.parametrize("probe_after", [0.0, 60.0])
async def test_a_dead_idle_connection_is_replaced(sink: Sink, probe_after: float) -> None:
    async with sending_to(sink, probe_after=probe_after) as transport:
        await asyncio.gather(*(transport.send(mail()) for _ in range(3)))
        for connection in sink.connections:
            connection.abort()
        assert isinstance(await transport.send(mail()), Delivered)
    assert len(sink.taken) == 4


async def test_a_cancelled_mail_takes_its_connection_along(sink: Sink) -> None:
    async with sending_to(sink, connections=1) as transport:
        hasty = asyncio.create_task(transport.send(mail("data-slow@x.example")))
        await asyncio.sleep(0.1)
        hasty.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hasty
        assert await transport.send(mail()) == Delivered("OK queued as 17")
    assert len(sink.connections) == 2


async def test_closing_says_goodbye_and_waits_for_nobody(sink: Sink) -> None:
    async with listening(lambda: Server(sink)) as port, transport_to(port) as transport:
        await transport.send(mail())
        await transport.close()
        await asyncio.sleep(0.05)
        assert all(connection.is_closing() for connection in sink.connections)
        assert isinstance(await transport.send(mail()), Delivered)
        await asyncio.sleep(0.05)
        assert all(connection.is_closing() for connection in sink.connections)


# What aiosmtpd does too well: a server that answers by a script.

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Script = dict[bytes, bytes | None]
POLITE: Script = {
    b"EHLO": b"250-t\r\n250 SIZE 99\r\n",
    b"MAIL": b"250 OK\r\n",
    b"RCPT": b"250 OK\r\n",
    b"DATA": b"354 go\r\n",
    b".\r\n": b"250 OK\r\n",
    b"RSET": b"250 OK\r\n",
    b"NOOP": b"250 OK\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Actor:
    """Answers each connection's commands by that connection's script; None hangs up."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self.heard: list[list[bytes]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = POLITE | self._scripts[min(len(self.heard), len(self._scripts) - 1)]
        heard: list[bytes] = []
        self.heard.append(heard)
        writer.write(b"220 t\r\n")
        in_content = False
        while line := await reader.readline():
            heard.append(line)
            verb = line[:4] if not in_content else line
            if in_content and line != b".\r\n":
                continue
            reply = script[verb]
            if reply is None:
                break
            writer.write(reply)
            in_content = verb == b"DATA" and reply.startswith(b"354")
            if reply.startswith((b"221", b"421")):
                break


@asynccontextmanager
async def acting(talk: Talk, **settings: Any) -> AsyncIterator[SmtpTransport]:
    talks: set[asyncio.Task[None]] = set()

    async def to_its_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(to_its_end, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with transport_to(port, **settings) as transport:
            yield transport
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks)


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


# Encryption and passwords.


def certificate() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return context


def only_alice(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=login == LoginPassword(b"alice@shop", b"p@ss/word"), handled=False)


ALICE = "alice%40shop:p%40ss%2Fword@"


async def test_a_required_encryption_that_is_not_offered_stops_the_mail(sink: Sink) -> None:
    async with sending_to(sink, query="starttls=required") as transport:
        delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert delivery.stage is Stage.CONNECT
    assert "STARTTLS" in delivery.reply
    assert not sink.taken


async def test_encryption_is_used_where_offered(sink: Sink) -> None:
    factory = encrypting(sink)
    async with listening(factory) as port, transport_to(port, query="starttls=auto") as transport:
        assert isinstance(await transport.send(mail()), Delivered)
    async with sending_to(sink, query="starttls=auto") as transport:
        assert isinstance(await transport.send(mail()), Delivered)


async def test_a_required_encryption_needs_a_valid_certificate(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "starttls=required"
    async with listening(encrypting(sink)) as port:
        async with transport_to(port, query=query) as transport:
            delivery = await transport.send(mail())
            assert isinstance(delivery, Deferred)
            assert "certificate" in delivery.reply
        async with transport_to(port, query=f"{query}&verify=off") as transport:
            assert isinstance(await transport.send(mail()), Delivered)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        async with transport_to(port, query=query) as transport:
            assert isinstance(await transport.send(mail()), Delivered)


def encrypting(sink: Sink) -> Callable[[], Server]:
    context = certificate()
    return lambda: Server(
        sink, tls_context=context, require_starttls=True, authenticator=only_alice
    )


async def test_a_server_may_be_encrypted_from_the_start(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with listening(lambda: Server(sink), ssl=certificate()) as port:
        transport = SmtpTransport(parse_smtp_url(f"smtps://127.0.0.1:{port}?hello=t"))
        assert isinstance(await transport.send(mail()), Delivered)
        await transport.close()


async def test_a_password_is_given_under_encryption(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with listening(encrypting(sink)) as port:
        async with transport_to(port, user=ALICE, query="") as transport:
            assert isinstance(await transport.send(mail()), Delivered)
        async with transport_to(port, user="alice%40shop:wrong@", query="") as transport:
            delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert (delivery.code, delivery.stage) == (535, Stage.CONNECT)


@pytest.mark.parametrize("mode", ["auto", "required"])
async def test_a_password_is_never_given_in_the_clear_unasked(mode: str) -> None:
    actor = Actor({b"EHLO": b"250-t\r\n250 AUTH PLAIN LOGIN\r\n"})
    async with acting(actor, user=ALICE, query=f"starttls={mode}") as transport:
        delivery = await transport.send(mail())
    assert isinstance(delivery, Deferred)
    assert delivery.stage is Stage.CONNECT
    assert not any(line.startswith(b"AUTH") for line in actor.heard[0])


async def test_a_password_may_be_given_in_the_clear_on_request() -> None:
    actor = Actor({b"EHLO": b"250-t\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 in\r\n"})
    async with acting(actor, user=ALICE, query="starttls=off") as transport:
        assert isinstance(await transport.send(mail()), Delivered)


# The URL.


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay", ("relay", 25, "auto", False, None, "")),
        ("smtp://relay:2525/?starttls=off", ("relay", 2525, "off", True, None, "")),
        ("smtp://u:p@relay", ("relay", 587, "required", True, "u", "p")),
        ("smtp://u:p@relay?starttls=auto", ("relay", 587, "auto", True, "u", "p")),
        (
            "smtp://a%40b:c%3Ad%2F@relay?verify=off",
            ("relay", 587, "required", False, "a@b", "c:d/"),
        ),
        ("smtps://u:p@relay", ("relay", 465, "tls", True, "u", "p")),
        ("SMTPS://[::1]:4650", ("::1", 4650, "tls", True, None, "")),
        ("smtp://bücher.example", ("xn--bcher-kva.example", 25, "auto", False, None, "")),
    ],
)
def test_a_url_names_the_server(url: str, expected: tuple[object, ...]) -> None:
    server = parse_smtp_url(url)
    found = (server.host, server.port, server.security.value, server.verify)
    assert (*found, server.username, server.password) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://relay", "must look like"),
        ("relay:25", "must look like"),
        ("smtp://", "no host"),
        ("smtp://[relay", "must look like"),
        ("smtp://relay:x", "port"),
        ("smtp://relay:0", "port"),
        ("smtp://relay:70000", "port"),
        ("smtp://relay/path", "after host"),
        ("smtp://u:s3cret#x@relay", "%XX"),
        ("smtp://u:s3cret@relay?starttls=maybe", r"\['auto', 'required', 'off'\]"),
        ("smtp://u:s3cret@relay?tls=on", "'tls'.*starttls.*verify.*hello"),
        ("smtps://relay?starttls=off", "leave out starttls"),
        ("smtp://re..lay", "host"),
        ("smtp://re\u0308..lay", "host"),
        ("smtp://re lay", "host"),
    ],
)
def test_a_wrong_url_is_told_and_keeps_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        parse_smtp_url(url)
    assert "s3cret" not in str(caught.value)


def test_a_server_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(parse_smtp_url("smtp://u:s3cret@relay"))
    assert isinstance(parse_smtp_url("smtp://relay"), SmtpServer)
