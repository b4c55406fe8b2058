"""Submitting answers in a workroom, in the words of the tests about it."""

from typing import Any

from tellback.actions.request_invitations import request_invitations
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import RequestInvitation, SubmitResponse
from tellback.core.model import Channel, ContactKey, Identity, Project
from tellback.core.outcomes import InvitationRequested
from tellback.store.tables import invitations
from tests.actions.workroom import WIRE, Workroom

ALICE = ContactKey(Identity.EXTERNAL, "alice")
BOB = ContactKey(Identity.EXTERNAL, "bob")
VISITOR = ContactKey(Identity.ANONYMOUS, "visitor-1")


def said(contact: ContactKey | None = ALICE, **what: Any) -> SubmitResponse:
    """A submission; of a rating, where nothing else is said."""
    if not what.keys() & {"rating", "answers", "comment", "dismissed"}:
        what["rating"] = 10
    return SubmitResponse(WIRE, Channel.IN_APP, contact=contact, **what)


def submit(room: Workroom, *commands: SubmitResponse, project: Project | None = None) -> Any:
    jobs = [(project or room.shop, command) for command in commands]
    return room.run(submit_responses, *jobs)


def invite(room: Workroom, address: str = "alice@example.org", state: str = "sent") -> str:
    """An invitation that has come as far as a state."""
    command = RequestInvitation(WIRE, "0" * 32, address, f"ref-{room.counts()['invitations']}")
    requested = room.run(request_invitations, (room.shop, command))
    assert isinstance(requested, InvitationRequested)
    room.change(invitations, {"id": requested.id}, state=state, sent_at=room.now)
    return requested.id


def click(invitation_id: str, **what: Any) -> SubmitResponse:
    what.setdefault("partial", True)
    return SubmitResponse(WIRE, Channel.EMAIL, invitation_id=invitation_id, **what)
