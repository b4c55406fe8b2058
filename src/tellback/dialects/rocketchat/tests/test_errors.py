"""The forms of refusals that no call of a fixture leads to."""

import json
from typing import Any

import pytest

from tellback.core.errors import CredentialMissing, NotFound, NotPermitted, TellbackError
from tellback.core.model import Project
from tellback.core.settings import ProjectSettings
from tellback.dialects.contract import Exchange, HttpRequest, UnknownPath
from tellback.dialects.rocketchat import DIALECT
from tellback.dialects.rocketchat.errors import encode_error
from tellback.dialects.rocketchat.routes import ROUTES


def refused(error: TellbackError, errors: str = "bracketed", operation: str = "list_rooms") -> Any:
    route = next(route for route in ROUTES if route.operation == operation)
    request = HttpRequest(route.method, route.path, {}, (), {}, "", "")
    chosen = ProjectSettings(switches={"rocketchat.errors": errors})
    project = Project("p", "", "", 0, chosen, b"")
    return json.loads(encode_error(Exchange(request, DIALECT, route, project), error).body)


@pytest.mark.parametrize(("errors", "word"), [("bracketed", "unauthorized"), ("bare", "forbidden")])
def test_what_a_key_does_not_allow(errors: str, word: str) -> None:
    assert refused(NotPermitted(), errors) == {"success": False, "error": word}


def test_a_visitor_is_told_to_name_the_project_and_others_to_log_in() -> None:
    missing = CredentialMissing("Name one.")
    assert refused(missing, operation="survey_room")["error"] == "Name one."
    assert refused(missing)["error"] == "You must be logged in to do this."


def test_without_a_survey_there_is_no_configuration_for_one() -> None:
    told = refused(NotFound("There is no such survey."), operation="survey_room")
    assert told["errorType"] == "invalid-livechat-config"


def test_nothing_here() -> None:
    assert refused(UnknownPath()) == {"success": False, "error": "Resource not found"}
