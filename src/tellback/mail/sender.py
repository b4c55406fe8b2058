"""Puts a sender together from the server's settings."""

import asyncio
from functools import partial
from pathlib import Path

from tellback.actions.carry_out import carry_out
from tellback.actions.replay_rejections import replay_rejections
from tellback.actions.request_invitations import request_invitations
from tellback.actions.resend_invitations import resend_invitations
from tellback.actions.write_once import write_once
from tellback.config import Config
from tellback.mail.intake import collect_bounces
from tellback.mail.notebook import Notebook
from tellback.mail.pacing import Pacing
from tellback.mail.pipeline import Office
from tellback.mail.sole import SoleSender
from tellback.mail.transport import open_transport
from tellback.mail.window import Window
from tellback.mail.worker import Chore, Worker, worker_name
from tellback.store.database import Database

#: After these there may be something to send.
WAKING = (request_invitations, carry_out, resend_invitations, write_once, replay_rejections)


def open_worker(
    config: Config, database: Database, base_url: str, chores: tuple[Chore, ...] = ()
) -> Worker:
    """A sender whose mails link to ``base_url``. Call in the event loop that it will run in.

    ``chores`` are what it looks after besides.
    """
    maildir = Path(config.bounce_maildir)
    bounces = (partial(collect_bounces, database, maildir),) if maildir.name else ()
    office = Office(
        database=database,
        transport=open_transport(config.smtp_url, config.outbox, config.mail_connections),
        worker=worker_name(),
        base_url=base_url,
        mail_from=config.mail_from,
        window=Window(config.mail_connections),
        notebook=Notebook(database),
    )
    worker = Worker(
        office,
        pacing=Pacing(config.mail_per_second, config.mail_per_domain_per_second),
        sole=None if config.database_url else SoleSender(config.data / "sender.lock"),
        chores=(*bounces, *chores),
    )
    loop = asyncio.get_running_loop()
    for action in WAKING:
        database.after(action, lambda: loop.call_soon_threadsafe(worker.wake))
    return worker
