"""What a dialect is: pure functions between a vendor's wire and the core, and tables of data.

A dialect folder exports ``DIALECT``. It decodes requests into commands or a query, encodes outcomes
into replies, and declares everything else as data. It does no I/O and knows no database, no HTTP
library and no other dialect. `ingress` does the rest, the same way for all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from tellback.core.commands import Command
from tellback.core.errors import TellbackError
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.queries import Query
from tellback.core.records import ContactRecord
from tellback.core.settings import Switch

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


class WireError(TellbackError):
    """The request is not one that this wire can read."""


class BodyTooLarge(WireError):
    """The request body is too large."""


class MalformedBody(WireError):
    """The request body cannot be read."""


class UnsupportedMediaType(WireError):
    """The request body has an unsupported media type."""


class HeaderMissing(WireError):
    """A mandatory header is missing."""


class UnknownPath(WireError):
    """There is nothing at this path."""


class MethodNotAllowed(WireError):
    """This path does not support that method."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request offers to say whose it is: the kind of key, and the key itself.

    ``holder`` is who says that the key is theirs, where a wire wants both: an identifier that must
    lead to the same project.
    """

    kind: str
    secret: str
    holder: "Credential | None" = None


@dataclass(slots=True)
class HttpRequest:
    """A request as a dialect sees it.

    ``path`` is without the ``/p/<slug>`` prefix; ``base_url`` is with it, so that links lead back
    the same way. Header names are lower case. ``query`` keeps the order and every repetition.
    ``params`` are the path's own, such as ``{id}``. ``unread``: a body may have come, but it was
    not read, at least not to its end.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    peer: str
    base_url: str
    slug: str | None = None
    body: bytes = b""
    unread: bool = False
    request_id: str = ""
    now: int = 0

    def first(self, name: str) -> str | None:
        """The first value of a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply. ``content_type`` is sent exactly as it stands here, and not at all when None."""

    status: int
    body: bytes = b""
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Call:
    """What a request asks for, decoded.

    Exactly one of ``commands`` and ``query`` is set. In a batch an item that cannot be decoded
    stands as its error among the commands; ``raw`` holds every item's raw form for the owner's log.
    ``credential`` is set by wires that carry it in the body. ``refusal`` is what is wrong with the
    whole call: it is raised only after the credential has been checked. ``project`` is the project
    that the call names, by id or slug: any other than the credential's does not exist for it.
    ``note`` is carried to ``encode`` untouched. ``remarks`` are for the owner's log: what the wire
    leaves out of a call that it accepts.
    """

    commands: Sequence[Command | TellbackError] = ()
    query: Query | None = None
    credential: Credential | None = None
    refusal: TellbackError | None = None
    project: str | None = None
    raw: Sequence[bytes | Raw] = ()
    note: Any = None
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RateState:
    """Where a caller stands with its limit. ``reset_at`` in ms since the epoch."""

    limit: int
    remaining: int
    reset_at: int


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``calls`` per ``window`` seconds for everyone who shares ``key``."""

    key: str
    calls: int
    window: int


@dataclass(slots=True)
class Exchange:
    """One request and what is known about it so far; what encoders may look at."""

    request: HttpRequest
    dialect: "Dialect"
    route: "Route | None" = None
    project: Project | None = None
    role: str | None = None
    call: Call | None = None
    rate: RateState | None = None

    def switch(self, name: str) -> str:
        """What this project has chosen for one of the dialect's switches, or the default."""
        if self.project is not None:
            chosen = self.project.settings.switches.get(f"{self.dialect.name}.{name}")
            if chosen is not None:
                return chosen
        return next(one.choices[0] for one in self.dialect.switches if one.name == name)


def _as_array(item: bytes) -> bytes:
    return b"[" + item + b"]"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of a wire.

    ``credential`` reads the head only; what it finds, or that it finds nothing, is checked before
    the body is read. Without it, and where a ``keyed_body`` may have what the head has not, the
    decoded call's own credential counts. ``public`` routes need none: the
    project is named by ``/p/<slug>``, or is the only one there is. ``roles``: which roles of a
    credential may call; empty means all. A ``batch`` answers per item, so refusals of single items
    reach ``encode`` instead of ``encode_error``; ``wrap`` makes a body of one item's raw form.
    """

    method: str
    path: str
    operation: str
    decode: Callable[[HttpRequest], Call]
    encode: Callable[[Exchange, Any], HttpReply]
    credential: Callable[[HttpRequest], Credential | None] | None = None
    keyed_body: bool = False
    public: bool = False
    roles: frozenset[str] = frozenset()
    batch: bool = False
    wrap: Callable[[bytes], bytes] = _as_array
    max_body: int = MEGABYTE


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A credential that every project has for this wire: how it is made, and what it may do.

    ``alphabet`` and ``length`` give at least 128 bits; ``prefix`` stands before it. A ``public``
    one is an identifier that is no secret: it only stands beside a key, may be short, and is shown
    in full.
    """

    name: str
    kind: str
    role: str
    length: int = 32
    prefix: str = ""
    alphabet: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    public: bool = False


@dataclass(frozen=True, slots=True)
class Cors:
    """Which browsers may call, with what, and what they may read."""

    methods: tuple[str, ...]
    headers: tuple[str, ...]
    expose: tuple[str, ...] = ()
    origin: str = "*"


@dataclass(frozen=True, slots=True)
class ChatSurvey:
    """A survey that has been sent into a conversation. ``number`` is this sending's integer.

    ``link`` is the personal survey page; ``language`` is the person's, if known.
    """

    invitation_id: str
    number: int
    survey: Survey
    conversation_number: int
    contact: ContactRecord | None
    link: str
    language: str | None
    sent_at: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vendor's wire, whole.

    ``errors`` maps error classes to this wire's statuses (the nearest base class counts), for the
    documentation and the contract suite; ``encode_error`` turns one into the vendor's form.
    ``survey`` is made ready in every new project, so that the first call works.
    ``describe`` prints a project's credentials for this wire from its keys and survey;
    ``example`` is a copy-and-paste call that works with them.
    ``method`` is the request's effective method, for wires that tunnel one in a header.
    ``check`` refuses a request by its head (mandatory headers, media type) before anything else.
    ``admit`` refuses a caller by what the project has chosen, as soon as the credential is known.
    ``limits`` says which limits a call counts against, most telling first. It is asked as soon as
    the credential is known: before the body is read where the head has one, so that a call which
    cannot be read counts too.
    ``switches`` are this wire's own project settings; `Exchange.switch` reads one.
    ``chat_message`` is how this wire shows a survey in a chat window: it goes along with the event
    that tells a chat platform of a new invitation.
    ``secret_parameters`` are the query parameters, in lower case, that carry credentials: they are
    left out of what is kept of a refused request.
    """

    name: str
    title: str
    routes: tuple[Route, ...]
    errors: Mapping[type[TellbackError], int]
    encode_error: Callable[[Exchange, TellbackError], HttpReply]
    keys: tuple[KeySpec, ...]
    survey: SurveyDefinition | None
    describe: Callable[[Project, Mapping[str, str], Survey | None], Mapping[str, Any]]
    example: Callable[[str, Mapping[str, Any]], str]
    method: Callable[[HttpRequest], str] | None = None
    check: Callable[[HttpRequest], None] | None = None
    admit: Callable[[Exchange], None] | None = None
    limits: Callable[[Exchange], Sequence[Limit]] | None = None
    failed_authentications_per_hour: int = 60
    cors: Cors | None = None
    capabilities: frozenset[str] = frozenset()
    switches: tuple[Switch, ...] = ()
    chat_message: Callable[[ChatSurvey], Mapping[str, Any]] | None = None
    secret_parameters: frozenset[str] = frozenset()


#: What a dialect may say that it can do; the documentation's matrix has one column for each.
CAPABILITIES = frozenset(
    {
        "ask_by_email",
        "ask_in_chat",
        "collect",
        "bulk",
        "continue_response",
        "list_invitations",
        "list_responses",
        "scores",
        "contacts",
        "suppressions",
        "conversations",
        "xml",
        "rate_limit_headers",
        "cors",
    }
)
