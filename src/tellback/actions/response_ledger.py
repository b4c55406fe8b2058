"""What a batch of submitted answers must know, looked up once, and what it leaves to be stored.

Everything changes in memory and is stored at the end, so that a later answer of the batch sees the
earlier ones.
"""

from collections.abc import Sequence
from typing import Any

from tellback.actions.conversation_book import ConversationBook
from tellback.actions.people import People
from tellback.core.answers import Answers
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import ConversationKey
from tellback.core.model import ContactKey, Identity
from tellback.store.answered import (
    Answerable,
    find_answerable,
    find_numbered,
    mark_responded,
)
from tellback.store.contacts import Known
from tellback.store.database import Transaction
from tellback.store.responses import (
    ResponseRow,
    Revision,
    find_responses,
    insert_responses,
    insert_revisions,
    last_answers,
    update_responses,
)

_About = tuple[str, str, str]


class ResponseLedger:
    """The people, invitations and responses that answers to one project are about."""

    def __init__(
        self, tx: Transaction, project_id: str, commands: Sequence[SubmitResponse]
    ) -> None:
        self._tx, self._project_id = tx, project_id
        numbers = {c.invitation_number for c in commands if c.invitation_number is not None}
        self.numbered = find_numbered(tx.connection, project_id, numbers) if numbers else {}
        self.asked = self._find_asked(commands)
        self.conversations = ConversationBook(tx, project_id, _conversations(commands))
        self._rows = self._find_rows(commands)
        self.people = self._find_people(commands)
        known = self.people.stored_ids
        self._answered = last_answers(tx.connection, project_id, known) if known else {}
        self._recent: dict[tuple[str, str], list[ResponseRow]] = {}
        for row in self._find_recent(commands):
            self._note_recent(row)
        self._new: list[ResponseRow] = []
        self._changed: dict[str, ResponseRow] = {}
        self._revisions: list[Revision] = []
        self._responded: list[tuple[Answerable, str | None]] = []

    def by_id(self, response_id: str) -> ResponseRow | None:
        """A stored response."""
        return self._rows.get(("id", response_id, ""))

    def of_invitation(self, invitation_id: str) -> ResponseRow | None:
        """The answer that an invitation has got."""
        return self._rows.get(("invitation_id", invitation_id, ""))

    def of_conversation(
        self, conversation_id: str | None, survey_id: str, contact_id: str | None
    ) -> ResponseRow | None:
        """What somebody has answered to a survey about a conversation; None is who has no name."""
        about = f"{survey_id} {contact_id}"
        return self._rows.get(("conversation_id", conversation_id or "", about))

    def answered_at(self, person: Known | None, survey_id: str) -> int | None:
        """When somebody last answered a survey, in ms."""
        return self._answered.get((person.id, survey_id)) if person else None

    def same(
        self,
        person: Known,
        survey_id: str,
        said: tuple[Answers, object, object],
        at: int,
        within: int,
    ) -> ResponseRow | None:
        """A response of that person ``within`` so many ms of ``at`` that says exactly the same.

        ``said`` are its answers, its traits and where it came from.
        """
        for row in self._recent.get((person.id, survey_id), ()):
            is_near = abs(row.created_at - at) < within
            if is_near and (row.answers, row.traits, row.referrer) == said:
                return row
        return None

    def add(self, row: ResponseRow) -> None:
        """Remember a new response."""
        self._new.append(row)
        self._index(row)
        if row.invitation_id is not None:
            asked = self.asked[row.invitation_id]
            known = asked.contact_id is not None
            self._responded.append((asked, None if known else row.contact_id))
        if row.contact_id is not None:
            self._note_recent(row)
            if row.counts_as_answer:
                about = (row.contact_id, row.survey_id)
                self._answered[about] = max(self._answered.get(about, 0), row.created_at)

    def change(self, row: ResponseRow) -> None:
        """Remember that a response says something else now."""
        self._changed[row.id] = row
        if row.contact_id is not None and row.counts_as_answer:
            self._answered.setdefault((row.contact_id, row.survey_id), row.created_at)

    def keep_history(self, row: ResponseRow) -> None:
        """Keep what a response says, before it is changed."""
        revision = Revision(
            response_id=row.id,
            revision=row.revision,
            survey_version=row.survey_version,
            answers=row.answers,
            rating=row.rating,
            comment=row.comment,
            recorded_at=row.updated_at,
            replaced_at=self._tx.now,
        )
        self._revisions.append(revision)
        row.revision += 1

    def store(self) -> None:
        """Write everything down."""
        connection = self._tx.connection
        self.people.store()
        self.conversations.store()
        insert_responses(connection, self._project_id, self._new)
        update_responses(connection, self._project_id, self._older())
        insert_revisions(connection, self._project_id, self._revisions)
        mark_responded(connection, self._project_id, self._responded, self._tx.now)

    def created_and_updated(self) -> tuple[list[str], list[str]]:
        """The ids of the responses that are new, and of those that say something else now."""
        return [row.id for row in self._new], [row.id for row in self._older()]

    def _note_recent(self, row: ResponseRow) -> None:
        if row.contact_id is not None:
            self._recent.setdefault((row.contact_id, row.survey_id), []).append(row)

    def _older(self) -> list[ResponseRow]:
        """What has changed and was stored before."""
        new = {row.id for row in self._new}
        return [row for row in self._changed.values() if row.id not in new]

    def _index(self, row: ResponseRow) -> None:
        self._rows["id", row.id, ""] = row
        if row.invitation_id is not None:
            self._rows["invitation_id", row.invitation_id, ""] = row
        if row.conversation_id is not None:
            about = f"{row.survey_id} {row.contact_id}"
            self._rows["conversation_id", row.conversation_id, about] = row

    def _find_asked(self, commands: Sequence[SubmitResponse]) -> dict[str, Answerable]:
        wanted = {c.invitation_id for c in commands if c.invitation_id is not None}
        named = find_answerable(self._tx.connection, self._project_id, wanted) if wanted else {}
        return {one.id: one for one in self.numbered.values()} | named

    def _find_rows(self, commands: Sequence[SubmitResponse]) -> dict[_About, ResponseRow]:
        """Responses that commands go on with, by what they name them by."""
        wanted: dict[str, set[str]] = {
            "id": {id_ for c in commands if (id_ := _continued(c)) is not None},
            "invitation_id": set(self.asked),
            "conversation_id": self.conversations.ids,
        }
        self._rows = {}
        for column, values in wanted.items():
            if not values:
                continue
            for row in find_responses(self._tx.connection, self._project_id, column, values):
                # One object per response, by whichever way it is found.
                if self.by_id(row.id) is None:
                    self._index(row)
        return self._rows

    def _find_people(self, commands: Sequence[SubmitResponse]) -> People:
        keys = {c.contact for c in commands if c.contact is not None}
        keys |= {key for c in commands for key in c.also}
        for about in (c.about for c in commands if c.about is not None):
            keys |= {about.contact} if about.contact else set()
        keys |= {
            ContactKey(Identity.EMAIL, asked.address)
            for asked in self.asked.values()
            if asked.contact_id is None and asked.address is not None
        }
        ids: set[Any] = {asked.contact_id for asked in self.asked.values()}
        ids |= {row.contact_id for row in self._rows.values()}
        ids |= {c.ticket.contact_id for c in commands if c.ticket is not None}
        ids |= self.conversations.contact_ids
        return People(self._tx, self._project_id, keys, ids - {None})

    def _find_recent(self, commands: Sequence[SubmitResponse]) -> list[ResponseRow]:
        window = max((c.same_within for c in commands), default=0)
        ids = self.people.stored_ids
        if not window or not ids:
            return []
        since = min((c.said_at for c in commands if c.said_at), default=self._tx.now) - window
        return find_responses(self._tx.connection, self._project_id, "contact_id", ids, since)


def _continued(command: SubmitResponse) -> str | None:
    """The id of the response that a command goes on with, if it is there."""
    promised = command.ticket.response_id if command.ticket else None
    return command.response_id or command.own_id or promised


def _conversations(commands: Sequence[SubmitResponse]) -> set[ConversationKey]:
    """The conversations that commands are about, as they name them."""
    about = {ConversationKey(reference=c.about.reference) for c in commands if c.about is not None}
    return about | {c.conversation for c in commands if c.conversation is not None}
