"""The mail that brings somebody the link to set their password with."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from tellback.core.instants import SECOND
from tellback.core.model import Project
from tellback.mail.address import ascii_address
from tellback.mail.compose import message_id_of, sender_of
from tellback.mail.errors import MailRefused
from tellback.mail.transport import Delivered, Envelope, open_transport
from tellback.store.ids import new_id
from tellback.web.dashboard.desk import Desk

_TEXT = """\
Hello,

with this link you set your password for {name} on Tellback, and sign in:

{link}

It works once, within a week. If you did not expect this mail, leave it alone: nothing changes.
"""


async def mail_link(desk: Desk, project: Project, email: str, link: str) -> bool:
    """Send it, and say whether it went. Only by SMTP: a mail in a file others may read."""
    config = desk.site.config
    if not config.smtp_url:
        return False
    transport = open_transport(config.smtp_url, config.outbox, connections=1)
    try:
        envelope = letter(project, email, link, config.mail_from, desk.site.database.clock())
        return isinstance(await transport.send(envelope), Delivered)
    except MailRefused:
        return False
    finally:
        await transport.close()


def letter(project: Project, email: str, link: str, mail_from: str, now: int) -> Envelope:
    """The mail; MailRefused where an address is none that mail can carry."""
    name, sender = " ".join(project.name.split()), sender_of(project, mail_from)
    origin, address = ascii_address(sender), ascii_address(email)
    message_id = message_id_of(new_id(), sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = origin, address
    mail["Subject"] = f"Your password for {name}"
    mail["Date"], mail["Message-ID"] = formatdate(now / SECOND), message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_TEXT.format(name=name, link=link))
    return Envelope(origin, address, mail.as_bytes(), message_id)
