"""Users: telling who they are and what they did, listing them, forgetting them."""

from collections.abc import Sequence

from tellback.core.addresses import normalise_address
from tellback.core.commands import EraseContact, IdentifyContact, RecordEvent
from tellback.core.errors import Fault, Invalid, NotFound
from tellback.core.identifiers import is_id
from tellback.core.model import ContactKey, Identity
from tellback.core.outcomes import ContactIdentified, Done
from tellback.core.queries import ListContacts
from tellback.core.records import ContactPage
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.parsing import write_json
from tellback.dialects.satismeter.dates import read_date
from tellback.dialects.satismeter.exports import project_of, read_page, refuse_rest
from tellback.dialects.satismeter.fields import Fields
from tellback.dialects.satismeter.keys import read_key, write_key
from tellback.dialects.satismeter.records import encode_user
from tellback.dialects.satismeter.submissions import NAME

_MAX_ADDRESS = 254


def decode_user(request: HttpRequest) -> Call:
    """``POST /api/users``: who somebody is, or, of type ``track``, what somebody did."""
    fields = Fields(request)
    kind = request.first("type") or fields.text("type") or "identify"
    contact = fields.person()
    command: IdentifyContact | RecordEvent | None = None
    if kind == "track":
        event = _event(fields)
        command = RecordEvent(NAME, contact, event) if contact else None
    elif kind == "identify":
        at = _survey_date(fields)
        traits = fields.object("traits")
        also = _vouched(request, traits)
        command = IdentifyContact(NAME, contact, traits, at, also) if contact else None
    else:
        fields.wrong(Fault.VALUE, "must be identify or track", "type")
    return Call(
        commands=[command] if command else [],
        credential=write_key(fields.get("writeKey")),
        refusal=Invalid(*fields.problems) if fields.problems else None,
        project=fields.id("project"),
    )


def encode_user_stored(
    _exchange: Exchange, outcomes: Sequence[ContactIdentified | Done]
) -> HttpReply:
    """200 for a user, 204 for an event."""
    stored = outcomes[0]
    if isinstance(stored, Done):
        return HttpReply(204, content_type=None)
    return HttpReply(200, write_json({"id": stored.id}))


def decode_list(request: HttpRequest) -> Call:
    """``GET /api/users``."""
    size, page = read_page(request)
    user = request.first("userId") or None
    return Call(query=ListContacts(user, size, page), project=project_of(request))


def encode_list(exchange: Exchange, page: ContactPage) -> HttpReply:
    """All of them, or the one that was asked for, in the same envelope."""
    refuse_rest(exchange.request, more=page.more)
    project = exchange.project.id if exchange.project else ""
    return HttpReply(200, write_json({"users": [encode_user(project, c) for c in page.items]}))


def decode_deletion(request: HttpRequest) -> Call:
    """``DELETE /api/users/{id}``, by the id that the list of users gives."""
    user = request.params["id"]
    refusal = None if is_id(user) else NotFound("There is no such user.")
    return Call(commands=[EraseContact(user)], refusal=refusal)


def encode_deletion(_exchange: Exchange, _outcomes: Sequence[Done]) -> HttpReply:
    """204; the responses stay without their author."""
    return HttpReply(204, content_type=None)


def _event(fields: Fields) -> str:
    event = fields.text("event")
    if not event or not event.strip():
        fields.wrong(Fault.MISSING, "is required", "event")
    elif event.startswith("$"):
        fields.wrong(Fault.VALUE, "must not begin with $", "event")
    return event or ""


def _survey_date(fields: Fields) -> int | None:
    text = fields.text("surveyDate")
    if text is None:
        return None
    at = read_date(text)
    if at is None:
        fields.wrong(Fault.FORMAT, "must be a date in ISO 8601", "surveyDate")
    return at


def _vouched(request: HttpRequest, traits: dict[str, object] | None) -> tuple[ContactKey, ...]:
    """The address, where a server that knows the secret says whose it is.

    With the write key, which every visitor can read, an address is only a trait.
    """
    if read_key(request) is None or not traits:
        return ()
    address = normalise_address(traits.get("email"), _MAX_ADDRESS)
    return (ContactKey(Identity.EMAIL, address),) if address else ()
