"""Taking what visitors answer, and that they close a survey without an answer."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from tellback.actions.dismiss_asks import dismiss_asks
from tellback.actions.submit_responses import submit_responses
from tellback.core.commands import DismissAsk, SubmitResponse
from tellback.core.errors import Fault, Invalid, Problem
from tellback.core.model import Channel, Project
from tellback.core.outcomes import ResponseStored
from tellback.core.tickets import Ticket, read_ticket
from tellback.dialects.native import WIDGET
from tellback.store.database import Database

_Ticket = Annotated[str, Meta(max_length=200)]


class Answer(Struct):
    """All that has been answered so far. ``done``: nothing more will come.

    ``ago`` (ms): for how long it has been on its way, where the connection was lost. ``page`` is
    where it was answered.
    """

    ticket: _Ticket
    answers: Annotated[dict[str, str | int | float | list[str]], Meta(min_length=1)]
    done: bool = False
    ago: Annotated[int, Meta(ge=0, le=2**53)] = 0
    page: Annotated[str, Meta(max_length=2_000)] | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None


class Dismissal(Struct):
    """The survey of a ticket was closed."""

    ticket: _Ticket


async def answer(
    database: Database, project: Project, given: Answer, *, agent: str | None, ip: str
) -> dict[str, Any]:
    """Store an answer; the same again changes nothing."""
    ticket = _read(project, given.ticket)
    submission = SubmitResponse(
        dialect=WIDGET,
        channel=Channel.IN_APP,
        ticket=ticket,
        answers=list(given.answers.items()),
        partial=not given.done,
        language=given.language,
        referrer=given.page,
        user_agent=agent,
        ip=ip,
        said_at=_said_at(ticket, given, database.clock()),
    )
    stored: ResponseStored = await database.write_one(submit_responses, (project, submission))
    return {"response": stored.id, "completed": stored.completed}


async def dismiss(database: Database, project: Project, given: Dismissal) -> dict[str, Any]:
    """Store that a survey was closed."""
    ticket = _read(project, given.ticket)
    await database.write_one(dismiss_asks, (project, DismissAsk(WIDGET, ticket)))
    return {"dismissed": True}


def _said_at(ticket: Ticket, given: Answer, now: int) -> int | None:
    """When it was said, where that was not now: not before it was asked."""
    return max(now - given.ago, ticket.issued_at) if given.ago else None


def _read(project: Project, text: str) -> Ticket:
    ticket = read_ticket(project.secret, project.id, text)
    if ticket is None:
        raise Invalid(Problem(Fault.VALUE, "is no ticket of this project", "ticket"))
    return ticket
