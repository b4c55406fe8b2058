"""Boolean: survey e-mails with one question and two answers, requested in bulk."""

import json
from collections.abc import Mapping
from typing import Any

from tellback.core.model import Project, Survey
from tellback.dialects.boolean.encode import encode_error
from tellback.dialects.boolean.errors import STATUSES
from tellback.dialects.boolean.keys import API_KEY
from tellback.dialects.boolean.survey import SURVEY
from tellback.dialects.boolean.wire import ROUTES, check_head, limits
from tellback.dialects.contract import Dialect


def _describe(_project: Project, keys: Mapping[str, str], _survey: Survey | None) -> dict[str, Any]:
    return {"api_key": keys[API_KEY.name]}


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    body = [
        {
            "$email": "someone@somedomain.com",
            "$transaction_id": "4125",
            "$transaction_date": "2016-01-13T04:30:30Z",
            "$transaction_amount": 999,
            "$transaction_currency": "USD",
            "properties": {"city": {"S": "San Francisco"}, "first_time_customer": {"B": True}},
        }
    ]
    return (
        f"curl -i '{base_url}/v1/surveys?pretty' \\\n"
        f"  -u {described['api_key']}: \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body)}'"
    )


DIALECT = Dialect(
    name="boolean",
    title="Boolean",
    routes=ROUTES,
    errors=STATUSES,
    encode_error=encode_error,
    keys=(API_KEY,),
    survey=SURVEY,
    describe=_describe,
    example=_example,
    check=check_head,
    limits=limits,
    capabilities=frozenset(
        {
            "ask_by_email",
            "bulk",
            "list_invitations",
            "scores",
            "suppressions",
            "rate_limit_headers",
        }
    ),
)
