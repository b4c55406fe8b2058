"""Take addresses out of all mailing, one by one or as a whole list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tellback.core.commands import (
    BOUNCED,
    COMPLAINED,
    LISTED,
    UNSUBSCRIBED,
    ReplaceSuppressions,
    Suppress,
)
from tellback.core.errors import Fault, Invalid, Problem, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import Done, SuppressionsReplaced
from tellback.core.queries import ListSuppressions
from tellback.store.database import Transaction
from tellback.store.recipients import suppressed_among
from tellback.store.suppressions import (
    change_suppressions,
    delete_suppressions,
    insert_suppressions,
    list_suppressions,
    mailed_among,
)

_STRENGTH = {BOUNCED: 0, LISTED: 1, UNSUBSCRIBED: 2, COMPLAINED: 3}
_NEVER_MAILED = Problem(Fault.NOT_FOUND, "no mail was ever sent to this address")
_SUPPRESSED = Problem(Fault.ALREADY_DONE, "this address is not mailed any more")


def suppress(
    tx: Transaction, jobs: Sequence[tuple[Project, Suppress]]
) -> list[Done | TellbackError]:
    """Suppress each address; `Invalid` where that changes nothing, or it had to be known."""
    batches: dict[str, _Batch] = {}
    for project, command in jobs:
        batches.setdefault(project.id, _Batch(tx, project.id)).commands.append(command)
    for batch in batches.values():
        batch.look()
    outcomes = [batches[project.id].judge(command) for project, command in jobs]
    for batch in batches.values():
        batch.store()
    return outcomes


def replace_suppressions(
    tx: Transaction, jobs: Sequence[tuple[Project, ReplaceSuppressions]]
) -> list[SuppressionsReplaced]:
    """Make each project's own list what is given, and say who asked for no mail in either way."""
    return [_replace(tx, project, command.addresses) for project, command in jobs]


def _replace(tx: Transaction, project: Project, addresses: list[str]) -> SuppressionsReplaced:
    wanted = [Suppress(a, LISTED) for a in dict.fromkeys(_lower(addresses))]
    kept = {each.address for each in wanted}
    listed = _addresses(tx, project, LISTED)
    delete_suppressions(tx.connection, project.id, [a for a in listed if a not in kept])
    # Where an address is there already, that is no refusal here.
    suppress(tx, [(project, each) for each in wanted])
    return SuppressionsReplaced(_addresses(tx, project, LISTED, UNSUBSCRIBED))


def _addresses(tx: Transaction, project: Project, *reasons: str) -> list[str]:
    found = list_suppressions(tx.connection, project, ListSuppressions(reasons))
    return [each.address for each in found]


@dataclass(slots=True)
class _Batch:
    """The commands for one project. ``reasons`` is what holds for their addresses by now."""

    tx: Transaction
    project_id: str
    commands: list[Suppress] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    mailed: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Read what is known of all the addresses."""
        addresses = list(dict.fromkeys(_lower(each.address for each in self.commands)))
        self.stored = suppressed_among(self.tx.connection, self.project_id, addresses)
        self.reasons = dict(self.stored)
        doubtful = _lower(each.address for each in self.commands if each.must_be_known)
        self.mailed = mailed_among(self.tx.connection, self.project_id, list(set(doubtful)))

    def judge(self, command: Suppress) -> Done | TellbackError:
        """Decide one command, after those before it."""
        address = command.address.lower()
        reason = self.reasons.get(address)
        if reason is not None and _STRENGTH.get(reason, 0) >= _STRENGTH.get(command.reason, 0):
            return Invalid(_SUPPRESSED)
        if command.must_be_known and address not in self.mailed:
            return Invalid(_NEVER_MAILED)
        self.reasons[address] = command.reason
        return Done()

    def store(self) -> None:
        """Write what has been decided."""
        new = {a: reason for a, reason in self.reasons.items() if a not in self.stored}
        changed = {
            a: self.reasons[a] for a, reason in self.stored.items() if self.reasons[a] != reason
        }
        insert_suppressions(self.tx.connection, self.project_id, new, self.tx.now)
        change_suppressions(self.tx.connection, self.project_id, changed)


def _lower(addresses: Iterable[str]) -> list[str]:
    return [address.lower() for address in addresses]
