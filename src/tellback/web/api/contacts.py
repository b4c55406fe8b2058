"""Contacts: the people, with everything that all wires know of them."""

from typing import Any

from msgspec import Struct

from tellback.actions.change_contacts import change_contacts, merge_contacts
from tellback.actions.erase_contacts import erase_contacts
from tellback.actions.identify_contacts import identify_contacts
from tellback.core.commands import ChangeContact, EraseContact, IdentifyContact, MergeContacts
from tellback.core.errors import ContactUnknown, NotEligible, NotFound
from tellback.core.identifiers import is_id
from tellback.core.outcomes import ContactIdentified
from tellback.dialects.contract import MEGABYTE
from tellback.dialects.native import NAME, Scope
from tellback.store.contact_pages import list_contact_rows
from tellback.store.contact_story import ContactStory, read_contact_story
from tellback.web.api.batches import BatchResult, ItemResult, batch
from tellback.web.api.conversations import ConversationView
from tellback.web.api.conversations import view as conversation_view
from tellback.web.api.cursors import read_cursor, write_cursor
from tellback.web.api.identities import Identities, Traits, keys_of, merging_keys
from tellback.web.api.operations import Call, Operation, Reply, Write, as_json, only
from tellback.web.api.shapes import Cursor, Id, Items, Moment, Size, moment
from tellback.web.api.views import (
    ContactView,
    InvitationView,
    ResponseView,
    contact_view,
    invitation_views,
    response_views,
)

MOST = 1_000


class ContactItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """News of a person. ``merge``: whoever the identities lead to are one person."""

    identities: Identities
    traits: Traits | None = None
    merge: bool = False
    next_ask_at: Moment | None = None


class ContactChange(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """News of a known person; the identities are further ones."""

    identities: Identities | None = None
    traits: Traits | None = None
    merge: bool = False
    next_ask_at: Moment | None = None


class Merging(Struct, forbid_unknown_fields=True):
    """Who is the same person."""

    other: Id


class Changed(Struct):
    """Which contact it is now: where two became one, the one who was known first."""

    id: str


class IdentityView(Struct):
    """One thing by which a person is known."""

    kind: str
    value: str


class ContactStoryView(ContactView):
    """A person with everything of all wires, newest first and 500 of each kind at most."""

    all_identities: list[IdentityView]
    invitations: list[InvitationView]
    responses: list[ResponseView]
    conversations: list[ConversationView]


class ContactPage(Struct):
    """A page of contacts, newest first. Without ``next`` it is the last."""

    items: list[ContactView]
    next: str | None


class Paging(Struct, forbid_unknown_fields=True):
    """Where to go on in a list, and how far."""

    after: Cursor | None = None
    size: Size = 100


async def identify(call: Call) -> Write:
    """Create people or bring them up to date."""
    return await batch(call, identify_contacts, _identification, _identified)


async def list_(call: Call) -> Reply:
    """A page of contacts."""
    query: Paging = call.query
    page = await call.database.read(
        list_contact_rows, call.project, read_cursor(query.after), query.size
    )
    items = [contact_view(one) for one in page.contacts]
    return as_json(ContactPage(items, write_cursor(page.older)))


async def get(call: Call) -> Reply:
    """One person, whole."""
    story = await call.database.read(read_contact_story, call.project, call.params["contact"])
    return as_json(story_view(story))


def story_view(story: ContactStory) -> ContactStoryView:
    """A person as they look outside, whole."""
    seen = contact_view(story.contact)
    return ContactStoryView(
        **{name: getattr(seen, name) for name in seen.__struct_fields__},
        all_identities=[IdentityView(key.kind, key.value) for key in story.identities],
        invitations=invitation_views(story.invitations, story.surveys),
        responses=response_views(story.responses, story.surveys),
        conversations=[conversation_view(one) for one in story.conversations],
    )


async def change(call: Call) -> Write:
    """Bring a person up to date."""
    body: ContactChange = call.body
    read = merging_keys if body.merge else keys_of
    command = ChangeContact(
        call.params["contact"],
        traits=body.traits,
        next_ask_at=moment(body.next_ask_at, "#/next_ask_at"),
        also=tuple(read(body.identities, "#/identities")) if body.identities else (),
        merge=body.merge,
    )
    return Write(change_contacts, [(call.project, command)], _changed)


async def merge(call: Call) -> Write:
    """Two contacts are one person."""
    command = MergeContacts(call.params["contact"], call.body.other)
    return Write(merge_contacts, [(call.project, command)], _changed)


async def erase(call: Call) -> Write:
    """Forget a person."""
    contact_id = call.params["contact"]
    if not is_id(contact_id):
        raise ContactUnknown

    def reply(outcomes: list[Any]) -> Reply:
        only(outcomes)
        return Reply(204, content_type=None)

    return Write(erase_contacts, [(call.project, EraseContact(contact_id))], reply)


def _identification(_call: Call, item: ContactItem, _place: int) -> IdentifyContact:
    read = merging_keys if item.merge else keys_of
    first, *others = read(item.identities, "#/identities")
    return IdentifyContact(
        NAME,
        first,
        traits=item.traits,
        next_ask_at=moment(item.next_ask_at, "#/next_ask_at"),
        also=tuple(others),
        merge=item.merge,
    )


def _identified(outcome: ContactIdentified) -> ItemResult:
    return ItemResult(201 if outcome.created else 200, outcome.id)


def _changed(outcomes: list[Any]) -> Reply:
    return as_json(Changed(only(outcomes).id))


OPERATIONS = (
    Operation(
        "GET",
        "/contacts",
        "list_contacts",
        "Contacts",
        "A page of contacts, newest first",
        Scope.READ,
        list_,
        query=Paging,
        reply=ContactPage,
    ),
    Operation(
        "POST",
        "/contacts",
        "identify_contacts",
        "Contacts",
        "Create contacts, or bring them up to date, by their identities",
        Scope.INGEST,
        identify,
        body=Items,
        item=ContactItem,
        most_items=MOST,
        reply=BatchResult,
        max_body=8 * MEGABYTE,
    ),
    Operation(
        "GET",
        "/contacts/{contact}",
        "get_contact",
        "Contacts",
        "One person, with every invitation, response and conversation of all wires",
        Scope.READ,
        get,
        reply=ContactStoryView,
        refusals=(NotFound,),
    ),
    Operation(
        "PATCH",
        "/contacts/{contact}",
        "change_contact",
        "Contacts",
        "Bring a person up to date",
        Scope.INGEST,
        change,
        body=ContactChange,
        reply=Changed,
        refusals=(NotFound, NotEligible),
    ),
    Operation(
        "DELETE",
        "/contacts/{contact}",
        "erase_contact",
        "Contacts",
        "Forget a person: identities and traits go, responses stay without their author",
        Scope.MANAGE,
        erase,
        status=204,
        refusals=(NotFound,),
    ),
    Operation(
        "POST",
        "/contacts/{contact}/merge",
        "merge_contacts",
        "Contacts",
        "Let two contacts be one person, the one who was known first",
        Scope.MANAGE,
        merge,
        body=Merging,
        reply=Changed,
        refusals=(NotFound, NotEligible),
    ),
)
