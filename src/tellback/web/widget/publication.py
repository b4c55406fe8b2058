"""What a page's script must know before anybody is asked: which surveys there are, and where."""

from typing import Any

import msgspec

from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.store.database import Database
from tellback.store.surveys import list_surveys


async def published(database: Database, project: Project) -> bytes:
    """The live surveys that have a rule for the widget, by number, without what they say."""
    surveys = await database.read(list_surveys, project, ListSurveys())
    shown = [_rule(survey) for survey in surveys if survey.live]
    return msgspec.json.encode({"surveys": [rule for rule in shown if rule]})


def _rule(survey: Survey) -> dict[str, Any] | None:
    rule = survey.definition.widget
    return None if rule is None else {"key": survey.key, **msgspec.to_builtins(rule)}
