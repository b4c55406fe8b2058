"""Making somebody who may sign in. What the edge checks first is tested with web/dashboard."""

from tellback.actions.create_user import CreateUser, check_users, create_users
from tellback.core.errors import Duplicate, Invalid, NotFound
from tellback.core.users import Role, User
from tellback.store.tables import memberships, users
from tests.actions.workroom import Workroom


def test_each_job_has_its_own_outcome(room: Workroom) -> None:
    outcomes = room.run(
        create_users,
        CreateUser("Alice@Example.org", "hash", Role.OWNER),
        CreateUser("alice@example.org", "hash", Role.OWNER),
        CreateUser("no address", "hash", Role.OWNER),
        CreateUser("bob@example.org", "hash", Role.ANALYST, ["shop", "none"]),
        CreateUser("carol@example.org", "hash", Role.ANALYST, ["shop", "shop"]),
    )
    assert [type(outcome) for outcome in outcomes] == [User, Duplicate, Invalid, NotFound, User]
    assert {row.email for row in room.rows(users)} == {"alice@example.org", "carol@example.org"}
    parts = {(row.user_id, row.project_id, row.role) for row in room.rows(memberships)}
    alice, carol = outcomes[0], outcomes[4]
    assert parts == {
        (alice.id, room.shop.id, "owner"),
        (alice.id, room.other.id, "owner"),
        (carol.id, room.shop.id, "analyst"),
    }


def test_what_stands_in_the_way_is_known_before(room: Workroom) -> None:
    room.run(create_users, CreateUser("alice@example.org", "hash", Role.OWNER))
    with room.nothing_written():
        outcomes = room.run(
            check_users,
            CreateUser("Alice@example.org", "", Role.OWNER),
            CreateUser("no address", "", Role.OWNER),
            CreateUser("bob@example.org", "", Role.OWNER, ["none"]),
            CreateUser("bob@example.org", "", Role.OWNER, ["shop"]),
        )
    assert [type(outcome) for outcome in outcomes] == [Duplicate, Invalid, NotFound, type(None)]


def test_a_refusal_writes_nothing(room: Workroom) -> None:
    with room.nothing_written():
        room.run(create_users, CreateUser("bob@example.org", "hash", Role.OWNER, ["none"]))
