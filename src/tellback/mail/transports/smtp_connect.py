"""Getting a connection to an SMTP server to the point where it takes mail."""

import asyncio
import ssl

from aiosmtplib import SMTP, SMTPException, SMTPHeloError

from tellback.mail.transports.smtp_url import Security, SmtpServer


async def connect(server: SmtpServer, tls: ssl.SSLContext, hello: str) -> SMTP:
    """Connect, greet, encrypt and log in as the server's settings want it.

    Raises SMTPException or OSError, also for a refusal and for a time limit.
    """
    client = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.command_timeout,
        use_tls=server.security is Security.TLS,
        start_tls=False,
        tls_context=tls,
        local_hostname=hello,
    )
    try:
        async with asyncio.timeout(server.connect_timeout):
            await client.connect()
            await _prepare(client, server)
    except BaseException:
        client.close()
        raise
    return client


async def _prepare(client: SMTP, server: SmtpServer) -> None:
    await _greet(client)
    offered = client.supports_extension("starttls")
    if server.security is Security.REQUIRED or (server.security is Security.AUTO and offered):
        await client.starttls()
        await _greet(client)
    elif server.security is Security.AUTO and server.username:
        raise SMTPException(
            "The server offers no encryption, so it was not given the password. "
            "starttls=off in the SMTP URL allows that."
        )
    if server.username:
        await client.login(server.username, server.password)


async def _greet(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()
