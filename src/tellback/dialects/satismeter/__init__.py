"""SatisMeter: responses posted by servers and widgets, and the calls around them."""

import json
from collections.abc import Mapping
from typing import Any

from tellback.core.model import Project, Survey
from tellback.dialects.contract import Cors, Dialect
from tellback.dialects.satismeter.errors import STATUSES, encode_error
from tellback.dialects.satismeter.keys import READ_KEY, WRITE_KEY
from tellback.dialects.satismeter.routes import ROUTES
from tellback.dialects.satismeter.survey import COMMENT_ID, SURVEY, encode_question


def _describe(project: Project, keys: Mapping[str, str], survey: Survey | None) -> dict[str, Any]:
    questions = survey.definition.questions if survey else ()
    described = [encode_question(question) for question in questions]
    return {
        "write_key": keys[WRITE_KEY.name],
        "read_key": keys[READ_KEY.name],
        "project": project.id,
        "campaign": survey.id if survey else None,
        "questions": [{name: q[name] for name in ("id", "type", "name")} for q in described],
    }


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    body = {
        "writeKey": described["write_key"],
        "campaign": described["campaign"],
        "method": "In-App",
        "rating": 10,
        "answers": [{"id": COMMENT_ID, "value": "Shaken, not stirred."}],
        "userId": "007",
        "traits": {"name": "James Bond", "email": "007@sis.gov.uk"},
    }
    return (
        f"curl -i {base_url}/api/responses \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body)}'"
    )


DIALECT = Dialect(
    name="satismeter",
    title="SatisMeter",
    routes=ROUTES,
    errors=STATUSES,
    encode_error=encode_error,
    keys=(WRITE_KEY, READ_KEY),
    survey=SURVEY,
    describe=_describe,
    example=_example,
    cors=Cors(
        # Browsers post answers; the read key has no business in one.
        methods=("POST", "PUT"),
        headers=("Content-Type", "Accept", "auth-token", "X-Requested-With"),
        expose=("Location", "auth-token"),
    ),
    capabilities=frozenset(
        {
            "collect",
            "continue_response",
            "list_responses",
            "scores",
            "contacts",
            "suppressions",
            "cors",
        }
    ),
)
