"""A published client of Rocket.Chat, unmodified, speaks with us: `rocketchat_API` of its users.

It has a call of its own for most of what a visitor does. What it has none for, it posts as anything
else, with the same encoding, headers and reading of errors.
"""

import json
import subprocess
from typing import Any

from tellback.config import Config
from tests.journeys.clients import client_python
from tests.journeys.running import command, running_server

TOKEN = "d4a8338e5a7d98b6750b4f839431b34a3f4813b2c43f7d89597948f21f607bb4"
_CONVERSATION = """
import json, sys
from rocketchat_API.APIExceptions.RocketExceptions import RocketApiException
from rocketchat_API.rocketchat import RocketChat

url, token, keys = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
agent = RocketChat(server_url=url, auth_token=keys["auth_token"], user_id=keys["user_id"])
stranger = RocketChat(server_url=url)

def refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except RocketApiException as error:
        return {"status": error.status_code, "error": error.error, "type": error.error_type}

told = {"info": stranger.info()}
visitor = {"name": "Ada", "email": "ada@example.org"}
told["registered"] = stranger.livechat_register_visitor(token, visitor=visitor)
told["visitor"] = stranger.livechat_get_visitor(token)
told["opened"] = stranger.livechat_room(token)
rid = told["opened"]["room"]["_id"]
told["same"] = stranger.livechat_room(token, rid=rid)
told["message"] = stranger.livechat_message(token, rid, "Hello")
told["closed"] = stranger.call_api_post("livechat/room.close", token=token, rid=rid)
said = [
    {"name": "satisfaction", "value": 5},
    {"name": "additionalFeedback", "value": "Thankszzzzz"},
]
survey = "livechat/room.survey"
told["survey"] = stranger.call_api_post(survey, token=token, rid=rid, data=said)
told["rooms"] = list(agent.livechat_rooms(count=1, open="false"))
told["of_nobody"] = list(agent.livechat_rooms(agents=["nobody", "else"]))
told["refused"] = {
    "token": refused(stranger.livechat_room, "nobody"),
    "closed": refused(stranger.livechat_message, token, rid, "Hello?"),
    "room": refused(stranger.call_api_post, survey, token=token, rid="x", data=said),
    "visitor": refused(stranger.livechat_get_visitor, "nobody"),
    "login": refused(stranger.livechat_rooms),
    "data": refused(stranger.call_api_post, survey, token=token, rid=rid),
}
print(json.dumps(told))
"""


def test_a_client_of_its_users_has_a_whole_conversation(config: Config) -> None:
    made = command(config, "project", "create", "Shop")
    with running_server(config, "--role", "web") as server:
        told = _converse(server.url, made["credentials"]["rocketchat"])
    rid = told["opened"]["room"]["_id"]
    assert told["info"] == {"version": "8.8", "success": True}
    assert told["visitor"] == told["registered"]
    assert told["visitor"]["visitor"]["username"] == "guest-1"
    assert (told["opened"]["newRoom"], told["same"]["newRoom"]) == (True, False)
    assert told["message"]["message"]["msg"] == "Hello"
    assert told["closed"] == {"rid": rid, "comment": "Closed by visitor", "success": True}
    answers = {"satisfaction": "5", "additionalFeedback": "Thankszzzzz"}
    assert told["survey"] == {"rid": rid, "data": answers, "success": True}
    [room] = told["rooms"]
    assert (room["_id"], room["surveyFeedback"], room["v"]["name"]) == (rid, answers, "Ada")
    assert "open" not in room
    assert told["of_nobody"] == []


def test_the_client_understands_what_is_refused(config: Config) -> None:
    made = command(config, "project", "create", "Shop")
    with running_server(config, "--role", "web") as server:
        refused = _converse(f"{server.url}/p/shop", made["credentials"]["rocketchat"])["refused"]
    codes = {"token": "invalid-token", "closed": "room-closed", "room": "invalid-room"}
    for name, code in {**codes, "visitor": "invalid-token"}.items():
        assert refused[name] == {"status": 400, "error": f"[{code}]", "type": code}
    assert refused["login"]["status"] == 401
    assert refused["login"]["error"] == "You must be logged in to do this."
    assert refused["data"]["error"] == "must have required property 'data' [invalid-params]"
    assert refused["data"]["type"] == "invalid-params"


def _converse(url: str, keys: dict[str, Any]) -> Any:
    """What the client was told, in an environment of its own."""
    run = [client_python(), "-c", _CONVERSATION, url, TOKEN, json.dumps(keys)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
