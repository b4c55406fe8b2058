"""LivePerson: offline, pre-chat and exit surveys of its Server Chat API, and the calls around."""

import json
from collections.abc import Mapping
from typing import Any

from tellback.core.model import Project, Survey, pick
from tellback.dialects.contract import Cors, Dialect
from tellback.dialects.liveperson.chats import AGENTS
from tellback.dialects.liveperson.definitions import NUMBER_FORMAT
from tellback.dialects.liveperson.errors import STATUSES, encode_error
from tellback.dialects.liveperson.formats import check
from tellback.dialects.liveperson.keys import ACCOUNT, APP_KEY, PUBLIC_APP_KEY, admit
from tellback.dialects.liveperson.limits import RATE_LIMITS, limits
from tellback.dialects.liveperson.retrievals import NAME
from tellback.dialects.liveperson.routes import ROUTES, method
from tellback.dialects.liveperson.survey import SURVEY

_ANSWERS = ("Natalie", "natalie@example.com", "10", "Please call me back.")


def _describe(_project: Project, keys: Mapping[str, str], survey: Survey | None) -> dict[str, Any]:
    questions = survey.definition.questions if survey else ()
    return {
        "account": keys[ACCOUNT.name],
        "app_key": keys[APP_KEY.name],
        "survey": survey.number if survey else None,
        "questions": [
            {"id": question.number, "label": pick(question.text, None)} for question in questions
        ],
    }


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    answers = zip(described["questions"], _ANSWERS, strict=True)
    body = {
        "survey": {
            "id": described["survey"],
            "question": [{"id": question["id"], "answer": answer} for question, answer in answers],
            "LETagVisitorId": "rloXnVgEQ-iQuoOytvKNqA",
            "skill": "Sales",
        }
    }
    path = f"/api/account/{described['account']}/chat/offlineSurvey?v=1&NC=true"
    return (
        f"curl -i '{base_url}{path}' \\\n"
        f"  -H 'Authorization: LivePerson appKey={described['app_key']}' \\\n"
        "  -H 'Content-Type: application/json' -H 'Accept: application/json' \\\n"
        "  -H 'X-HTTP-Method-Override: PUT' \\\n"
        f"  -d '{json.dumps(body)}'"
    )


DIALECT = Dialect(
    name=NAME,
    title="LivePerson",
    routes=ROUTES,
    errors=STATUSES,
    encode_error=encode_error,
    keys=(ACCOUNT, APP_KEY),
    survey=SURVEY,
    describe=_describe,
    example=_example,
    method=method,
    check=check,
    admit=admit,
    limits=limits,
    cors=Cors(
        methods=("GET", "PUT", "POST"),
        headers=(
            "Authorization",
            "Content-Type",
            "Accept",
            "X-HTTP-Method-Override",
            "X-Requested-With",
            "Pragma",
            "Cache-Control",
        ),
        expose=("Location",),
    ),
    secret_parameters=frozenset({"appkey"}),
    capabilities=frozenset({"collect", "conversations", "xml", "cors"}),
    switches=(NUMBER_FORMAT, AGENTS, PUBLIC_APP_KEY, RATE_LIMITS),
)
