"""Only a person's own word can be taken back, and only in that project."""

import pytest

from tellback.actions.resubscribe import resubscribe
from tellback.store.database import Database
from tellback.store.tables import suppressions
from tests.web.respond.asking import ALICE, NOW, Asker, make_asker


async def reasons(asker: Asker) -> list[tuple[str, str]]:
    return sorted((row["project_id"], row["reason"]) for row in await asker.rows(suppressions))


@pytest.mark.parametrize(("reason", "left"), [("unsubscribed", 0), ("listed", 1), ("bounced", 1)])
async def test_what_was_ones_own_wish_is_taken_back(
    database: Database, reason: str, left: int
) -> None:
    asker = await make_asker(database)
    await asker.add(suppressions, address=ALICE, reason=reason, created_at=NOW)
    await database.write_one(resubscribe, (asker.project, ALICE))
    assert len(await reasons(asker)) == left


async def test_other_projects_and_strangers_are_left_alone(database: Database) -> None:
    asker, other = await make_asker(database), await make_asker(database, "Other")
    await other.add(suppressions, address=ALICE, reason="unsubscribed", created_at=NOW)
    await database.write(
        resubscribe, [(asker.project, ALICE), (asker.project, "nobody@example.com")]
    )
    assert await reasons(other) == [(other.project.id, "unsubscribed")]
