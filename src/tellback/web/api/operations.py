"""What an operation of the API is: one declaration that routing, checks and documents share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tellback.core.errors import TellbackError
from tellback.core.model import Project
from tellback.dialects.contract import MEGABYTE, Dialect
from tellback.dialects.native import Scope
from tellback.store.database import Action, Database

JSON = "application/json"
YAML = "application/yaml"
NDJSON = "application/x-ndjson"
PREFIX = "/-/api"


class Empty(msgspec.Struct, forbid_unknown_fields=True):
    """No parameters."""


@dataclass(slots=True)
class Call:
    """A request that was let in: whose it is, and what it asks for.

    ``query`` and ``body`` are decoded as the operation declares. ``params`` are the path's own.
    ``accept`` is the media type to reply in, one of the operation's.
    """

    operation: "Operation"
    database: Database
    dialects: Mapping[str, Dialect]
    project: Project
    params: Mapping[str, str]
    query: Any
    accept: str
    content_type: str
    request_id: str
    now: int
    body: Any = None
    raw: bytes = b""


@dataclass(slots=True)
class Refused:
    """What was not taken, for the owner's log: a body, or one ``item`` of a batch.

    ``kind`` is the error's, by which the server counts it.
    """

    raw: bytes
    reason: str
    kind: str
    item: bool = False


@dataclass(slots=True)
class Reply:
    """A reply. ``stream`` takes the place of the body where that is too long to be held."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None
    refused: Sequence[Refused] = ()


@dataclass(slots=True)
class Write:
    """What a call wants written, and how its reply is made of the outcomes.

    ``reply`` may raise a refusal. It touches nothing but its arguments, since where a call must not
    be carried out twice it runs inside the transaction.
    """

    action: Action
    jobs: Sequence[Any]
    reply: Callable[[list[Any]], Reply]


Run = Callable[[Call], Awaitable[Reply | Write]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    ``path`` is below the prefix; ``run`` carries it out. Without a ``scope`` no key is needed, and
    there is no project. ``query``: the parameters. ``body``: what
    the JSON of a request must be; None for no body. ``item``: for batches, what each member of the
    body's ``items`` must be, ``most_items`` of them at most. ``reply``: what the JSON of a reply
    is. ``consumes`` and ``produces`` are the media types, the usual one first. ``refusals`` are the
    errors that the operation itself may end with, beside those that all have.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    scope: Scope | None
    run: Run
    query: type[msgspec.Struct] = Empty
    body: Any = None
    item: Any = None
    most_items: int = 0
    reply: Any = None
    line: Any = None
    status: int = 200
    consumes: tuple[str, ...] = (JSON,)
    produces: tuple[str, ...] = (JSON,)
    refusals: tuple[type[TellbackError], ...] = ()
    max_body: int = MEGABYTE
    about: str = ""


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply of a value as JSON."""
    return Reply(status, msgspec.json.encode(value), headers=headers or {})


def only(outcomes: Sequence[Any]) -> Any:
    """The outcome of a call that asks for one thing; raised where it is a refusal."""
    outcome = outcomes[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
