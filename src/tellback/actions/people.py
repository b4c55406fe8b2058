"""The people whom a batch is about: looked up once, changed in memory, stored at the end.

A later item of the batch sees what an earlier one has said, and what is refused leaves nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tellback.core.errors import Invalid, NotEligible
from tellback.core.model import MERGING, VOUCHED, ContactKey, Identity
from tellback.core.traits import merge_traits, trait_problem
from tellback.store.contacts import (
    Known,
    find_contacts,
    find_contacts_by_id,
    identity_kinds,
    insert_identities,
    insert_people,
    merge_contact,
    new_contact,
    numbered_among,
    update_people,
)
from tellback.store.counters import NumberLot
from tellback.store.database import Transaction
from tellback.store.ids import new_ids

_TWO = "each has an external id of their own, by which the project tells them apart"


class People:
    """The contacts of one project behind some keys and ids, those not stored yet included."""

    def __init__(
        self,
        tx: Transaction,
        project_id: str,
        keys: Iterable[ContactKey],
        ids: Iterable[str] = (),
    ) -> None:
        self._tx, self._project_id = tx, project_id
        wanted = set(keys)
        self._by_key = find_contacts(tx.connection, project_id, wanted) if wanted else {}
        self._by_id = {person.id: person for person in self._by_key.values()}
        missing_ids = set(ids) - self._by_id.keys()
        if missing_ids:
            self._by_id |= find_contacts_by_id(tx.connection, project_id, missing_ids)
        self.stored_ids = list(self._by_id)
        # Sets and dictionaries that are joined as they are do not hash their keys once more.
        missing = wanted.difference(self._by_key)
        ids_of_new = zip(missing, new_ids(len(missing)), strict=True) if missing else ()
        self._new = {key: new_contact(id_, key, tx.now) for key, id_ in ids_of_new}
        self._kept: dict[str, Known] = {}
        self._identities: list[tuple[ContactKey, str]] = []
        self._numbers = NumberLot(tx.connection, project_id, "contact")
        self._numbered: set[str] | None = None
        known = {**self._by_key, **self._new}.items()
        self._externals = {one.id for key, one in known if key.kind == Identity.EXTERNAL}
        self._gone: list[tuple[str, str, bool]] = []

    def by_key(self, key: ContactKey) -> Known:
        """The person that a key leads to. Somebody new is stored only if `keep` is called."""
        return self._by_key.get(key) or self._new[key]

    def known(self, key: ContactKey) -> Known | None:
        """The person that a key leads to, if anybody."""
        return self._by_key.get(key)

    def by_id(self, contact_id: str | None) -> Known | None:
        """A person by id, if there still is one."""
        return self._by_id.get(contact_id) if contact_id else None

    def who(self, contact_id: str | None) -> str | None:
        """The id of a person now, who may have become one with somebody in this batch."""
        person = self.by_id(contact_id)
        while person is not None and person.id != contact_id:
            contact_id = person.id
            person = self.by_id(contact_id)
        return contact_id

    def keep(self, person: Known, key: ContactKey | None, traits: Mapping[str, Any]) -> bool:
        """Remember that somebody was seen, with merged traits; whether for the first time ever."""
        if traits is not person.properties:
            person.learn(traits)
        is_first = person.created and person.id not in self._kept
        self._kept[person.id] = person
        if key is not None:
            self.attach(person, key)
        return is_first

    def attach(self, person: Known, key: ContactKey) -> None:
        """Let a key lead to a person, unless it leads to somebody already."""
        if key not in self._by_key:
            self._by_key[key] = person
            self._identities.append((key, person.id))
            if key.kind == Identity.EXTERNAL:
                self._externals.add(person.id)

    def join(self, person: Known, key: ContactKey) -> Known:
        """Let a key lead to a person, and be one with whomever it leads to; who they are then.

        It stays with somebody whom the project tells apart from that person.
        """
        other = self._by_key.get(key)
        if other is None or other is person or key.kind not in MERGING:
            self.attach(person, key)
            return person
        try:
            return self.unite(person, other)
        except NotEligible:
            return person

    def refuse_two(self, person: Known, others: Iterable[ContactKey]) -> None:
        """Raise `NotEligible` if one of these keys is somebody's whom the project tells apart.

        To be asked before anything is kept: a refused item leaves nothing.
        """
        led_to = (self.by_key(key) for key in others if key.kind in MERGING)
        if len({one.id for one in (person, *led_to) if self._external(one)}) > 1:
            raise NotEligible(_TWO)

    def unite(self, person: Known, other: Known) -> Known:
        """Let two people be one; who they are then, which is the one who was known first.

        People whom the project itself tells apart, by two external ids, stay two: `NotEligible`.
        """
        told_apart = self._external(person), self._external(other)
        if all(told_apart):
            raise NotEligible(_TWO)
        stays, goes = sorted((person, other), key=lambda one: (one.created_at, one.id))
        for known, leads_to in list(self._by_key.items()):
            if leads_to is goes:
                self._by_key[known] = stays
        has_number = stays.id in (self._numbered or ())
        self._hand_over(goes, stays)
        if any(told_apart):
            self._externals.add(stays.id)
        stays.take_over(goes)
        self._by_id[goes.id] = self._by_id[stays.id] = stays
        self._kept.pop(goes.id, None)
        self._kept[stays.id] = stays
        if not goes.created:
            self._gone.append((goes.id, stays.id, has_number))
        return stays

    def _hand_over(self, goes: Known, stays: Known) -> None:
        """Let what was just attached to one person be another's; a person keeps one number."""
        numbered = self._numbered or set()
        lost = Identity.NUMBER if {goes.id, stays.id} <= numbered else None
        self._identities = [
            (key, stays.id if id_ == goes.id else id_)
            for key, id_ in self._identities
            if id_ != goes.id or key.kind != lost
        ]
        if goes.id in numbered:
            numbered.add(stays.id)

    def give_number(self, person: Known) -> None:
        """Let somebody be known by a number too, for wires that need one."""
        if self._numbered is None:
            self._numbered = numbered_among(self._tx.connection, self._project_id, self.stored_ids)
        if person.id not in self._numbered:
            everybody = len(self.stored_ids) + len(self._new)
            number = self._numbers.take(everybody - len(self._numbered))
            self.attach(person, ContactKey(Identity.NUMBER, str(number)))
            self._numbered.add(person.id)

    def is_vouched_for(self, person: Known) -> bool:
        """Whether the project itself knows a person: by an address, or by an id of its own."""
        mine = {str(key.kind) for key, one in self._by_key.items() if one is person}
        if not person.created:
            mine |= identity_kinds(self._tx.connection, self._project_id, person.id)
        return not mine.isdisjoint(VOUCHED)

    def _external(self, person: Known) -> bool:
        """Whether the project tells a person apart by an id of its own."""
        if person.created or person.id in self._externals:
            return person.id in self._externals
        mine = identity_kinds(self._tx.connection, self._project_id, person.id)
        return Identity.EXTERNAL in mine

    def store(self) -> None:
        """Write down everybody who was kept."""
        for goes, stays, has_number in self._gone:
            merge_contact(self._tx, self._project_id, goes, stays, has_number=has_number)
        people = list(self._kept.values())
        insert_people(self._tx, self._project_id, [one for one in people if one.created])
        update_people(self._tx, self._project_id, [one for one in people if not one.created])
        insert_identities(self._tx.connection, self._project_id, self._identities)


def merged_traits(person: Known | None, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is known of a person with what was just said; `Invalid` when that is too much."""
    stored = person.properties if person else {}
    if not given:
        return stored
    merged = merge_traits(stored, given)
    problem = trait_problem(merged)
    if problem is not None:
        raise Invalid(problem)
    return merged
