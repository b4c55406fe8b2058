"""A database with the fixed people's projects, for actions that are called directly.

alice and bob share the project "shop"; charlie's project is "other".
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row, Table, func, select, update
from sqlalchemy.engine import Connection

from tellback.actions.create_project import CreateProject, create_projects
from tellback.core.model import (
    Choice,
    Project,
    Question,
    QuestionType,
    ShowIf,
    Survey,
    SurveyDefinition,
    SurveyType,
)
from tellback.core.settings import ProjectSettings
from tellback.store.database import Action, Transaction
from tellback.store.surveys import insert_survey
from tellback.store.tables import metadata
from tests.engines import Engine

NOW = 1_700_000_000_000
WIRE = "wire"

NPS = SurveyDefinition(
    name="NPS",
    type=SurveyType.NPS,
    questions=(
        Question("q-rating", QuestionType.NPS, {"en": "How likely?"}, "rating", metric="nps"),
        Question("q-why", QuestionType.LONG_TEXT, {"en": "Why?"}, "why"),
    ),
)
FORM = SurveyDefinition(
    name="Form",
    type=SurveyType.FORM,
    questions=(
        Question(
            "q-area",
            QuestionType.SINGLE_CHOICE,
            {"en": "What is it about?"},
            choices=(
                Choice("bug", {"en": "A bug"}),
                Choice("idea", {"en": "An idea"}),
            ),
        ),
        Question(
            "q-where",
            QuestionType.SHORT_TEXT,
            {"en": "Where?"},
            required=True,
            show_if=(ShowIf("q-area", any_of=("bug",)),),
        ),
    ),
    repeat_after_days=0,
)


class Workroom:
    """One connection, a moving clock, and what tests do again and again."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now = NOW
        self._surveys = 1
        self.shop = self.project("Shop")
        self.other = self.project("Other")
        self.nps = self.survey(self.shop, "nps", NPS, dialect=WIRE)
        self.form = self.survey(self.shop, "form", FORM)
        self.foreign = self.survey(self.other, "nps", NPS, dialect=WIRE)

    def project(self, name: str, **settings: Any) -> Project:
        """A new project with these settings."""
        job = CreateProject(name, ProjectSettings(**settings), [], [])
        made = self.run(create_projects, job)
        project: Project = made.project
        return project

    def survey(
        self,
        project: Project,
        key: str,
        definition: SurveyDefinition,
        *,
        dialect: str | None = None,
        live: bool = True,
    ) -> Survey:
        """A new survey of a project."""
        self._surveys += 1
        id_ = f"{self._surveys:032x}"
        survey = Survey(project.id, id_, key, self._surveys, 1, live, dialect, definition)
        with self.connection.begin():
            insert_survey(self.connection, survey, self.now)
        return survey

    def run(self, action: Action, *jobs: Any) -> Any:
        """Run an action in a transaction of its own: the outcome, or those of several jobs."""
        with self.connection.begin():
            outcomes = action(Transaction(self.connection, self.now), jobs)
        assert len(outcomes) == len(jobs)
        return outcomes[0] if len(jobs) == 1 else outcomes

    def rows(self, table: Table, **where: Any) -> Sequence[Row[Any]]:
        """The rows of a table, in the order of their keys."""
        statement = select(table).order_by(*table.primary_key.columns)
        for name, value in where.items():
            statement = statement.where(table.c[name] == value)
        with self.connection.begin():
            return self.connection.execute(statement).all()

    def row(self, table: Table, **where: Any) -> Row[Any]:
        """The one row."""
        (only,) = self.rows(table, **where)
        return only

    def change(self, table: Table, where: dict[str, Any], **values: Any) -> None:
        """Change rows as no action does."""
        statement = update(table).values(**values)
        for name, value in where.items():
            statement = statement.where(table.c[name] == value)
        with self.connection.begin():
            assert self.connection.execute(statement).rowcount

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.connection.begin():
            return {
                name: self.connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
            }

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        """Hold that a block leaves every table as it was, row by row."""
        before = {name: self.rows(table) for name, table in metadata.tables.items()}
        yield
        assert {name: self.rows(table) for name, table in metadata.tables.items()} == before


@contextmanager
def open_workroom(engine: Engine) -> Iterator[Workroom]:
    """A workroom that is gone afterwards."""
    with engine.connection() as connection:
        yield Workroom(connection)
