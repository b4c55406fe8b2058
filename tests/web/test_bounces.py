"""Bounces posted by a mail server: recorded for the project whose link it is, and only there."""

import httpx
from sqlalchemy import select

from tellback.core.links import bounces_link
from tellback.store.database import Database
from tellback.store.tables import invitations, suppressions
from tests.conftest import Tenant

REPORT = """\
From: MAILER-DAEMON@relay.example
To: feedback@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The address does not exist.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: message/rfc822-headers

Message-ID: <{id}@localhost>

--b--
"""


async def _sent(client: httpx.AsyncClient, database: Database, tenant: Tenant) -> str:
    item = {"$email": "ada@example.com"}
    await client.post(
        "/v1/surveys?transactional=false", json=[item], auth=(tenant.keys("boolean")["api_key"], "")
    )

    def mark(tx, jobs):  # type: ignore[no-untyped-def]
        gone = {"state": "sent", "sent_at": tx.now, "message_id": "<a@b>"}
        tx.connection.execute(invitations.update().values(gone))
        return list(tx.connection.execute(select(invitations.c.id)).scalars())

    return str((await database.write(mark, [None]))[0])


async def test_a_hard_bounce_suppresses_the_address(
    client: httpx.AsyncClient, database: Database, shop: Tenant, other: Tenant
) -> None:
    report = REPORT.replace("{id}", await _sent(client, database, shop))

    def link(tenant: Tenant) -> str:
        return bounces_link("", tenant.made.project.secret, tenant.id)

    foreign = await client.post(link(other), content=report)
    assert foreign.json() == {"mails": 0}
    reply = await client.post(link(shop), content=report)
    assert reply.json() == {"mails": 1}
    state = await database.read(lambda c: c.execute(select(invitations.c.state)).scalar())
    suppressed = await database.read(lambda c: c.execute(select(suppressions.c.address)).scalar())
    assert (state, suppressed) == ("bounced", "ada@example.com")


async def test_a_made_up_link_is_nothing(client: httpx.AsyncClient, shop: Tenant) -> None:
    link = bounces_link("", b"a wrong secret", shop.id)
    assert (await client.post(link, content=REPORT)).status_code == 404
    assert (await client.post("/-/bounces/x", content=REPORT)).status_code == 404


async def test_a_full_mailbox_bounces_without_suppressing(
    client: httpx.AsyncClient, database: Database, shop: Tenant
) -> None:
    report = REPORT.replace("{id}", await _sent(client, database, shop))
    report = report.replace("5.1.1", "5.2.2").replace("no such user", "mailbox full")
    link = bounces_link("", shop.made.project.secret, shop.id)
    assert (await client.post(link, content=report)).json() == {"mails": 1}
    state = await database.read(lambda c: c.execute(select(invitations.c.state)).scalar())
    suppressed = await database.read(lambda c: c.execute(select(suppressions.c.address)).scalar())
    assert (state, suppressed) == ("bounced", None)
