"""Looking changes nothing: no GET and no HEAD, anywhere, touches an answer or a subscription.

Mail scanners follow every link, browsers fetch ahead, chat programs draw previews. So the whole
route table is walked, our own pages' and every wire's, with every link that a mail has, by
strangers, by somebody signed in and with every key; and everything stored is compared.

One thing a GET may do, where a vendor's wire has it so: begin the conversation of a visitor, by
their own token, which stands in no link. That is neither an answer nor a subscription, and it is
all that may be new.
"""

import base64
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from tellback.actions.answer_by_link import answer_by_link
from tellback.actions.create_user import CreateUser, create_users
from tellback.actions.identify_contacts import identify_contacts
from tellback.actions.link_passwords import Invite, invite
from tellback.actions.record_rejections import record_rejections
from tellback.actions.set_logos import SetLogo, set_logos
from tellback.actions.suppress import suppress
from tellback.app import App
from tellback.core.commands import (
    UNSUBSCRIBED,
    IdentifyContact,
    RecordRejection,
    RecordSignal,
    SubmitResponse,
    Suppress,
)
from tellback.core.links import Purpose, sign
from tellback.core.model import Channel, ContactKey, Identity
from tellback.core.scanners import Kind
from tellback.core.users import Role
from tellback.dialects.contract import RateState
from tellback.dialects.limits import RateLimiter
from tellback.store.database import Database, Transaction
from tellback.store.sessions import insert_session
from tellback.store.tables import contacts, metadata, rejected_inputs, responses, surveys
from tellback.web.respond.form import mark_of
from tests.conftest import Tenant
from tests.web.respond.asking import PERSON, Asker

#: Logs of what was looked at, by whom, and of when that has changed what is counted of a day: that
#: they grow is their point.
LOGS = frozenset({"signals", "rejected_inputs", "sessions", "rollup_marks"})
#: What looking at a mail and its page may say of an invitation.
LOOKED_AT = frozenset({"opened_at", "clicked_at"})
STATES_OF_LOOKING = frozenset({"sent", "opened", "clicked"})
MAIL_QUERIES = (
    "",
    "?a=positive",
    "?a=negative",
    "?a=9",
    "?change",
    "?change&a=negative",
    "?again=1&at=rating",
    "?step=comment&q.comment=Nice",
    "?List-Unsubscribe=One-Click",
    "?_method=POST",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: A route, an address of it, and the headers of who looks.
Look = tuple[str, str, dict[str, str]]
Snapshot = dict[str, list[dict[str, Any]]]


def read_everything(connection: Connection) -> Snapshot:
    """Every row of every table that is no log, without what looking may change."""
    snapshot: Snapshot = {}
    for name, table in metadata.tables.items():
        if name not in LOGS:
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            snapshot[name] = [_without_looking(name, dict(row)) for row in rows]
    return snapshot


def _without_looking(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "credentials":
        # When a key was last used is a log, too.
        return {name: value for name, value in row.items() if name != "last_used_at"}
    if table != "invitations":
        return row
    kept = {name: value for name, value in row.items() if name not in LOOKED_AT}
    if kept["state"] in STATES_OF_LOOKING:
        kept["state"] = "sent"
    return kept


@pytest.fixture
def wire(app: App) -> str:
    """A wire that asks by e-mail."""
    return next(name for name, each in app.dialects.items() if "ask_by_email" in each.capabilities)


@pytest.fixture
async def invitations(shop: Tenant, wire: str, database: Database) -> list[str]:
    """One that waits for an answer, one that has one, and one of somebody who unsubscribed."""
    asker = Asker(database, shop.made.project, {})
    ids = [await asker.invite(wire, address=f"{name}@example.com") for name in ("ada", "bo", "cy")]
    submission = SubmitResponse(wire, Channel.EMAIL, invitation_id=ids[1], rating=1, comment="Fine")
    job = (shop.made.project, submission, RecordSignal(ids[1], Kind.ANSWER.value))
    await database.write_one(answer_by_link, job)
    await database.write_one(
        suppress, (shop.made.project, Suppress("cy@example.com", UNSUBSCRIBED))
    )
    return ids


@pytest.fixture
async def visitor(shop: Tenant, database: Database) -> str:
    """The token of a visitor who has had no conversation yet."""
    key = ContactKey(Identity.VISITOR, "a-visitors-own-token")
    known = IdentifyContact("wire", key, {"name": "Dora"}, numbered=True)
    await database.write_one(identify_contacts, (shop.made.project, known))
    return key.value


@pytest.fixture
async def cookie(shop: Tenant, database: Database) -> str:
    """The session of the project's owner."""
    user = await database.write_one(
        create_users, CreateUser("alice@example.com", "no password", Role.OWNER, [shop.slug])
    )
    await database.write_one(_sign_in, user.id)
    return "tellback-session=token"


def _sign_in(tx: Transaction, jobs: Any) -> list[None]:
    for user_id in jobs:
        insert_session(tx.connection, "token", user_id, tx.now, tx.now + 10**9)
    return [None for _ in jobs]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


@pytest.fixture
async def values(
    app: App, shop: Tenant, database: Database, invitations: list[str], visitor: str
) -> dict[str, list[str]]:
    """What may stand in a path, by the name of its parameter; ids of everything for the others."""
    project = shop.made.project
    refused = RecordRejection("wire", "ask", "POST", "/ask", 400, "a reason", b"{}")
    await database.write_one(record_rejections, (project, refused))
    tokens = [
        sign(project.secret, purpose, project.id, id_) for id_ in invitations for purpose in Purpose
    ]
    asker = Asker(database, project, {})
    shared = [row["id"] for row in await asker.rows(surveys)][:2]
    tokens += [sign(project.secret, Purpose.SHARE, project.id, id_) for id_ in shared]
    await database.write_one(invite, (project, Invite("eve@example.com", Role.AGENT, "a-link")))
    picture = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"
    settings = await database.write_one(set_logos, SetLogo(project.id, picture))
    tables = (responses, contacts, surveys, rejected_inputs)
    ids = [row["id"] for table in tables for row in await asker.rows(table)]
    return {
        "slug": [shop.slug],
        "token": [*tokens, visitor, "a-link"],
        "visitor": [visitor],
        "file": [*(f"{token}.gif" for token in tokens), "2255cc.css", settings.logo],
        "file_path": ["respond/respond.css"],
        "project": [project.id, project.slug],
        **{
            spec.name: [shop.keys(name)[spec.name]]
            for name, dialect in app.dialects.items()
            for spec in dialect.keys
            if spec.public
        },
        "": [*invitations, *ids],
    }


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is turned away for knocking too often."""
    state = RateState(limit=1, remaining=1, reset_at=0)
    monkeypatch.setattr(RateLimiter, "count", lambda *_: (True, state))


def paths_of(pattern: str, values: dict[str, list[str]]) -> Iterator[str]:
    """A route's pattern with everything that may stand in it.

    Parameters of which nothing is known take the same id, or a few of them would make thousands.
    """
    names = re.findall(r"\{(\w+)[^}]*\}", pattern)
    template = re.sub(r"\{[^}]*\}", "{}", pattern)
    for same in values[""] if set(names) - values.keys() else ("",):
        for filled in product(*(values.get(name, [same]) for name in names)):
            yield template.format(*filled)


def of_our_pages(app: App, cookie: str, values: dict[str, list[str]]) -> Iterator[Look]:
    """Every page of ours, as a stranger and as the owner sees it."""
    visitors = [{"User-Agent": PERSON}, {"User-Agent": PERSON, "Cookie": cookie}]
    for route in app.pages.app.routes:
        # Who is signed in makes no difference to a link of a mail.
        of_a_mail = "token" in route.path or "file:" in route.path
        for path in paths_of(route.path, values):
            for query in MAIL_QUERIES if of_a_mail else ("",):
                for visitor in visitors[:1] if of_a_mail else visitors:
                    yield route.path, path + query, visitor


def of_the_wires(app: App, shop: Tenant, values: dict[str, list[str]]) -> Iterator[Look]:
    """Every route of every wire, without a key and with each of the wire's keys."""
    queries = (
        *("", f"?project={shop.id}", "?start_date=2026-01-01&end_date=2026-12-31"),
        *(f"?token={token}" for token in values["visitor"]),
    )
    for dialect in app.dialects.values():
        keys = sorted(_texts(shop.keys(dialect.name)))
        visitors = [{}, *(_showing(key, scheme) for key in keys for scheme in ("Basic", "Bearer"))]
        walked: set[str] = set()
        # By its path: routes that differ only in their methods are looked at once, as GET if it is.
        reading_last = sorted(dialect.routes, key=lambda route: route.method == "GET")
        for route in {route.path: route for route in reading_last}.values():
            # An operation's second path is its first one in another form.
            again = route.operation in walked
            walked.add(route.operation)
            for number, path in enumerate(paths_of(route.path, values)):
                if again and number:
                    break
                for query in queries[:1] if again or number else queries:
                    for visitor in visitors:
                        yield route.path, path + query, {"User-Agent": "caller", **visitor}


def _showing(key: str, scheme: str) -> dict[str, str]:
    shown = base64.b64encode(f"{key}:".encode()).decode() if scheme == "Basic" else key
    return {"Authorization": f"{scheme} {shown}"}


@pytest.mark.usefixtures("unlimited")
async def test_looking_changes_nothing(
    app: App,
    client: httpx.AsyncClient,
    database: Database,
    shop: Tenant,
    values: dict[str, list[str]],
    cookie: str,
) -> None:
    # A stream to an open page would never end.
    app.news.close()
    before = await database.read(read_everything)
    reached: dict[str, set[int]] = {}
    for pattern, path, headers in (
        *of_our_pages(app, cookie, values),
        *of_the_wires(app, shop, values),
    ):
        for method in ("HEAD", "GET"):
            reply = await client.request(method, path, headers=headers)
            assert reply.status_code < 500, (method, path, reply.text)
            reached.setdefault(pattern, set()).add(reply.status_code)
    after = without_what_a_visitor_began(await database.read(read_everything), before)
    for name, rows in before.items():
        assert after[name] == rows, name
    the_walk_went_in(app, reached)


def without_what_a_visitor_began(after: Snapshot, before: Snapshot) -> Snapshot:
    """Everything but one new conversation, still wordless, and that its visitor was seen."""
    [begun] = [one for one in after["conversations"] if one not in before["conversations"]]
    assert (begun["messages"], begun["closed_at"]) == (0, None)
    [counter] = [one for one in after["counters"] if one not in before["counters"]]
    assert (counter["name"], counter["value"]) == ("conversation", 1)
    [known] = [one for one in before["contacts"] if one["id"] == begun["contact_id"]]
    assert known["name"] == "Dora"
    seen = {name: known[name] for name in ("updated_at", "last_seen_at")}
    people = [{**one, **seen} if one["id"] == known["id"] else one for one in after["contacts"]]
    return {
        **after,
        "conversations": [one for one in after["conversations"] if one != begun],
        "counters": [one for one in after["counters"] if one != counter],
        "contacts": people,
    }


def the_walk_went_in(app: App, reached: dict[str, set[int]]) -> None:
    """A walk that only met closed doors would prove nothing."""
    entered = {pattern for pattern, statuses in reached.items() if statuses & {200, 302, 303}}
    ours = {route.path for route in app.pages.app.routes if "GET" in route.methods}
    assert ours <= entered
    assert entered - ours


async def test_what_the_buttons_do_would_be_noticed(
    client: httpx.AsyncClient, database: Database, shop: Tenant, invitations: list[str]
) -> None:
    project = shop.made.project
    waiting, answered, _ = invitations
    presses = [
        (f"/-/r/{sign(project.secret, Purpose.ANSWER, project.id, waiting)}", "responses"),
        (f"/-/r/{sign(project.secret, Purpose.ANSWER, project.id, answered)}", "responses"),
        (f"/-/u/{sign(project.secret, Purpose.UNSUBSCRIBE, project.id, waiting)}", "suppressions"),
    ]
    [response] = await Asker(database, project, {}).rows(responses)
    rating = next(iter(response["answers"]))
    # A page that shows what was answered says so, or it would only be shown again.
    form = {f"q.{rating}": "negative", "seen": mark_of(response["answers"])}
    for path, table in presses:
        before = await database.read(read_everything)
        reply = await client.post(path, data=form, headers=FORM)
        assert reply.status_code in {200, 303}, reply.text
        assert (await database.read(read_everything))[table] != before[table], path
