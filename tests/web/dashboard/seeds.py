"""A project as it looks after some weeks, written straight into the tables.

The same seed number gives the same data, so that a page can be looked at and counted by hand.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.commands import RecordRejection
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.invitation import State
from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.rejected_inputs import insert_rejections
from tellback.store.rows import insert_rows, to_json
from tellback.store.surveys import insert_survey, next_number
from tellback.store.tables import (
    contacts,
    invitation_requests,
    invitations,
    response_revisions,
    responses,
    signals,
)

_NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Seacole", "Ibn Sina", "李清照")
_COMMENTS = (
    "The parcel came a day early and everything was well packed. Thank you!",
    "Delivery took far too long, and nobody answered my mails.",
    "Good value. The size guide could be clearer for shoes, though.",
    "Super schnelle Lieferung, gerne wieder.",
    "خدمة ممتازة، شكرا لكم",
    "ok",
    "I called twice because the tracking link led nowhere. The second person I spoke to was lovely "
    "and solved it within a minute, which is why this is not a worse rating. Please mend the link.",
    "<script>alert(1)</script> & other things that people type",
)
_STATES = (
    [State.RESPONDED] * 30
    + [State.OPENED] * 22
    + [State.SENT] * 24
    + [State.CLICKED] * 5
    + [State.THROTTLED] * 7
    + [State.QUEUED] * 4
    + [State.BOUNCED] * 3
    + [State.SUPPRESSED, State.EXPIRED, State.FAILED, State.UNKNOWN, State.COMPLAINED]
)
_SEEN = frozenset({State.OPENED, State.CLICKED, State.RESPONDED})
_GONE = _SEEN | {State.SENT, State.BOUNCED, State.COMPLAINED, State.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Seed:
    """What to write: for which project, how many invitations and in-app answers, until when."""

    project: Project
    invitations: int = 400
    answers: int = 150
    rejections: int = 30
    number: int = 1


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written: ids, oldest first."""

    invitations: Sequence[str]
    responses: Sequence[str]
    contacts: Sequence[str]


def sow(tx: Transaction, seeds: Sequence[Seed]) -> list[Seeded]:
    """An action for `Database.write`: write each seed."""
    return [_Field(tx, seed).sow() for seed in seeds]


def survey(kind: SurveyType, low: int, high: int) -> SurveyDefinition:
    """A survey with one rating question and a comment."""
    choices = (Choice("positive", {"en": "Great"}), Choice("negative", {"en": "Not great"}))
    binary = kind is SurveyType.BINARY
    rated = Question(
        id="rating",
        type=QuestionType.BINARY if binary else QuestionType.SCALE,
        text={"en": "How was it?"},
        minimum=low,
        maximum=high,
        choices=choices if binary else (),
        metric=kind.value,
    )
    comment = Question(id="comment", type=QuestionType.LONG_TEXT, text={"en": "Why?"})
    return SurveyDefinition(f"After delivery ({kind.value})", kind, (rated, comment))


class _Field:
    def __init__(self, tx: Transaction, seed: Seed) -> None:
        self.tx, self.seed, self.project_id = tx, seed, seed.project.id
        self.random = random.Random(seed.number)
        self.invited: list[tuple[object, ...]] = []
        self.answered: list[tuple[object, ...]] = []
        self.visits: list[tuple[object, ...]] = []
        self.revised: list[tuple[object, ...]] = []

    def sow(self) -> Seeded:
        scales = {"binary": (0, 1), "nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
        self.surveys = {kind: self._survey(kind, *scale) for kind, scale in scales.items()}
        self.people = self._people()
        for place in range(self.seed.invitations):
            self._invite(place)
        for place in range(self.seed.answers):
            self._answer_in_app(place)
        self._store()
        self._reject()
        return Seeded(
            [str(row[1]) for row in self.invited],
            [str(row[1]) for row in self.answered],
            [str(person) for person in self.people],
        )

    def _survey(self, kind: str, low: int, high: int) -> str:
        number = next_number(self.tx.connection, self.project_id)
        id_ = new_ids(1)[0]
        made = Survey(
            self.project_id,
            id_,
            f"seeded-{kind}",
            number,
            1,
            True,
            None,
            survey(SurveyType(kind), low, high),
        )
        insert_survey(self.tx.connection, made, self.tx.now)
        return id_

    def _people(self) -> list[str]:
        ids = new_ids(len(_NAMES))
        columns = (
            "project_id",
            "id",
            "name",
            "email",
            "properties",
            "created_at",
            "updated_at",
            "last_seen_at",
        )
        now = self.tx.now
        rows = [
            (self.project_id, id_, name, f"person{place}@example.com", "{}", now, now, now)
            for place, (id_, name) in enumerate(zip(ids, _NAMES, strict=True))
        ]
        insert_rows(self.tx.connection, contacts, columns, rows)
        return ids

    def _invite(self, place: int) -> None:
        chance = self.random
        state = chance.choice(_STATES)
        at = self.tx.now - chance.randrange(60 * DAY) - 2 * DAY
        if state is State.QUEUED:
            at = self.tx.now - chance.randrange(HOUR)
        sent = at + 2 * MINUTE if state in _GONE else None
        opened = at + 3 * HOUR if state in _SEEN else None
        clicked = at + 3 * HOUR + MINUTE if state in _SEEN - {State.OPENED} else None
        answered = at + 3 * HOUR + 2 * MINUTE if state is State.RESPONDED else None
        id_ = new_ids(1)[0]
        reason = {State.THROTTLED: "2 of 2 asks in 7 days", State.BOUNCED: "550 no such user"}
        self.invited.append(
            (
                self.project_id,
                id_,
                "boolean",
                id_,
                self.surveys["binary"],
                self.people[place % len(self.people)],
                "email",
                f"somebody.{place}@example.com",
                "en",
                f"order-{1000 + place}",
                True,
                at - DAY,
                19.9 + place,
                "EUR",
                to_json({"city": "Köln", "sizes": [38, 39]}),
                state.value,
                reason.get(state),
                at,
                at + MINUTE if state is not State.QUEUED else self.tx.now + DAY,
                1 if sent else 0,
                f"<{id_}@example.com>" if sent else None,
                at + MINUTE if sent else None,
                sent,
                opened,
                clicked,
                sent if state is State.BOUNCED else None,
                answered,
            )
        )
        if sent:
            self._visit(id_, sent + 500, opened, clicked)
        if answered:
            self._answer(place, "binary", id_, answered)

    def _visit(self, id_: str, sent: int, opened: int | None, clicked: int | None) -> None:
        if self.random.random() < 0.2:
            for kind in ("open", "click", "click"):
                self.visits.append(self._signal(id_, kind, "all_links", sent))
        if opened:
            self.visits.append(self._signal(id_, "open", None, opened))
        if clicked:
            self.visits.append(self._signal(id_, "click", None, clicked))

    def _signal(self, id_: str, kind: str, scanner: str | None, at: int) -> tuple[object, ...]:
        agent = "Mozilla/5.0 (compatible; MailGuard/2.1)" if scanner else "Mozilla/5.0 (Macintosh)"
        return (self.project_id, new_ids(1)[0], id_, kind, scanner, agent, "192.0.2.0", at)

    def _answer_in_app(self, place: int) -> None:
        kind = ("nps", "nps", "csat", "ces")[place % 4]
        at = self.tx.now - self.random.randrange(45 * DAY) - MINUTE
        self._answer(place, kind, None, at)

    def _answer(self, place: int, kind: str, invitation_id: str | None, at: int) -> None:
        chance, id_ = self.random, new_ids(1)[0]
        ratings: dict[str, Sequence[int]] = {
            "binary": (1, 1, 1, 1, -1),
            "nps": (10, 9, 9, 8, 7, 6, 3, 10, 0),
            "csat": (5, 5, 4, 3, 1),
            "ces": (7, 6, 6, 5, 2),
        }
        comment = chance.choice(_COMMENTS) if chance.random() < 0.5 else None
        rating = chance.choice(ratings[kind])
        changed = invitation_id is not None and chance.random() < 0.1
        self.answered.append(
            (
                self.project_id,
                id_,
                "boolean" if invitation_id else "satismeter",
                "email" if invitation_id else "in_app",
                self.surveys[kind],
                1,
                self.people[place % len(self.people)] if place % 5 else None,
                invitation_id,
                to_json(_answers(kind, rating, comment)),
                kind,
                rating,
                comment,
                True,
                False,
                1 if changed else 0,
                at,
                at + HOUR if changed else at,
            )
        )
        if changed:
            said = "At first I thought so."
            row = (self.project_id, id_, 0, 1, "[]", -rating, said, at, at + HOUR)
            self.revised.append(row)

    def _store(self) -> None:
        connection = self.tx.connection
        self.invited.sort(key=lambda row: str(row[17]))
        insert_rows(connection, invitations, _INVITED, self.invited)
        insert_rows(connection, responses, _ANSWERED, self.answered)
        columns = ("project_id", "id", "invitation_id", "kind", "scanner")
        columns = (*columns, "user_agent", "ip", "created_at")
        insert_rows(connection, signals, columns, self.visits)
        insert_rows(connection, response_revisions, _REVISED, self.revised)
        request = ("project_id", "id", "dialect", "accepted", "created_at")
        accepted = [(row[0], row[1], "boolean", 1, row[17]) for row in self.invited]
        insert_rows(connection, invitation_requests, request, accepted)

    def _reject(self) -> None:
        bodies = (
            b'[{"$email": "no-at-sign", "properties": {"city": {"S": "K\xc3\xb6ln"}}}]',
            b'{"rating": 11, "comment": "<b>bold</b>"}',
            b"\xff\xfe not even text",
            b"",
        )
        entries = [
            RecordRejection(
                dialect="boolean",
                operation="request_surveys",
                method="POST",
                path="/v1/surveys",
                status=(200, 422, 400, 404)[place % 4],
                reason="$email: must be an e-mail address of at most 75 characters",
                body=bodies[place % 4],
                headers={"content-type": "application/json", "user-agent": "curl/8.5"},
                item=place % 4 == 0,
            )
            for place in range(self.seed.rejections)
        ]
        for place, entry in enumerate(entries):
            at = self.tx.now - place * HOUR
            insert_rejections(self.tx.connection, [(self.project_id, entry)], at)


def _answers(kind: str, rating: int, comment: str | None) -> dict[str, object]:
    vote = "positive" if rating > 0 else "negative"
    said = {"comment": comment} if comment else {}
    return {"rating": vote if kind == "binary" else rating, **said}


_INVITED = (
    "project_id",
    "id",
    "dialect",
    "request_id",
    "survey_id",
    "contact_id",
    "channel",
    "address",
    "language",
    "reference",
    "transactional",
    "transaction_at",
    "transaction_amount",
    "transaction_currency",
    "properties",
    "state",
    "reason",
    "created_at",
    "due_at",
    "attempts",
    "message_id",
    "claimed_at",
    "sent_at",
    "opened_at",
    "clicked_at",
    "bounced_at",
    "responded_at",
)
_ANSWERED = (
    "project_id",
    "id",
    "dialect",
    "channel",
    "survey_id",
    "survey_version",
    "contact_id",
    "invitation_id",
    "answers",
    "metric",
    "rating",
    "comment",
    "completed",
    "dismissed",
    "revision",
    "created_at",
    "updated_at",
)
_REVISED = (
    "project_id",
    "response_id",
    "revision",
    "survey_version",
    "answers",
    "rating",
    "comment",
    "recorded_at",
    "replaced_at",
)
