"""Getting at the parts and fields of report mails, however they were put together."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import Compat32
from email.utils import parseaddr

from tellback.mail.survey_mail import one_line

_LONGEST_ADDRESS = 320
_LONGEST_VALUE = 4_000
_ORIGINAL_TYPES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([245])\d\d(?=[ -])")
_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s]+>")
_ADDRESS_TYPES = frozenset({"rfc822", "utf-8"})


class _AsReceived(Compat32):
    """Headers with the bytes that they came with; else what is not ASCII in them is thrown away."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        return value


_AS_RECEIVED = _AsReceived()


def read_mail(raw: bytes) -> Message:
    """The mail. May raise anything: the standard library's parser fails on garbage in many ways."""
    return message_from_bytes(raw, policy=_AS_RECEIVED)


def leaves(mail: Message) -> Iterator[Message]:
    """The parts, but not those of an attached mail: a bounce that is passed on is no bounce."""
    if mail.get_content_maintype() != "multipart":
        yield mail
        return
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else []:
        if isinstance(part, Message):
            yield from leaves(part)


def part_of_type(mail: Message, *content_types: str) -> Message | None:
    """The first part of one of these types."""
    return next((part for part in leaves(mail) if part.get_content_type() in content_types), None)


def original_of(mail: Message) -> Message | None:
    """The headers of the mail that a report is about, if it brings them along."""
    part = part_of_type(mail, *_ORIGINAL_TYPES)
    if part is None:
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        return next((child for child in payload if isinstance(child, Message)), None)
    return HeaderParser(policy=_AS_RECEIVED).parsestr(text_of(part).lstrip())


def field_groups(part: Message) -> list[Message]:
    """The groups of fields in a part, which the parser has read as headers of messages."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _groups(text_of(part))
    groups: list[Message] = []
    for child in payload:
        if isinstance(child, Message):
            groups += [child, *_groups(text_of(child))]
    return groups


def _groups(text: str) -> list[Message]:
    blocks = re.split(r"(?:\r?\n){2,}", text.strip())
    return [HeaderParser(policy=_AS_RECEIVED).parsestr(block) for block in blocks if block]


def text_of(part: Message) -> str:
    """A part's text, whatever its encoding says or fails to say."""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def value(fields: Message, name: str) -> str:
    """A field's value as one line; empty if there is none."""
    return one_line(_proper(fields[name]))[:_LONGEST_VALUE] if fields[name] is not None else ""


def addresses(fields: Message, name: str) -> list[str]:
    """The e-mail addresses in fields such as ``rfc822; alice@example.org``."""
    texts = (one_line(_proper(text))[:_LONGEST_VALUE] for text in fields.get_all(name, []))
    found = (_address(text) for text in texts)
    return [address for address in found if address]


def _address(text: str) -> str | None:
    kind, semicolon, rest = text.partition(";")
    if semicolon and kind.strip().lower() not in _ADDRESS_TYPES:
        return None
    address = parseaddr(rest if semicolon else text)[1]
    return address if "@" in address and len(address) <= _LONGEST_ADDRESS else None


def status_in(text: str) -> str:
    """The RFC 3463 status in a text, at least its class from an SMTP reply code; or nothing."""
    if status := _STATUS.search(text):
        return status[1]
    code = _REPLY_CODE.search(text)
    return f"{code[1]}.0.0" if code else ""


def message_id_in(text: str) -> str | None:
    """The last Message-ID in a text: of References, that is the mail replied to."""
    ids = _MESSAGE_ID.findall(text)
    return ids[-1] if ids else None


def _proper(text: object) -> str:
    return str(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
