"""The plain way to send: claim one, build an EmailMessage, connect, send, commit; and again.

The mail says the same as Tellback's: its text and HTML bodies come from the same layout, as two
compiled Jinja2 templates. Nothing is asked about throttles or suppressions, no link is signed.
"""

import argparse
import json
import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template

from bench.floors.serving import open_tables
from tellback.mail.layout import lay_out
from tellback.mail.message import Part
from tellback.mail.survey_mail import MailAnswer, MailSurvey
from tellback.store.engine import sqlite_url

_FACTS = ("transaction_id", "transaction_date", "transaction_amount")
_SURVEY = MailSurvey(
    kind="binary",
    question="Are you happy with your order?",
    answers=(MailAnswer("positive", "Yes"), MailAnswer("negative", "No")),
    subject="Are you happy with your order?",
    brand="Bench",
    from_name="Bench",
    from_address="feedback@localhost",
    reply_to=None,
    language="en",
    transactional=True,
)
_CLAIM = """
UPDATE invitations SET state = 'sending', claimed_at = :now
WHERE (project_id, id) = (
  SELECT project_id, id FROM invitations
  WHERE project_id = :project AND state = 'queued' AND due_at <= :now ORDER BY due_at LIMIT 1
) RETURNING id, address, reference, transaction_amount, transaction_currency
"""
_SENT = """
UPDATE invitations SET state = 'sent', sent_at = :now, message_id = :message_id
WHERE project_id = :project AND id = :id
"""


@dataclass(slots=True)
class Mailer:
    """The loop's body, with what it needs."""

    connection: Any
    project: str
    smtp: tuple[str, int]
    text: Template
    html: Template

    def send_one(self) -> bool:
        """Send what is due longest; False when nothing is."""
        now = time.time_ns() // 1_000_000
        # Read to its end, or the statement (and with it the commit) would stay open.
        claimed = self.connection.execute(_CLAIM, {"now": now, "project": self.project}).fetchall()
        if not claimed:
            return False
        id_, address, *facts = claimed[0]
        message = self.build(id_, address, facts)
        with smtplib.SMTP(*self.smtp) as client:
            client.send_message(message)
        sent = {"now": now, "project": self.project, "id": id_, "message_id": message["Message-ID"]}
        self.connection.execute(_SENT, sent)
        return True

    def build(self, id_: str, address: str, facts: Sequence[Any]) -> EmailMessage:
        """The mail for one invitation."""
        reference, amount, currency = facts
        root = f"http://127.0.0.1/-/i/{id_}"
        values = {
            "answer_url": root,
            "unsubscribe_url": f"{root}/unsubscribe",
            "pixel_url": f"{root}/pixel",
            "honeypot_url": f"{root}/honeypot",
            "transaction_id": reference,
            "transaction_date": "1 March 2026",
            "transaction_amount": f"{amount} {currency}",
        }
        message = EmailMessage()
        message["From"] = "Bench <feedback@localhost>"
        message["To"] = address
        message["Subject"] = _SURVEY.subject
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{id_}@localhost>"
        message["List-Unsubscribe"] = f"<{root}/unsubscribe>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self.text.render(values))
        message.add_alternative(self.html.render(values), subtype="html")
        return message


def _template(parts: Sequence[Part], *, escape: bool) -> Template:
    source = "".join(
        "{% raw %}" + part + "{% endraw %}" if isinstance(part, str) else f"{{{{ {part.name} }}}}"
        for part in parts
    )
    return Environment(autoescape=escape).from_string(source)


def main() -> None:
    """Send ``--limit`` mails, and print how many went in how many seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--project", required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--limit", type=int, required=True)
    options = parser.parse_args()
    connection = open_tables(sqlite_url(options.data)).raw_connection()
    text, html = lay_out(_SURVEY, _FACTS)
    mailer = Mailer(
        connection,
        options.project,
        ("127.0.0.1", options.smtp_port),
        _template(text, escape=False),
        _template(html, escape=True),
    )
    begin, mails = time.perf_counter(), 0
    while mails < options.limit and mailer.send_one():
        mails += 1
    print(json.dumps({"mails": mails, "seconds": time.perf_counter() - begin}))


if __name__ == "__main__":
    main()
