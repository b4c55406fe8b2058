"""A survey, a recipient, and a look into the mail that comes of them."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

from tellback.mail.render import MailAnswer, MailSurvey, Recipient, compile_survey_mail

BASE = "https://t.example/"
SURVEY = MailSurvey(
    kind="binary",
    question="How was your order?",
    answers=(MailAnswer("positive", "Good"), MailAnswer("negative", "Bad")),
    subject="Your order at Harbour Books",
    brand="Harbour Books",
    from_name="Harbour Books",
    from_address="ask@harbour.example",
    reply_to="help@harbour.example",
    language="en",
    transactional=True,
    footer="Harbour Books Ltd\n12 Quay Street, Bristol",
)
ALICE = Recipient(
    address="alice@example.org",
    message_id="0198c0ffee.1@t.example",
    date=1_751_000_000_000,
    answer_url=f"{BASE}r/alice",
    unsubscribe_url=f"{BASE}u/alice",
    unsubscribe_mailto="stop+alice@t.example",
    pixel_url=f"{BASE}o/alice.gif",
    honeypot_url=f"{BASE}h/alice",
    transaction_id="ORD-123",
    transaction_date="27 June 2025",
    transaction_amount="1,249.90",
    transaction_currency="GBP",
)


def scale(first: int, last: int) -> tuple[MailAnswer, ...]:
    return tuple(MailAnswer(str(value), str(value)) for value in range(first, last + 1))


KINDS = {
    "binary": SURVEY.answers,
    "nps": scale(0, 10),
    "csat": scale(1, 5),
    "ces": scale(1, 7),
    "scale": tuple(MailAnswer(str(n), str(n), f"{n}★") for n in range(1, 6)),
    "choice": (MailAnswer("1", "Price"), MailAnswer("2", "Speed"), MailAnswer("3", "Service")),
    "form": (),
}


def of_kind(kind: str, **changes: object) -> MailSurvey:
    return replace(SURVEY, kind=kind, answers=KINDS[kind], **changes)


class Page(HTMLParser):
    """The elements with their attributes, the texts, and what each link says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def links(self) -> list[str]:
        return [found["href"] or "" for found in self.attributes if "href" in found]


def bodies(survey: MailSurvey, recipient: Recipient = ALICE) -> tuple[str, str]:
    message = message_from_bytes(compile_survey_mail(survey).fill(recipient), policy=default)
    assert not message.defects
    parts = [part.get_payload(decode=True).decode() for part in message.iter_parts()]
    text, html = (part.replace("\r\n", "\n") for part in parts)
    return text, html
