"""Take requests to ask people by e-mail: one transaction over any number of them.

Each is judged alone, in order. What counts against one: what its wire found, a property of another
type, too many properties, and a reference that was used before (in the table or earlier here).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tellback.core.commands import RequestInvitation
from tellback.core.errors import Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.invitation import State
from tellback.core.model import Channel, Project
from tellback.core.outcomes import InvitationRequested
from tellback.core.properties import MAX_PROPERTIES, PropertyType
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.invitations import insert_invitations, insert_requests, taken_references
from tellback.store.properties import declare_properties, property_types
from tellback.store.rows import to_json
from tellback.store.surveys import find_survey

Outcome = InvitationRequested | TellbackError
_DUPLICATE = Problem(Fault.DUPLICATE, "an invitation with this reference was requested before")


def request_invitations(
    tx: Transaction, jobs: Sequence[tuple[Project, RequestInvitation]]
) -> list[Outcome]:
    """Queue every acceptable invitation; the others get their problems as `Invalid`."""
    batches: dict[tuple[str, str], _Batch] = {}
    for place, (project, command) in enumerate(jobs):
        key = (project.id, command.dialect)
        if key not in batches:
            batches[key] = _Batch(tx, project.id, command.dialect)
        batches[key].entries.append((place, command))
    outcomes: list[Outcome | None] = [None] * len(jobs)
    for batch in batches.values():
        batch.judge(outcomes)
        batch.store(outcomes)
    return outcomes  # type: ignore[return-value] # every place has been filled by its batch


@dataclass(slots=True)
class _Batch:
    """The requests of one project over one wire."""

    tx: Transaction
    project_id: str
    dialect: str
    entries: list[tuple[int, RequestInvitation]] = field(default_factory=list)
    accepted: list[tuple[int, RequestInvitation, str]] = field(default_factory=list)
    declared: dict[str, PropertyType] = field(default_factory=dict)
    surveys: dict[str | None, str | None] = field(default_factory=dict)
    declared_types: Mapping[str, PropertyType] | None = None

    def judge(self, outcomes: list[Outcome | None]) -> None:
        """Refuse what must be refused, and note new properties and the rest as accepted."""
        known = property_types(self.tx.connection, self.project_id)
        taken = self._taken(known)
        for place, command in self.entries:
            problems = [*command.problems, *self._property_problems(command, known)]
            if command.reference in taken:
                problems.append(_DUPLICATE)
            survey_id = self._survey(command.survey)
            if problems:
                outcomes[place] = Invalid(*problems)
            elif survey_id is None:
                outcomes[place] = NotFound("There is no live survey for this request.")
            else:
                self._accept(place, command, survey_id, known)
                taken.add(command.reference)

    def store(self, outcomes: list[Outcome | None]) -> None:
        """Insert what was accepted; a reference that turns out to be taken is a duplicate."""
        if not self.accepted:
            return
        ids = new_ids(len(self.accepted))
        rows = [
            _row(self.project_id, id_, survey_id, command, self.tx.now)
            for id_, (_, command, survey_id) in zip(ids, self.accepted, strict=True)
        ]
        duplicates = insert_invitations(self.tx.connection, rows)
        counts: dict[str, int] = {}
        for id_, (place, command, _) in zip(ids, self.accepted, strict=True):
            if id_ in duplicates:
                outcomes[place] = Invalid(_DUPLICATE)
            else:
                outcomes[place] = InvitationRequested(id_)
                counts[command.request_id] = counts.get(command.request_id, 0) + 1
        self.tx.facts["requested", self.dialect, Channel.EMAIL.value] += sum(counts.values())
        declare_properties(self.tx.connection, self.project_id, self.declared, self.tx.now)
        requests = [
            (self.project_id, request_id, self.dialect, count, self.tx.now)
            for request_id, count in counts.items()
        ]
        insert_requests(self.tx.connection, requests)

    def _taken(self, known: dict[str, PropertyType]) -> set[str]:
        """Look up references that are taken, but only where it matters before the insert.

        The insert itself finds duplicates. Two kinds need to know earlier: one that has problems
        besides, and one that would declare a property, which a duplicate must not.
        """
        doubtful = [
            command.reference
            for _, command in self.entries
            if command.problems or (command.types and command.types.keys() - known.keys())
        ]
        if not doubtful:
            return set()
        return taken_references(self.tx.connection, self.project_id, self.dialect, doubtful)

    def _survey(self, name: str | None) -> str | None:
        if name not in self.surveys:
            survey = find_survey(self.tx.connection, self.project_id, name, self.dialect)
            self.surveys[name] = survey.id if survey and survey.live else None
        return self.surveys[name]

    def _accept(
        self,
        place: int,
        command: RequestInvitation,
        survey_id: str,
        known: dict[str, PropertyType],
    ) -> None:
        self.accepted.append((place, command, survey_id))
        if command.types is None or command.types is self.declared_types:
            return
        for name, kind in command.types.items():
            if name not in known:
                known[name] = self.declared[name] = kind
        self.declared_types = command.types

    def _property_problems(
        self, command: RequestInvitation, known: dict[str, PropertyType]
    ) -> list[Problem]:
        # What was accepted with these very types before is declared by now.
        if command.types is None or command.types is self.declared_types:
            return []
        return _type_problems(command.types, known)


def _type_problems(
    types: Mapping[str, PropertyType], known: dict[str, PropertyType]
) -> list[Problem]:
    problems, room = [], MAX_PROPERTIES - len(known)
    for name, kind in types.items():
        declared = known.get(name)
        if declared is None:
            room -= 1
            if room < 0:
                quota = f"at most {MAX_PROPERTIES} properties per project"
                problems.append(Problem(Fault.QUOTA, quota, name))
        elif declared is not kind:
            problems.append(Problem(Fault.TYPE_CONFLICT, f"the property is a {declared}", name))
    return problems


def _row(
    project_id: str, id_: str, survey_id: str, command: RequestInvitation, now: int
) -> tuple[object, ...]:
    transaction, properties = command.transaction, command.properties
    return (
        project_id,
        id_,
        command.dialect,
        command.request_id,
        survey_id,
        command.channel.value,
        command.address,
        command.language,
        command.reference,
        transaction is not None,
        transaction.at if transaction else None,
        transaction.amount if transaction else None,
        transaction.currency if transaction else None,
        to_json(properties) if properties else None,
        State.QUEUED.value,
        now,
        max(now, command.send_at or now),
    )
