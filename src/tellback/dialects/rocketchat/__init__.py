"""Rocket.Chat: visitors, their rooms, and what they say of them when they leave."""

import json
from collections.abc import Mapping
from typing import Any

from tellback.core.model import Project, Survey
from tellback.dialects.contract import Dialect
from tellback.dialects.rocketchat.calls import NAME
from tellback.dialects.rocketchat.config import OFFERED
from tellback.dialects.rocketchat.cors import CORS
from tellback.dialects.rocketchat.errors import ERRORS, STATUSES, encode_error
from tellback.dialects.rocketchat.keys import AUTH_TOKEN, USER_ID, WEBHOOK_TOKEN
from tellback.dialects.rocketchat.limits import RATE_LIMITS, limits
from tellback.dialects.rocketchat.routes import ROUTES
from tellback.dialects.rocketchat.survey import SURVEY


def _describe(project: Project, keys: Mapping[str, str], _survey: Survey | None) -> dict[str, Any]:
    return {
        "auth_token": keys[AUTH_TOKEN.name],
        "user_id": keys[USER_ID.name],
        "webhook_token": keys[WEBHOOK_TOKEN.name],
        # Visitors have no key that would tell whose they are.
        "path": f"/p/{project.slug}",
    }


def _example(base_url: str, described: Mapping[str, Any]) -> str:
    """What a chat server tells when a conversation has ended; its visitor can then be heard."""
    event = {
        "type": "LivechatSession",
        "_id": "gMMeBpWyLeowCrzBv",
        "visitor": {"token": "a-token-of-the-visitors-own", "name": "A visitor"},
        "agent": {"username": "an.agent"},
    }
    return (
        f"curl -i {base_url}/api/v1/livechat/webhook.receive \\\n"
        f"  -H 'X-RocketChat-Livechat-Token: {described['webhook_token']}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(event)}'"
    )


DIALECT = Dialect(
    name=NAME,
    title="Rocket.Chat",
    routes=ROUTES,
    errors=STATUSES,
    encode_error=encode_error,
    keys=(AUTH_TOKEN, USER_ID, WEBHOOK_TOKEN),
    survey=SURVEY,
    describe=_describe,
    example=_example,
    limits=limits,
    capabilities=frozenset(
        {"collect", "list_responses", "contacts", "conversations", "rate_limit_headers", "cors"}
    ),
    switches=(ERRORS, CORS, RATE_LIMITS, OFFERED),
)
