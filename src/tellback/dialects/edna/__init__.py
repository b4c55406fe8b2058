"""edna Chat Center: quality surveys that are sent to clients whose threads are closed."""

import json
from collections.abc import Mapping
from typing import Any

from tellback.core.model import Project, Survey
from tellback.dialects.contract import Dialect
from tellback.dialects.edna.chat import chat_message
from tellback.dialects.edna.errors import STATUSES, encode_error
from tellback.dialects.edna.keys import TOKENS
from tellback.dialects.edna.routes import ROUTES, check_head
from tellback.dialects.edna.sendings import NAME
from tellback.dialects.edna.survey import SURVEY


def _describe(_project: Project, keys: Mapping[str, str], survey: Survey | None) -> dict[str, Any]:
    tokens = {key.name: keys[key.name] for key in TOKENS}
    rating = survey.definition.rating_question if survey else None
    return {
        **tokens,
        "qualityFormId": survey.number if survey else None,
        "questionId": rating.number if rating else None,
    }


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    # Sending needs a closed thread, which a new project has not; describing the survey needs none.
    body = {
        "binaryQuestion": False,
        "question": {
            "minValue": 1,
            "maxValue": 5,
            "kpi": 4.02,
            "text": "Please rate our service",
            "displayText": "Quality of service",
        },
        "requiredMessageCount": 2,
        "sendingFrequency": 1,
        "hideAfter": 300,
    }
    return (
        f"curl -i {base_url}/api/v1/quality \\\n"
        f"  -H 'Authorization: Bearer {described['integrator_token']}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body)}'"
    )


DIALECT = Dialect(
    name=NAME,
    title="edna Chat Center",
    routes=ROUTES,
    errors=STATUSES,
    encode_error=encode_error,
    keys=TOKENS,
    survey=SURVEY,
    describe=_describe,
    example=_example,
    check=check_head,
    chat_message=chat_message,
    capabilities=frozenset({"ask_in_chat", "collect", "conversations", "contacts"}),
)
