"""Workload `wires`: one answer (or, where a wire takes none, one ask) a call, on each wire."""

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import Bound, Goal, Pair
from bench.ingest import response_request
from bench.load import NUMBER, Task, post, put_load
from bench.processes import Broken, Running, run
from bench.project import TELLBACK, Project, environment, fresh_project
from bench.scale import Scale

_XML = "liveperson-xml"
_WIRES = ("satismeter", "boolean", "edna", "liveperson", "rocketchat", _XML)
GOALS = tuple(
    Goal(
        f"wires.{wire}",
        "server CPU per call",
        "the cheapest JSON wire",
        "µs",
        Bound.AT_MOST,
        3.0 if wire == _XML else 1.5,
    )
    for wire in _WIRES
)
#: How many calls a second nothing here gets to, so that what they need is there for all of them.
_FASTEST = 6_000
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Wire:
    """What to send, and what says that it was taken: the status, and words in the reply."""

    request: str
    status: int = 200
    form: str = "%010d"
    said: str = ""


def measure(scale: Scale) -> Mapping[str, Pair]:
    """One round: each wire on the same server, one after the other."""
    with fresh_project() as project:
        _lift_limits(project)
        with project.serve("--role", "web") as server:
            _prepare(project, server, int((scale.warm_up + scale.seconds) * _FASTEST))
            wires = _wires(project)
            costs = {name: _load(server, wires[name], scale) for name in _WIRES}
    cheapest = min(cost for name, cost in costs.items() if name != _XML)
    return {f"wires.{name}": Pair(cost, cheapest) for name, cost in costs.items()}


def _wires(project: Project) -> Mapping[str, _Wire]:
    keys = project.credentials
    return {
        "satismeter": _Wire(response_request(keys["satismeter"]), 201),
        "boolean": _boolean(keys["boolean"]),
        "edna": _edna(keys["edna"]),
        "liveperson": _liveperson(keys["liveperson"]),
        "rocketchat": _rocketchat(keys["rocketchat"]),
        _XML: _liveperson_xml(keys["liveperson"]),
    }


def _boolean(keys: Mapping[str, Any]) -> _Wire:
    body = {
        "$email": f"b{NUMBER}@x.example",
        "$transaction_id": NUMBER,
        "$transaction_date": 1768278630,
        "$transaction_amount": 19.5,
        "$transaction_currency": "EUR",
        "properties": {"city": {"S": "Bonn"}, "qty": {"N": 3}, "new": {"B": True}},
    }
    key = base64.b64encode(f"{keys['api_key']}:".encode()).decode()
    head = f"Authorization: Basic {key}\r\n"
    # What is refused is refused within a 200.
    return _Wire(post("/v1/surveys", json.dumps([body]), head), said='"message":"accepted"')


def _edna(keys: Mapping[str, Any]) -> _Wire:
    body = {
        "type": "SURVEY_QUESTION_ANSWER",
        "clientId": "c-1",
        "sendingId": "<number>",
        "questionId": keys["questionId"],
        "rate": 4,
        "text": "Please rate our service",
        "comment": "It was quick, and Ann was kind.",
    }
    # A number with what may stand behind it: it must not begin with zeros.
    text = json.dumps(body).replace('"<number>"', NUMBER)
    head = f"Authorization: Bearer {keys['integrator_token']}\r\n"
    return _Wire(post("/api/v1/quality/answer", text, head), form="%-10d")


def _liveperson(keys: Mapping[str, Any]) -> _Wire:
    survey = {
        "id": keys["survey"],
        "question": [
            {"id": question["id"], "answer": answer} for question, answer in _answers(keys)
        ],
        "LETagVisitorId": f"json-{NUMBER}",
        "skill": "Sales",
    }
    return _Wire(_offline_survey(keys, json.dumps({"survey": survey}), "application/json"))


def _liveperson_xml(keys: Mapping[str, Any]) -> _Wire:
    questions = "".join(
        f'<question id="{question["id"]}"><answer>{answer}</answer></question>'
        for question, answer in _answers(keys)
    )
    survey = (
        f'<survey id="{keys["survey"]}">{questions}<LETagVisitorId>xml-{NUMBER}</LETagVisitorId>'
        "<skill>Sales</skill></survey>"
    )
    return _Wire(_offline_survey(keys, survey, "application/xml"))


def _answers(keys: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    said = ("Ann", f"ann{NUMBER}@example.com", "9", "It was quick, and Bo was kind.")
    return zip(keys["questions"], said, strict=True)


def _offline_survey(keys: Mapping[str, Any], body: str, media: str) -> str:
    path = f"/api/account/{keys['account']}/chat/offlineSurvey?v=1&NC=true"
    head = (
        f"Authorization: LivePerson appKey={keys['app_key']}\r\n"
        f"X-HTTP-Method-Override: PUT\r\nAccept: {media}\r\n"
    )
    return post(path, body, head, media)


def _rocketchat(keys: Mapping[str, Any]) -> _Wire:
    body = {
        "token": f"visitor-{NUMBER}",
        "rid": f"room-{NUMBER}",
        "data": [
            {"name": "satisfaction", "value": "4"},
            {"name": "additionalFeedback", "value": "It was quick, and Ann was kind."},
        ],
    }
    return _Wire(post(f"{keys['path']}/api/v1/livechat/room.survey", json.dumps(body)))


def _lift_limits(project: Project) -> None:
    """Everything comes from one address and with one key here."""
    for setting in ("calls_per_hour=1000000000", "rocketchat.rate_limits=off"):
        command = [TELLBACK, "project", "set", *setting.split("="), "--data", str(project.data)]
        run(command, env=environment(project.settings))


def _prepare(project: Project, server: Running, count: int) -> None:
    """Have rooms with their visitors, and people who were asked in conversations that are over."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    key = project.credentials["api"]["manage_key"]
    for start in range(1, count + 1, _AT_ONCE):
        numbers = range(start, start + _AT_ONCE)
        rooms = [_room(f"room-{n:010}", {"visitor": f"visitor-{n:010}"}) for n in numbers]
        talks = [_room(f"talk-{n:010}", {"external": f"c-{n:010}"}, open=False) for n in numbers]
        asks = [{"survey": "edna", "conversation": f"reference:talk-{n:010}"} for n in numbers]
        for path, items in (("conversations", rooms + talks), ("invitations", asks)):
            for some in (items[: len(items) // 2], items[len(items) // 2 :]):
                _post(connection, f"/-/api/{path}", key, some)
    connection.close()


def _room(reference: str, identities: Mapping[str, str], **more: Any) -> dict[str, Any]:
    return {"reference": reference, "contact": {"identities": identities}, **more}


def _post(connection: http.client.HTTPConnection, path: str, key: str, items: list[Any]) -> None:
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps({"items": items}), head)
    answer = connection.getresponse()
    told = answer.read()
    results = json.loads(told)["items"] if answer.status == 200 else []
    if len(results) != len(items) or any(one["status"] != 201 for one in results):
        raise Broken(f"{path}: {answer.status} {told[:600].decode()}")


def _load(server: Running, wire: _Wire, scale: Scale) -> float:
    task = Task(
        port=server.port,
        pid=server.pid,
        request=wire.request,
        connections=scale.connections,
        warm_up=scale.warm_up,
        seconds=scale.seconds,
        status=wire.status,
        form=wire.form,
        said=wire.said,
    )
    return put_load(task).server_us
