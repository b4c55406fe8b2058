"""How a finished mail leaves the house, and the four things that can come of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """How far a mail had come when it was turned down."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail to one recipient. ``message_id`` is what a repeated mail is known by.

    ``ready``: the message has only CRLF line ends and no line that begins with a dot, which
    otherwise costs as much to find out as the mail took to make.
    """

    sender: str
    recipient: str
    message: bytes
    message_id: str
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server has taken the mail and answers for it from now on."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The mail has certainly not been taken and may be tried again later.

    ``code`` is the server's (4xx), or None where there was no reply.
    """

    code: int | None
    reply: str
    stage: Stage = Stage.RECIPIENT


@dataclass(frozen=True, slots=True)
class Refused:
    """The mail has certainly not been taken and never will be.

    ``code`` is the server's (5xx), or None for an address that no server need be asked about.
    Only a refusal at the stage RECIPIENT says something about the recipient.
    """

    code: int | None
    reply: str
    stage: Stage = Stage.RECIPIENT


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The server may or may not have taken the mail: it got all of it, and no reply came back."""

    reason: str


Delivery = Delivered | Deferred | Refused | Uncertain


class Transport(Protocol):
    """A way out for mail."""

    async def send(self, envelope: Envelope) -> Delivery:
        """Hand over one mail; safe to call many times at once.

        Whoever cancels a call does not learn whether the mail has gone: treat it as Uncertain.
        """

    async def close(self) -> None:
        """Let go of connections once the calls under way are done."""
