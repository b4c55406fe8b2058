"""An invitation's life as a list of moments."""

from collections.abc import Iterator
from dataclasses import dataclass

from tellback.core.model import SurveyDefinition
from tellback.core.scanners import Kind, Scanner
from tellback.core.webhooks import EventState
from tellback.store.invitation_feed import Story
from tellback.web.dashboard.readings import read_rating
from tellback.web.dashboard.wording import SCANNERS, VISITS

#: The moments that a row keeps, in the order in which they happen.
_MILESTONES = (
    ("claimed_at", "Picked by a sender"),
    ("sent_at", "Sent"),
    ("delivered_at", "Delivered"),
    ("bounced_at", "Came back"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment. ``kind`` is milestone, visit, machine, answer or plan (still to come)."""

    at: int
    title: str
    kind: str
    note: str = ""
    detail: str = ""


def timeline(story: Story, definition: SurveyDefinition | None) -> list[Moment]:
    """All that is known of an invitation, oldest first."""
    moments = [*_milestones(story), *_visits(story), *_answers(story, definition), *_told(story)]
    return sorted(moments, key=lambda moment: moment.at)


def _milestones(story: Story) -> Iterator[Moment]:
    row = story.invitation
    yield Moment(row.created_at, "Requested", "milestone")
    if row.due_at > row.created_at or row.sent_at is None:
        yield Moment(row.due_at, "Due", "plan", "not to be sent before this moment")
    for column, title in _MILESTONES:
        at = getattr(row, column)
        if at is not None:
            yield Moment(at, title, "milestone")


def _told(story: Story) -> Iterator[Moment]:
    """What came of telling the project's webhook."""
    for row in story.events:
        said = " ".join(str(part) for part in (row.status, row.error) if part)
        if row.state == EventState.DELIVERED:
            yield Moment(row.settled_at, "Told by webhook", "milestone")
        elif row.state == EventState.FAILED:
            yield Moment(row.settled_at, "Could not be told by webhook", "milestone", said)
        elif row.state == EventState.UNHEARD:
            yield Moment(row.settled_at, "Told to nobody", "milestone", said)
        else:
            note = f"after {row.attempts} attempts: {said}" if said else ""
            yield Moment(row.due_at, "To be told by webhook", "plan", note)


def _visits(story: Story) -> Iterator[Moment]:
    for row in story.signals:
        title = VISITS[Kind(row.kind)] if row.kind in list(Kind) else row.kind
        detail = " · ".join(part for part in (row.ip, row.user_agent) if part)
        if row.scanner is None:
            yield Moment(row.created_at, title, "visit", "", detail)
        else:
            known = row.scanner in list(Scanner)
            why = SCANNERS[Scanner(row.scanner)] if known else row.scanner
            yield Moment(row.created_at, title, "machine", f"likely a machine: {why}", detail)


def _answers(story: Story, definition: SurveyDefinition | None) -> Iterator[Moment]:
    response = story.response
    if response is None:
        return
    for row in story.revisions:
        rating = read_rating(response.metric, row.rating, definition)
        said = rating.spoken if rating else ""
        yield Moment(row.recorded_at, "Answered", "answer", said, row.comment or "")
    rating = read_rating(response.metric, response.rating, definition)
    title = "Changed the answer" if story.revisions else "Answered"
    at = response.updated_at if story.revisions else response.created_at
    yield Moment(at, title, "answer", rating.spoken if rating else "", response.comment or "")
