"""Every statement names its project or is marked: all tests look at that, these at the looking."""

import pytest
from sqlalchemy import ClauseElement, bindparam, delete, exists, func, select, update

from tellback.store.across import across_projects
from tellback.store.schema import is_shared, is_tenant
from tellback.store.tables import (
    contacts,
    invitations,
    metadata,
    projects,
    responses,
    surveys,
    users,
)
from tests.sharding import unbound

SHOP = "a" * 32
_OF_SHOP = invitations.c.project_id == SHOP
_THEIRS = responses.c.invitation_id == invitations.c.id
_SAME = responses.c.project_id == invitations.c.project_id


@pytest.mark.parametrize(
    "statement",
    [
        select(invitations).where(_OF_SHOP),
        select(invitations).where(invitations.c.project_id == bindparam("project")),
        select(invitations).where(_OF_SHOP & (invitations.c.state == "sent")),
        select(invitations).join(responses, _SAME & _THEIRS).where(_OF_SHOP),
        select(invitations.outerjoin(responses, _SAME & _THEIRS)).where(_OF_SHOP),
        select(invitations)
        .join(projects, projects.c.id == invitations.c.project_id)
        .where(projects.c.id == SHOP),
        select(invitations).where(
            _OF_SHOP, exists().where(responses.c.project_id == SHOP, _THEIRS)
        ),
        select(select(invitations).where(_OF_SHOP).subquery().c.id),
        update(invitations).where(_OF_SHOP).values(state="sent"),
        delete(invitations).where(_OF_SHOP),
        select(invitations)
        .join(responses, _SAME & _THEIRS)
        .where(_OF_SHOP, exists().where(responses.c.project_id == SHOP).correlate(invitations)),
        select(users),
    ],
    ids=str,
)
def test_what_names_its_project(statement: ClauseElement) -> None:
    assert unbound(statement) == set()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        (select(invitations), {"invitations"}),
        (select(invitations).where(invitations.c.id == SHOP), {"invitations"}),
        (select(invitations).where(_OF_SHOP | (invitations.c.state == "sent")), {"invitations"}),
        (select(invitations).where(invitations.c.project_id > SHOP), {"invitations"}),
        (
            select(invitations).join(responses, _THEIRS).where(_OF_SHOP),
            {"responses"},
        ),
        (select(invitations).join(responses, _SAME & _THEIRS), {"invitations", "responses"}),
        # A cluster does not see through a subquery what the statement around it is bound to.
        (
            select(
                invitations, select(responses.c.rating).where(_SAME, _THEIRS).scalar_subquery()
            ).where(_OF_SHOP),
            {"responses"},
        ),
        (select(invitations).where(_OF_SHOP, exists().where(_SAME, _THEIRS)), {"responses"}),
        (
            select(surveys).where(
                surveys.c.project_id == SHOP, surveys.c.id.in_(select(surveys.c.id))
            ),
            {"surveys"},
        ),
        (select(select(func.count()).select_from(contacts).subquery()), {"contacts"}),
        (select(invitations.alias("other")), {"invitations"}),
        (
            update(invitations)
            .where(_OF_SHOP)
            .values(contact_id=select(contacts.c.id).scalar_subquery()),
            {"contacts"},
        ),
        (delete(invitations).where(invitations.c.id == SHOP), {"invitations"}),
    ],
    # A set is written in another order by each process.
    ids=lambda value: " and ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_what_does_not(statement: ClauseElement, tables: set[str]) -> None:
    assert unbound(statement) == tables


def test_a_statement_about_all_projects_says_so() -> None:
    statement = across_projects(select(invitations))
    assert statement.get_execution_options()["across_projects"]


def test_every_table_is_projects_or_shared() -> None:
    for table in metadata.tables.values():
        assert is_tenant(table) != is_shared(table), (
            f"{table.name}: begin its key with project_id, or declare it as shared()"
        )


def test_every_unique_key_of_a_projects_table_begins_with_the_project() -> None:
    for table in filter(is_tenant, metadata.tables.values()):
        keys = [
            constraint.columns for constraint in table.constraints if hasattr(constraint, "columns")
        ]
        for columns in [*keys, *(index.columns for index in table.indexes)]:
            assert next(iter(columns)).name == "project_id", (table.name, list(columns))
