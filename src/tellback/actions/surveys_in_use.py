"""The surveys that a batch is about, each looked up once."""

from dataclasses import replace

from tellback.core.errors import Fault, Invalid, NotFound, Problem
from tellback.core.model import Project, Survey, SurveyDefinition
from tellback.core.queries import ListSurveys
from tellback.store.database import Transaction
from tellback.store.surveys import find_survey, find_version, list_surveys


class SurveysInUse:
    """One project's surveys, as far as a batch has asked for them."""

    def __init__(self, tx: Transaction, project: Project) -> None:
        self._connection, self._project = tx.connection, project
        self._by_name: dict[tuple[str | None, str], Survey | None] = {}
        self._versions: dict[tuple[str, int], SurveyDefinition | None] = {}

    def live(self, name: str | None, dialect: str, version: int | None = None) -> Survey:
        """The live survey of that name; without one the wire's ready one, or the only one.

        At the version that its author has seen, where that is given; else at the current one.
        Raises `NotFound` where no live survey has the name, `Invalid` where one must be named.
        """
        survey = self._find(name, dialect)
        if survey is not None and survey.live:
            return self._at(survey, version)
        if name is None:
            rule = "must be named, as there is not exactly one live survey"
            raise Invalid(Problem(Fault.MISSING, rule, "survey"))
        raise NotFound("There is no live survey of that name.")

    def of_invitation(self, survey_id: str, dialect: str, version: int | None = None) -> Survey:
        """The survey that somebody was asked, live or not: who was asked may answer.

        At the version that they have seen, where that is given; else at the current one.
        """
        survey = self._find(survey_id, dialect)
        if survey is None:
            raise NotFound("The survey is no longer there.")
        return self._at(survey, version)

    def version(self, survey_id: str, version: int) -> SurveyDefinition:
        """What a survey said at the version that a response answered."""
        key = (survey_id, version)
        if key not in self._versions:
            self._versions[key] = find_version(self._connection, self._project.id, *key)
        definition = self._versions[key]
        if definition is None:
            raise NotFound("The survey is no longer there.")
        return definition

    def _at(self, survey: Survey, version: int | None) -> Survey:
        if version is None or version == survey.version:
            return survey
        return replace(survey, version=version, definition=self.version(survey.id, version))

    def _find(self, name: str | None, dialect: str) -> Survey | None:
        key = (name, dialect)
        if key not in self._by_name:
            survey = find_survey(self._connection, self._project.id, name, dialect)
            self._by_name[key] = survey or (self._only_live() if name is None else None)
            if survey is not None:
                self._versions[survey.id, survey.version] = survey.definition
        return self._by_name[key]

    def _only_live(self) -> Survey | None:
        listed = list_surveys(self._connection, self._project, ListSurveys())
        live = [survey for survey in listed if survey.live]
        return live[0] if len(live) == 1 else None
