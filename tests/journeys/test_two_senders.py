"""Two senders, each a process of its own, on one database: every mail goes once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from tellback.actions.request_invitations import request_invitations
from tellback.config import Config
from tellback.core.commands import RequestInvitation
from tellback.core.model import Transaction
from tellback.store.database import Database
from tellback.store.ids import new_id, now_ms
from tellback.store.tables import invitations
from tests.conftest import Tenant
from tests.journeys.running import Inbox, running_server, smtp_server

MAILS = 1_000


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """Everybody's mail."""
    with smtp_server() as inbox:
        yield inbox


async def test_two_senders_send_no_mail_twice(
    config: Config, database: Database, shop: Tenant, inbox: Inbox, tmp_path: Path
) -> None:
    request, owners = new_id(), set[str]()
    with ExitStack() as senders:
        for number in (1, 2):
            # On another machine, where there is a server, a sender has a directory of its own.
            data = tmp_path / f"sender{number}" if config.database_url else config.data
            there = replace(config, data=data)
            senders.enter_context(running_server(there, "--role", "worker", SMTP_URL=inbox.url))
        jobs = [(shop.made.project, _invitation(number, request)) for number in range(MAILS)]
        await database.write(request_invitations, jobs)
        async with asyncio.timeout(100):
            states: dict[str, int] = {}
            while states != {"sent": MAILS}:
                await asyncio.sleep(0.02)
                states, leased = await database.read(_progress, shop.id)
                owners |= leased
    assert len(owners) == 2
    assert [to for to, n in Counter(mail["To"] for mail in inbox.mails).items() if n > 1] == []
    assert len(inbox.mails) == MAILS


def _invitation(number: int, request: str) -> RequestInvitation:
    reference = f"order-{number:04}"
    return RequestInvitation(
        dialect="boolean",
        request_id=request,
        address=f"person{number:04}@example.com",
        reference=reference,
        transaction=Transaction(reference, now_ms(), 19.9, "EUR"),
    )


def _progress(connection: Connection, project_id: str) -> tuple[dict[str, int], set[str]]:
    mine = invitations.c.project_id == project_id
    states = select(invitations.c.state, func.count()).where(mine).group_by(invitations.c.state)
    owners = select(invitations.c.lease_owner).where(mine, invitations.c.lease_owner.is_not(None))
    return (
        {row[0]: row[1] for row in connection.execute(states)},
        set(connection.execute(owners.distinct()).scalars()),
    )
