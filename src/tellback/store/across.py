"""Questions over all projects. All others name their project.

Where the tables are spread over machines by project, a statement that names its project is carried
out on one machine, and one of these on each.
"""

from typing import TypeVar

from sqlalchemy import Executable, FromClause, select, union

from tellback.store.tables import counters, surveys

S = TypeVar("S", bound=Executable)
#: The option of a statement by which its being about all projects can be known.
OPTION = "across_projects"


def across_projects(statement: S) -> S:
    """The statement, marked as meant to be about the rows of all projects."""
    return statement.execution_options(**{OPTION: True})


def every_project() -> FromClause:
    """All projects that may have invitations or events to go out, as column ``project_id``.

    They are taken from tables that lie next to those rows: of `projects` every machine has a copy,
    and a cluster refuses to look up something of its own for each row of a copy.
    """
    ids = union(select(surveys.c.project_id), select(counters.c.project_id))
    return ids.subquery("every_project")
