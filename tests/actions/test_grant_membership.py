"""Members of projects."""

from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.grant_membership import GrantMembership, grant_memberships
from tellback.core.errors import NotFound
from tellback.core.users import Role
from tellback.store.tables import memberships
from tests.actions.workroom import Workroom


def test_a_member_has_one_role_in_a_project(room: Workroom) -> None:
    room.run(create_users, CreateUser("bob@example.org", "hash", Role.AGENT, ["shop"]))
    room.run(grant_memberships, GrantMembership("Bob@example.org", Role.OWNER))
    parts = {(row.project_id, row.role) for row in room.rows(memberships)}
    assert parts == {(room.shop.id, "owner"), (room.other.id, "owner")}


def test_a_refusal_writes_nothing(room: Workroom) -> None:
    room.run(create_users, CreateUser("bob@example.org", "hash", Role.AGENT, ["shop"]))
    with room.nothing_written():
        outcomes = room.run(
            grant_memberships,
            GrantMembership("bob@example.org", Role.OWNER, ["shop", "none"]),
            GrantMembership("nobody@example.org", Role.OWNER),
        )
    assert [type(outcome) for outcome in outcomes] == [NotFound, NotFound]
