"""Who uses a server in every way there is, and what they send that is nobody else's to know."""

import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from tellback.config import Config
from tests.journeys.running import command

NAME, PHONE, COMMENT = "Zelda Quixote", "+49 (151) 5551-2345", "my xylophone ate the dog"
MAIL, OTHER, UNKNOWN = "zelda.quixote@example.com", "sancho@example.net", "zelda quixote at home"
PATIENT, PEER, PASSWORD = "patient-771-zq", "203.0.113.77", "correct horse xylophone"
PERSONAL = ("zelda", "quixote", "sancho", "5551-2345", "xylophone", PATIENT, PEER)
REQUEST_ID = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
JSON = {"Content-Type": "application/json"}


class People:
    """Who calls, on which wires; keeps what was sent that is nobody else's to know."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self.keys = keys
        self.secret = {PASSWORD, *_secrets(keys)}
        self.statuses: set[int] = set()

    def send(self, client: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response:
        reply = client.request(method, path, **given)
        self.statuses.add(reply.status_code)
        return reply

    def speak_on_every_wire(self, client: httpx.Client, again: bool = False) -> None:
        """Ask and answer, as everybody who integrates does."""
        number = 2 if again else 1
        self.ask_by_mail(client, OTHER if again else MAIL)
        self.answer_in_the_app(client, number)
        self.answer_in_a_room(client, number)
        self.answer_in_a_thread(client, number)
        self.answer_offline(client, number)

    def ask_by_mail(self, client: httpx.Client, address: str) -> None:
        item = {
            "$transaction_date": "2026-11-20T10:00:00Z",
            "$transaction_amount": 99.5,
            "$transaction_currency": "EUR",
            "properties": {"name": {"S": NAME}},
        }
        items = [
            {"$email": each, "$transaction_id": f"{PATIENT}-{each}", **item}
            for each in (address, UNKNOWN)
        ]
        self.send(client, "POST", "/v1/surveys", json=items, auth=self.basic)

    @property
    def basic(self) -> tuple[str, str]:
        return self.keys["boolean"]["api_key"], ""

    def answer_in_the_app(self, client: httpx.Client, number: int, **other: Any) -> None:
        held = self.keys["satismeter"]
        comment = [q["id"] for q in held["questions"] if q["type"] == "long-text"]
        body = {
            "writeKey": held["write_key"],
            "campaign": held["campaign"],
            "method": "In-App",
            "rating": 9,
            "answers": [{"id": id_, "value": COMMENT} for id_ in comment],
            "userId": f"{PATIENT}-{number}",
            "traits": {"name": NAME, "email": MAIL, "phone": PHONE},
        }
        self.send(client, "POST", "/api/responses", json={**body, **other})

    def answer_in_a_room(self, client: httpx.Client, number: int) -> None:
        visitor, room = f"{PATIENT}-visitor-{number}", f"{PATIENT}-room-{number}"
        self.tell_of(client, room, {"visitor": visitor})
        said = [
            {"name": "satisfaction", "value": "4"},
            {"name": "additionalFeedback", "value": COMMENT},
        ]
        body = {"token": visitor, "rid": room, "data": said}
        path = self.keys["rocketchat"]["path"]
        self.send(client, "POST", f"{path}/api/v1/livechat/room.survey", json=body)

    def answer_in_a_thread(self, client: httpx.Client, number: int) -> None:
        held, talk = self.keys["edna"], f"{PATIENT}-talk-{number}"
        self.tell_of(client, talk, {"external": PATIENT}, open=False)
        asked = {"items": [{"survey": "edna", "conversation": f"reference:{talk}"}]}
        self.send(client, "POST", "/-/api/invitations", json=asked, headers=self.managing)
        body = {
            "type": "SURVEY_QUESTION_ANSWER",
            "clientId": PATIENT,
            "sendingId": number,
            "questionId": held["questionId"],
            "rate": 4,
            "text": "Please rate our service",
            "comment": COMMENT,
        }
        bearer = {"Authorization": f"Bearer {held['integrator_token']}"}
        self.send(client, "POST", "/api/v1/quality/answer", json=body, headers=bearer)

    def answer_offline(self, client: httpx.Client, number: int) -> None:
        held = self.keys["liveperson"]
        head = {
            "Authorization": f"LivePerson appKey={held['app_key']}",
            "X-HTTP-Method-Override": "PUT",
            "Accept": "application/json",
        }
        path = f"/api/account/{held['account']}/chat/offlineSurvey?v=1&NC=true"
        told = zip(held["questions"], (NAME, MAIL, "9", COMMENT), strict=True)
        said = [{"id": question["id"], "answer": answer} for question, answer in told]
        visitor = f"{PATIENT}-{number}"
        survey = {"id": held["survey"], "question": said, "LETagVisitorId": visitor}
        self.send(client, "POST", path, json={"survey": survey}, headers=head)
        marked = "".join(
            f'<question id="{one["id"]}"><answer>{one["answer"]}</answer></question>'
            for one in said
        )
        xml = f'<survey id="{held["survey"]}">{marked}<LETagVisitorId>{visitor}x</LETagVisitorId>'
        head |= {"Content-Type": "application/xml", "Accept": "application/xml"}
        self.send(client, "POST", path, content=f"{xml}</survey>", headers=head)

    @property
    def managing(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys['api']['manage_key']}"}

    def tell_of(
        self, client: httpx.Client, reference: str, who: dict[str, str], **more: Any
    ) -> None:
        item = {"reference": reference, "contact": {"identities": who}, **more}
        body = {"items": [item]}
        self.send(client, "POST", "/-/api/conversations", json=body, headers=self.managing)

    def click(self, client: httpx.Client, mail: EmailMessage) -> None:
        """Open the survey of a mail, answer it, unsubscribe; try with a link that was changed."""
        html = mail.get_body(("html",))
        assert html is not None
        links = re.findall(r'(?:href|src)="(http[^"]+)"', html.get_content())
        links += re.findall(r"<(http[^>]+)>", mail["List-Unsubscribe"])
        for link in dict.fromkeys(part.replace("&amp;", "&") for part in links):
            path = urlsplit(link).path
            self.secret |= {part for part in path.split("/") if len(part) >= 12}
            self.send(client, "GET", link)
            self.send(client, "GET", f"{path[:-4]}zzzz?a=positive")
            self.post_the_form(client, path)

    def post_the_form(self, client: httpx.Client, path: str) -> None:
        page = self.send(client, "GET", f"{path}?a=positive").text
        fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page))
        fields |= dict.fromkeys(re.findall(r'<textarea[^>]* name="([^"]+)"', page), COMMENT)
        self.send(client, "POST", path, data=fields)

    def send_what_will_not_do(self, client: httpx.Client, url: str, config: Config) -> None:
        """Wrong keys, wrong bodies, wrong paths, and what is no HTTP at all."""
        self.answer_in_the_app(client, 3, writeKey="zelda-wrong-key-0000")
        self.answer_in_the_app(client, 3, rating=f"{NAME} {MAIL}")
        self.answer_in_the_app(client, 3, campaign=MAIL)
        given = {"X-Request-Id": REQUEST_ID, **JSON}
        self.send(client, "POST", "/v1/surveys", content=f"[{MAIL}", auth=self.basic, headers=given)
        self.send(client, "POST", "/v1/surveys", json=[], auth=("zelda-wrong-key-0000", ""))
        for path in (f"/v1/surveys/{MAIL}", f"/-/r/{MAIL}", f"/{MAIL}", f"/-/p/{quote(NAME)}/"):
            self.send(client, "GET", f"{path}?email={quote(MAIL)}", auth=self.basic)
        self.send(client, "GET", "/-/api/contacts", params={"q": MAIL}, headers=self.managing)
        self.sign_in(client, "wrong xylophone")
        self.sign_in(client, PASSWORD)
        path = command(config, "project", "bounces")["path"]
        bounce = f"To: {MAIL}\r\nX-Failed-Recipients: {MAIL}\r\n\r\n{COMMENT}\r\n"
        self.send(client, "POST", path, content=bounce)
        place = urlsplit(url)
        with socket.create_connection((place.hostname or "", place.port or 0)) as raw:
            raw.sendall(f"GET /{MAIL} {NAME}\r\n\r\n".encode())
            raw.recv(1000)

    def sign_in(self, client: httpx.Client, password: str) -> None:
        form = self.send(client, "GET", "/-/login", headers={"Accept": "text/html"}).text
        token = re.search(r'name="form_token" value="([^"]+)"', form)
        assert token
        fields = {"email": OTHER, "password": password, "form_token": token[1]}
        self.send(client, "POST", "/-/login", data=fields)
        self.secret |= {token[1], *(value for value in client.cookies.values() if len(value) > 11)}

    def look_at_everything(self, client: httpx.Client) -> None:
        """What is shown of tables that are not there."""
        self.send(client, "GET", "/v1/surveys", params={"email": MAIL}, auth=self.basic)
        self.send(client, "GET", "/v1/unsubscribes", auth=self.basic)
        self.send(client, "GET", "/-/api/suppressions", headers=self.managing)
        self.send(client, "GET", f"/-/api/invitations?q={MAIL}", headers=self.managing)
        for page in ("", "responses", f"invitations?address={MAIL}"):
            self.send(client, "GET", f"/-/p/shop/{page}", headers={"Accept": "text/html"})


def _secrets(keys: Any) -> Iterator[str]:
    """Every text of the credentials that opens something."""
    if isinstance(keys, dict):
        for name, value in keys.items():
            if isinstance(value, str) and re.search("key|token|secret", name):
                yield value
            else:
                yield from _secrets(value)


def told_of(people: People, text: str) -> list[str]:
    """Which words of what was sent stand in a text, however they may be written."""
    secret = {part for each in people.secret for part in (each, quote(each))}
    return [word for word in (*PERSONAL, *secret) if word.lower() in text.lower()]
