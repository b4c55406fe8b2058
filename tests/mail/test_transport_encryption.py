"""Encryption and passwords on the way to an SMTP server."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tellback.mail.delivery import (
    Deferred,
    Delivered,
    Stage,
)
from tellback.mail.transports.smtp import SmtpTransport
from tellback.mail.transports.smtp_url import parse_smtp_url
from tests.mail.smtp_servers import (
    Actor,
    Server,
    Sink,
    acting,
    listening,
    mail,
    sending_to,
    transport_to,
)

CERTIFICATE = Path(__file__).parent / "fixtures" / "tls" / "localhost.crt"


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
