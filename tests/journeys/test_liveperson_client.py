"""What the vendor's own scripts send, by plain HTTP, to a running server.

No package registry has a client of this interface: the vendor hands out scripts for pages. These
are the calls that their versions 1.0.0 and 3.1.0 make, in their order and with their headers.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tellback.config import Config
from tests.journeys.running import TELLBACK, command, environment, running_server

PUBLIC = "721c180b09eb463d9f3191c41762bb68"
VISITOR = {
    "LETagVisitorId": "rloXnVgEQ-iQuoOytvKNqA",
    "LETagSessionId": "rN82d4rATN6EuiA4cJwaPg",
    "LETagContextId": "5",
}
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6) AppleWebKit/537.36"
EXIT = """\
key: exit
number: 361348
name: Exit
type: form
repeat_after_days: 0
questions:
  - {id: transcript, number: 4991315, type: single_choice, text: "Transcript?",
     choices: [{value: "yes", label: "Yes"}, {value: "no", label: "No"}]}
"""


@dataclass
class Script:
    """A page's script: it asks for the host, then follows links."""

    root: str
    account: str
    read_key: str

    def host(self) -> str:
        """From the domain API."""
        path = f"/api/account/{self.account}/service/conversationVep/baseURI.json"
        found = httpx.get(f"{self.root}{path}", params={"version": "1.0"}).json()
        assert found["account"] == self.account
        return str(found["baseURI"])

    def call(self, method: str, href: str, body: Any = None, query: str = "") -> httpx.Response:
        """As the SDK does: a suffix, a version, PUT as POST, and any format accepted."""
        headers = {
            "AUTHORIZATION": f"LivePerson appKey={PUBLIC}",
            "Accept": "*/*",
            "X-Requested-With": "XMLHttpRequest",
            "Pragma": "no-cache",
            "Cache-Control": "private, max-age=0, no-cache, no-store",
            "User-Agent": BROWSER,
        }
        if method == "PUT":
            method, headers["X-HTTP-Method-Override"] = "POST", "PUT"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=UTF-8"
            content = json.dumps(body)
        url = f"{href}.json?v=1&NC=true{query}&__d=41236"
        return httpx.request(method, url, headers=headers, content=content)

    def stored(self) -> list[dict[str, Any]]:
        """What the project's owner reads, oldest first."""
        reply = httpx.get(
            f"{self.root}/-/api/responses", headers={"Authorization": f"Bearer {self.read_key}"}
        )
        assert reply.status_code == 200, reply.text
        return list(reversed(reply.json()["items"]))


@pytest.fixture
def script(config: Config, tmp_path: Path) -> Iterator[Script]:
    made = command(config, "project", "create", "Shop")
    (tmp_path / "exit.yaml").write_text(EXIT)
    apply = [TELLBACK, "survey", "apply", str(tmp_path / "exit.yaml")]
    subprocess.run(apply, check=True, capture_output=True, env=environment(config), timeout=60)
    keys = made["credentials"]
    with running_server(config, "--role", "web") as server:
        yield Script(server.url, keys["liveperson"]["account"], keys["api"]["read_key"])


def links(value: Any) -> dict[str, str]:
    """Links by their relation, as the SDK gathers them."""
    return {link["@rel"]: link["@href"] for link in value["link"]}


def test_a_page_leaves_a_message_while_nobody_is_there(script: Script) -> None:
    account = f"http://{script.host()}/api/account/{script.account}"
    rels = links(script.call("GET", account, query=f"&appKey={PUBLIC}").json()["account"])
    assert script.call("GET", rels["chat-availability"]).json() == {"availability": False}
    query = "&visitorProfile=vp&LETagVisitorId=v&skill=Sales"
    reply = script.call("GET", rels["chat-offline-survey"], query=query)
    # The first version compares the type as a whole, and takes nothing else for JSON.
    assert reply.headers["Content-Type"] == "application/json"
    survey = reply.json()["survey"]
    typed = ("Natalie", "natalie@example.com", "9", "Do call me back")
    questions = zip(survey["questions"]["question"], typed, strict=True)
    given = [{"id": one["id"], "answer": text} for one, text in questions]
    newer = {"survey": {"id": survey["id"], "question": given, **VISITOR, "skill": "Sales"}}
    older = {"visitorSessionId": "s", "survey": {"id": survey["id"], "question": given}, **VISITOR}
    for body in (newer, newer, older):
        # Where no reply came, the script posts again.
        posted = script.call("PUT", rels["chat-offline-survey"], body)
        assert (posted.status_code, posted.content) == (200, b"")
    [stored] = script.stored()
    assert stored["rating"] == 9
    assert stored["comment"] == "Do call me back"
    assert stored["wire"] == "liveperson"


def test_a_page_has_a_chat_and_a_survey_after_it(script: Script) -> None:
    account = f"http://{script.host()}/api/account/{script.account}"
    rels = links(script.call("GET", account).json()["account"])
    wanted = {"request": {"skill": "Sales", "preChatLines": {"lines": ["Hello"]}, **VISITOR}}
    started = script.call("POST", rels["chat-request"], wanted)
    assert started.status_code == 201
    chat = started.headers["Location"]
    assert urlsplit(chat).path.startswith(f"/api/account/{script.account}/chat/H")
    places = script.call("GET", chat).json()["chat"]["link"]
    assert places[6]["@rel"] == "exit-survey"
    survey = script.call("GET", places[6]["@href"]).json()["survey"]
    assert (survey["id"], survey["questions"]["question"]["id"]) == (361348, 4991315)
    wrong = {"survey": {"id": 361348, "question": {"id": "4991315", "answer": "Yes"}}}
    refused = script.call("PUT", places[6]["@href"], wrong)
    assert refused.status_code == 400
    assert refused.json()["error"]["internalCode"] == 5
    assert "Value entered must be from the proposed options" in refused.json()["error"]["message"]
    right = {"survey": {"id": 361348, "question": {"id": "4991315", "answer": "yes"}}}
    assert script.call("PUT", places[6]["@href"], right).status_code == 200
    [stored] = script.stored()
    assert stored["answers"] == {"transcript": "yes"}
