"""By what somebody is known is looked up by themselves, however many people a project has."""

from sqlalchemy import select

from tellback.store.known_as import external_id
from tellback.store.tables import contact_identities, contacts
from tests.actions.workroom import Workroom
from tests.store.plans import fill, planning


def test_ones_own_id_is_found_by_the_person_alone(room: Workroom) -> None:
    with room.connection.begin():
        fill(room.connection, room.shop.id, contacts, contact_identities)
    theirs = external_id(room.shop.id, contacts.c.id)
    statement = select(theirs).where(contacts.c.project_id == room.shop.id)
    with planning(room.connection) as plans, room.connection.begin():
        room.connection.execute(statement.where(contacts.c.id == "1" * 32))
    steps = [step for plan in plans for step in plan.steps if step.table == "contact_identities"]
    assert [step.index for step in steps] == ["ix_contact_identities_contact"]
