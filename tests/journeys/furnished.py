"""A server with a shop as it is after some weeks, and with a project that has just begun.

alice owns both, erin analyses both, bob the shop; zoe is an agent of both, and talked to people of
the shop. nobody@example.com belongs to no project.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

import httpx
from sqlalchemy import delete, select

from tellback.actions.apply_surveys import ApplySurvey, apply_surveys
from tellback.actions.keep_drafts import KeepDraft, keep_drafts
from tellback.actions.submit_responses import submit_responses
from tellback.app import open_database
from tellback.config import Config
from tellback.core.commands import SubmitResponse
from tellback.core.conversations import RecordConversation
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.users import Role
from tellback.dialects.provision import NewProject, make_project
from tellback.dialects.registry import load_dialects
from tellback.mail.delivery import Envelope
from tellback.mail.transports.outbox import FileTransport
from tellback.store.database import Database
from tellback.store.tables import memberships, users
from tellback.surveyfile import read_survey
from tellback.web.dashboard.surveys_fields import content_of
from tests.journeys.running import Server, running_server
from tests.web.dashboard.people import PASSWORD, add_user
from tests.web.dashboard.seeds import Seed, Seeded, sow
from tests.web.dashboard.test_surveys_editor import EVERYTHING
from tests.web.respond.asking import run

_MAIL = "<html><head><title>Mail</title></head><body><h1>How was it?</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Site:
    """A running server with a shop of some weeks, a new project, and what to look at in them."""

    url: str
    new: NewProject
    pages: dict[str, str]


@contextmanager
def furnished_site(config: Config) -> Iterator[Site]:
    """A running server on an empty directory and database, furnished."""
    new, seeded = run(_furnish(config))
    with running_server(config) as server:
        yield Site(server.url, new, _pages(server, seeded))


async def _furnish(config: Config) -> tuple[NewProject, Seeded]:
    database = open_database(config)
    try:
        shop = await make_project(database, load_dialects(), "Shop")
        new = await make_project(database, load_dialects(), "Brand new")
        await add_user(database, "alice@example.com", Role.OWNER)
        await add_user(database, "bob@example.com", Role.ANALYST, "shop")
        await add_user(database, "erin@example.com", Role.ANALYST)
        await add_user(database, "zoe@example.com", Role.AGENT)
        await add_user(database, "nobody@example.com", Role.OWNER, "shop")
        await database.write(_without_projects, ["nobody@example.com"])
        seeded = await _sow(database, shop, config)
        await _chat(database, shop)
        await _write_surveys(database, shop)
    finally:
        await asyncio.to_thread(database.close)
    return new, seeded


def _without_projects(tx: Any, jobs: Any) -> list[None]:
    theirs = select(users.c.id).where(users.c.email == jobs[0])
    tx.connection.execute(delete(memberships).where(memberships.c.user_id.in_(theirs)))
    return [None]


async def _sow(database: Database, shop: NewProject, config: Config) -> Seeded:
    seeded: Seeded = await database.write_one(sow, Seed(shop.project))
    for id_ in seeded.invitations[-60:]:
        mail = EmailMessage()
        mail["Subject"], mail["Message-ID"] = "How was it?", f"<{id_}@example.com>"
        mail["From"], mail["To"] = "shop@example.com", "somebody@example.com"
        mail.set_content("How was it?\n")
        mail.add_alternative(_MAIL, subtype="html")
        addresses = ("shop@example.com", "somebody@example.com")
        envelope = Envelope(*addresses, mail.as_bytes(), f"<{id_}@example.com>")
        await FileTransport(config.outbox).send(envelope)
    return seeded


async def _chat(database: Database, shop: NewProject) -> None:
    """Rated chats, one after the other; the last is one of zoe's."""
    for number, agent in enumerate(["Kim", "zoe@example.com", "Kim", "zoe@example.com"]):
        visitor = ContactKey(Identity.EXTERNAL, f"visitor-{number}")
        about = RecordConversation(
            dialect="rocketchat",
            reference=f"chat-{number}",
            contact=visitor,
            agent=agent,
            department="Repairs",
            channel="web",
            is_open=False,
        )
        said = SubmitResponse(
            dialect="rocketchat",
            channel=Channel.CHAT,
            survey="rocketchat",
            contact=visitor,
            about=about,
            rating=number + 2,
            comment=f"Answer number {number} came at once, and it was right.",
            force=True,
        )
        await database.write_one(submit_responses, (shop.project, said))


async def _write_surveys(database: Database, shop: NewProject) -> None:
    """A survey with two versions, and a draft of it with much to be mended."""
    file = read_survey(EVERYTHING)
    for text in ({"en": "Why so?"}, file.definition.questions[2].text):
        last = replace(file.definition.questions[2], text=text)
        definition = replace(file.definition, questions=(*file.definition.questions[:2], last))
        await database.write_one(
            apply_surveys, ApplySurvey(shop.project, file.key, True, definition, None)
        )
    content = content_of(replace(definition, hide_after=0, name=""), True)
    content["languages"].append("ar")
    job = KeepDraft(shop.project, file.key, content, 1, "alice@example.com")
    await database.write_one(keep_drafts, job)


_ASKED = {
    "nobody by an address": "/-/p/shop/invitations?address=x@example.com",
    "nobody": "/-/p/shop/people?who=nobody@example.com",
    "surveys": "/-/p/shop/surveys",
    "new survey": "/-/p/shop/new-survey",
    "survey": "/-/p/shop/surveys/visit",
    "survey editor": "/-/p/shop/surveys/seeded-nps/edit",
    "survey with problems": "/-/p/shop/surveys/visit/edit?check=1",
    "survey preview": "/-/p/shop/surveys/visit/preview?language=de&trial=sent",
}


def _pages(server: Server, seeded: Seeded) -> dict[str, str]:
    """Every kind of page, with and without anything to show."""
    with httpx.Client(
        base_url=server.url, headers={"Accept": "text/html"}, follow_redirects=True
    ) as client:
        form = client.get("/-/login").text
        token = re.search(r'name="form_token" value="([^"]+)"', form)
        assert token
        fields = {"email": "alice@example.com", "password": PASSWORD, "form_token": token[1]}
        client.post("/-/login", data=fields).raise_for_status()

        def first(path: str) -> str:
            found = re.search(rf"{path.partition('?')[0]}/[0-9a-f]{{32}}", client.get(path).text)
            assert found, path
            return found[0]

        shop = "/-/p/shop"
        return {
            "projects": "/-/",
            "account": "/-/account",
            "overview": f"{shop}/",
            "overview of all time": f"{shop}/?period=all",
            "overview of nothing": f"{shop}/?period=7",
            "responses": f"{shop}/responses",
            "responses with a comment": f"{shop}/responses?comments=1",
            "comments": f"{shop}/comments?period=all",
            "comments of nothing": f"{shop}/comments?period=7&channel=chat",
            "a response": first(f"{shop}/responses?channel=email"),
            "a rated chat": first(f"{shop}/responses"),
            "responses compared": f"{shop}/responses/compare?a=wire%3Dboolean&b=comments%3D1",
            "responses of a search": f"{shop}/responses?q=parcel&rating=good",
            "responses that are none": f"{shop}/responses?q=nobody+wrote+this",
            "responses by a mistake": f"{shop}/responses?where=property%5B%22city%22%5D+%3D%3E+3",
            "responses past the end": f"{shop}/responses?before=1-{'0' * 32}",
            "conversations": f"{shop}/conversations?period=all",
            "people": f"{shop}/people",
            "person": first(f"{shop}/people"),
            **_ASKED,
            "invitations": f"{shop}/invitations",
            "invitations in a state": f"{shop}/invitations?state=responded",
            **_asking(client, shop),
            "story of an answer": first(f"{shop}/invitations?state=responded"),
            "story of a doubt": first(f"{shop}/invitations?state=unknown"),
            "story of a bounce": first(f"{shop}/invitations?state=bounced"),
            "outbox": f"{shop}/outbox",
            "mail": first(f"{shop}/outbox"),
            "mail that is gone": f"{shop}/outbox/{_oldest_mailed(client, seeded)}",
            "connect": f"{shop}/connect",
            "rejected": f"{shop}/rejected",
            "rejection": first(f"{shop}/rejected"),
            "new overview": "/-/p/brand-new/",
            "no responses": "/-/p/brand-new/responses",
            "no comments": "/-/p/brand-new/responses?comments=1",
            "no conversations": "/-/p/brand-new/conversations",
            "no people": "/-/p/brand-new/people",
            "no invitations": "/-/p/brand-new/invitations",
            "no mails": "/-/p/brand-new/outbox",
            "nothing rejected": "/-/p/brand-new/rejected",
            "missing": "/-/p/none/",
        }


def _asking(client: httpx.Client, shop: str) -> dict[str, str]:
    """The pages of asking people by hand, and of the project itself."""
    return {
        "settings": f"{shop}/settings",
        "members": f"{shop}/members",
        "ask people": f"{shop}/invitations/ask",
        "progress of a request": _request(client, shop),
        "why": f"{shop}/invitations/why",
        "why of nobody": f"{shop}/invitations/why?who=nobody@example.com",
        "why of somebody": f"{shop}/invitations/why?who=somebody.1@example.com",
    }


def _request(client: httpx.Client, shop: str) -> str:
    """The progress of a list that was uploaded just now, and goes tomorrow."""
    form = client.get(f"{shop}/invitations/ask").text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    survey = re.search(r'<option value="([0-9a-f]{32})"', form)
    assert survey
    fields |= {"survey": survey[1], "pasted": "email,name\nada@example.com,Ada\n"}
    seen = client.post(f"{shop}/invitations/ask", data=fields).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', seen))
    latest = re.search(r'max="([^"]+)"', seen)
    assert latest
    sent = client.post(f"{shop}/invitations/ask/send", data={**fields, "send_at": latest[1]})
    return sent.raise_for_status().url.path


def _oldest_mailed(client: httpx.Client, seeded: Seeded) -> str:
    for id_ in seeded.invitations:
        if client.get(f"/-/p/shop/outbox/{id_}").status_code == 200:
            return id_
    raise AssertionError("no mail was sent")
