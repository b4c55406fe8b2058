"""What an edge asks for: one command is one thing to write.

Write actions take lists of (project, command) pairs and return one outcome per pair.
Not frozen, since ten thousand are made per call and freezing costs three times the making.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tellback.core.conversations import (
    AskInConversation,
    CloseConversation,
    ConversationKey,
    OpenConversation,
    RecordConversation,
    RecordMessage,
)
from tellback.core.errors import Problem
from tellback.core.model import AnswerValue, Channel, ContactKey, SurveyDefinition, Transaction
from tellback.core.properties import PropertyType, PropertyValue
from tellback.core.rejections import RejectionKind
from tellback.core.tickets import Ticket


@dataclass(slots=True)
class RequestInvitation:
    """Ask one person, by e-mail, not before ``send_at`` (ms; None: now).

    ``reference`` is the caller's own name for the ask: the same one twice, for a dialect and
    project, is a duplicate. ``request_id`` joins the invitations of one call. ``types`` are those
    of the ``properties``, by the same names; commands may share one. ``problems`` is what the wire
    found wrong with it: such an ask is refused, but only after everything else about it has been
    checked, so that its caller hears of every problem at once.
    """

    dialect: str
    request_id: str
    address: str
    reference: str
    transaction: Transaction | None = None
    send_at: int | None = None
    properties: Mapping[str, PropertyValue] | None = None
    types: Mapping[str, PropertyType] | None = None
    survey: str | None = None
    language: str | None = None
    channel: Channel = Channel.EMAIL
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class SubmitResponse:
    """One submitted set of answers, whoever collected it.

    Who answers is one of ``contact`` (a new or known person; with ``known_only`` it must be known,
    else `ContactUnknown`), ``invitation_id`` or ``invitation_number`` (the person who was asked),
    or with ``of_conversation`` whose conversation ``about`` is, if it is known. ``also`` are
    further keys of the contact; each is attached unless it leads to somebody already.
    ``conversation`` names the one that the answers are about: it must exist, and be the contact's
    if one is given (`ConversationUnknown`). ``about`` instead records a conversation in the same
    transaction, for wires whose conversations are heard of by their answers. One that is there
    keeps its person; one that the project's owner has told of is not changed at all, and one of
    another wire is unknown (`ConversationUnknown`). ``rating`` is the answer to the survey's rating
    question where a wire knows no question ids; ``comment`` likewise for its comment question.
    ``numbered``: choices are answered by their numbers (`choice_numbers`), for wires that know no
    others. ``as_text``: all answers come as texts, so that ratings are read from theirs.
    ``response_id`` continues that response (``token`` must be the one handed out for it).
    ``own_id`` is the id that the response gets, or has if this is not the first time that it is
    sent: for our own pages, which sign it. A further
    submission about the same conversation and survey replaces the earlier one. ``partial`` adds to
    what was answered before. ``force`` asks to skip the checks for duplicates and targeting, which
    the project must allow. ``same_within`` (ms): the same answers of the same person again within
    it are one submission that was sent twice. It is for wires whose clients repeat a call by
    themselves when no reply comes, as chat clients do for up to a minute; the others leave it at 0.
    ``left_at`` is the question at which its author goes on, who has not sent it off yet: what is
    required may still be missing.
    ``survey_version`` is the version that its author has seen, where that is known;
    otherwise the current one counts. ``problems`` is what the wire found wrong with it: refused
    only after everything else about it has been checked.
    ``said_at`` (ms) is when it came, where that was not now: it is dated then, and replaces nothing
    that is younger (`NotEligible`).
    ``ticket``: the answer of somebody whom a widget was let ask. Each submission with the same
    ticket says all that has been answered so far, and all of them are one response.
    """

    dialect: str
    channel: Channel
    survey: str | None = None
    contact: ContactKey | None = None
    also: tuple[ContactKey, ...] = ()
    known_only: bool = False
    of_conversation: bool = False
    invitation_id: str | None = None
    invitation_number: int | None = None
    conversation: ConversationKey | None = None
    about: RecordConversation | None = None
    response_id: str | None = None
    token: str | None = None
    own_id: str | None = None
    left_at: str | None = None
    answers: list[tuple[str, AnswerValue]] = field(default_factory=list)
    rating: int | None = None
    comment: str | None = None
    numbered: bool = False
    traits: Mapping[str, object] | None = None
    force: bool = False
    dismissed: bool = False
    partial: bool = False
    as_text: bool = False
    language: str | None = None
    referrer: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    same_within: int = 0
    said_at: int | None = None
    survey_version: int | None = None
    problems: tuple[Problem, ...] = ()
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class AskingRule:
    """How the project's rule asks when a conversation closes. What is None stays as it is.

    ``sample``: per cent of the conversations; ``messages``: how many one must have at least.
    """

    sample: int | None = None
    messages: int | None = None


@dataclass(slots=True)
class DefineSurvey:
    """Make the survey of that key say this, in a new version; a new survey where there is none.

    ``keep`` names what stays as it is in a survey that is there, since the wire does not speak of
    it. With a ``rule`` it becomes the survey that is asked when a conversation closes, unless that
    is another one. A ready survey's key is the name of its wire.
    """

    dialect: str
    key: str
    definition: SurveyDefinition
    live: bool = True
    keep: tuple[str, ...] = ()
    rule: AskingRule | None = None


@dataclass(slots=True)
class IdentifyContact:
    """Create a contact or merge traits into it; given keys overwrite, others stay.

    ``next_ask_at`` (ms) moves the earliest moment of the person's next survey. ``also`` are further
    identities that the caller vouches for; each is attached unless it leads to somebody already,
    or, with ``merge``, that somebody and this contact become one person: only for callers who
    speak for the project itself, and `NotEligible`, with nothing written, where both have an
    external id. ``defaults`` are traits that are taken where nothing is known yet.
    With ``known_only`` nobody new is made (`ContactUnknown`). ``numbered`` gives them a number;
    ``shown`` puts all that is known of them into the outcome. ``own_word``: people say this of
    themselves; of somebody whom the project knows by an address or an external id, what is known
    stays as it is, and only what is new is added.
    """

    dialect: str
    contact: ContactKey
    traits: Mapping[str, object] | None = None
    next_ask_at: int | None = None
    also: tuple[ContactKey, ...] = ()
    merge: bool = False
    own_word: bool = False
    defaults: Mapping[str, object] | None = None
    known_only: bool = False
    numbered: bool = False
    shown: bool = False


@dataclass(slots=True)
class ChangeContact:
    """Bring a known contact up to date, by id; otherwise as `IdentifyContact`.

    `ContactUnknown` where there is none, or none any more.
    """

    contact_id: str
    traits: Mapping[str, object] | None = None
    next_ask_at: int | None = None
    also: tuple[ContactKey, ...] = ()
    merge: bool = False


@dataclass(slots=True)
class MergeContacts:
    """Two contacts are one person, as the project itself says. The one who was known first stays.

    `ContactUnknown` where either is not there; `NotEligible` where each has an external id of their
    own, by which the project tells them apart.
    """

    contact_id: str
    other_id: str


@dataclass(slots=True)
class CheckAsk:
    """May this person be shown this survey now? The contact is identified on the way.

    ``also``: who else they may be, as far as the caller knows: what those were asked counts too.
    ``widget``: by a page's widget, where the survey must be published (`NotFound`). ``wanted``: the
    person has asked for it, so that the throttle does not matter, and nobody has asked them.
    """

    dialect: str
    contact: ContactKey
    survey: str | None = None
    traits: Mapping[str, object] | None = None
    force: bool = False
    also: tuple[ContactKey, ...] = ()
    widget: bool = False
    wanted: bool = False


@dataclass(slots=True)
class DismissAsk:
    """The survey that somebody was shown is closed without an answer."""

    dialect: str
    ticket: Ticket


@dataclass(slots=True)
class RecordEvent:
    """Something a contact did, named by the caller."""

    dialect: str
    contact: ContactKey
    event: str


@dataclass(slots=True)
class EraseContact:
    """Forget a person: identities and traits go, responses stay without their author.

    By id or by a key. ``unless_open``: not while they have an open conversation
    (`ConversationOpen`). ``own_word``: whoever has the key asks for it; of somebody whom the
    project knows by an address or an external id, only that key is forgotten.
    """

    contact_id: str | None = None
    contact: ContactKey | None = None
    unless_open: bool = False
    own_word: bool = False


#: Why an address is suppressed, from the weakest reason to the strongest. A stronger reason takes a
#: weaker one's place: the list that the project's owner keeps stands over a server's word, so that
#: who is put there is also found there; a person's own word stands over the owner's list, so that
#: no list takes it back; and a complaint stands over all.
BOUNCED, LISTED, UNSUBSCRIBED, COMPLAINED = "bounced", "listed", "unsubscribed", "complained"


@dataclass(slots=True)
class Suppress:
    """Never mail this address again. ``must_be_known`` refuses addresses that we never mailed."""

    address: str
    reason: str
    must_be_known: bool = False


@dataclass(slots=True)
class ReplaceSuppressions:
    """Make the owner's list exactly this one: only what such a list put there is taken off.

    Who unsubscribed by their own hand, bounced or complained stays, whether on the list or not.
    """

    addresses: list[str]


@dataclass(slots=True)
class RecordSignal:
    """An open, a click or a look at a page that an invitation's links led to.

    ``link`` tells the links of a mail apart; ``answer_links`` is how many of them are answers.
    ``scanner`` names why this request by itself is a machine's, or is None.
    """

    invitation_id: str
    kind: str
    link: str | None = None
    answer_links: int = 0
    user_agent: str | None = None
    ip: str | None = None
    scanner: str | None = None


@dataclass(slots=True)
class RecordRejection:
    """Input that we refused: what, why, by which wire, with its body for the owner to see.

    With ``query`` and ``headers`` it is all that it takes to do the request again, and holds no
    credential. ``item``: it was one of a batch, and ``body`` is that item alone. ``unread``: it was
    refused before its body was read to the end, so that ``body`` is empty whatever came.
    """

    dialect: str
    operation: str
    method: str
    path: str
    status: int
    reason: str
    body: bytes
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: RejectionKind = RejectionKind.REFUSED
    item: bool = False
    unread: bool = False


Command = (
    RequestInvitation
    | SubmitResponse
    | DefineSurvey
    | IdentifyContact
    | ChangeContact
    | MergeContacts
    | CheckAsk
    | DismissAsk
    | RecordEvent
    | EraseContact
    | Suppress
    | ReplaceSuppressions
    | RecordSignal
    | RecordRejection
    | RecordConversation
    | OpenConversation
    | CloseConversation
    | RecordMessage
    | AskInConversation
)
