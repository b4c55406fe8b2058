"""The mails that the demo's customers were sent, and what came of them: of each answer one.

They take the same way as any mail, only that nothing is handed over, and that it was long ago.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tellback.actions.answer_by_link import answer_by_link
from tellback.actions.claim_invitations import Claimed, ClaimInvitations, claim_invitations
from tellback.actions.mark_sending import MarkSending, mark_sendings
from tellback.actions.record_deliveries import RecordDelivery, Result, record_deliveries
from tellback.actions.record_signals import record_signals
from tellback.actions.request_invitations import request_invitations
from tellback.core.commands import RecordSignal, RequestInvitation, SubmitResponse
from tellback.core.instants import DAY, HOUR, MINUTE
from tellback.core.model import Project, Survey, Transaction
from tellback.core.properties import PropertyType
from tellback.core.scanners import Kind
from tellback.store.database import Database
from tellback.store.ids import new_id

#: How many are asked at a time, and for how long they answer, in ms.
_ROUND = 3 * DAY
#: So many say nothing for each who answers. Of them, so large parts look and cannot be reached.
_SILENT, _LOOKS, _LOST = 2, 0.5, 0.05
#: Of whoever looks this part follows a link, and may think better of it.
_CLICKS = 0.3
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_CITIES = ("Berlin", "Lisbon", "Oslo", "Vienna")
_WORKER, _MOST = "sample", 1_000


@dataclass(frozen=True, slots=True)
class Round:
    """Some who were asked at ``at`` (ms), by their addresses; and what those said who did."""

    at: int
    addresses: Sequence[str]
    said: Mapping[str, SubmitResponse]


def rounds_of(answers: Iterable[SubmitResponse], customers: int) -> Iterator[Round]:
    """Who was asked when, for all of this to be answered; oldest first."""
    chance = Random(customers)  # noqa: S311 - the same for everybody is what is wanted
    groups: dict[int, dict[str, SubmitResponse]] = {}
    for answer in answers:
        who = answer.contact.value if answer.contact else ""
        # Nobody answers a mail twice.
        groups.setdefault(_at(answer) // _ROUND, {}).setdefault(_address(who), answer)
    for _, said in sorted(groups.items()):
        silent = (chance.randrange(customers) for _ in range(_SILENT * len(said)))
        asked = dict.fromkeys([*said, *(_address(f"customer-{number}") for number in silent)])
        yield Round(min(map(_at, said.values())) - 2 * HOUR, list(asked), said)


async def mail(database: Database, project: Project, survey: Survey, round_: Round) -> None:
    """Ask, send, and let people open, follow a link and answer."""
    chance = Random(round_.at)  # noqa: S311
    asks = _asks(project, survey, round_, chance)
    await _then(database, round_.at, request_invitations, asks)
    lost = {one for one in round_.addresses if one not in round_.said and chance.random() < _LOST}
    sent = await _send(database, project, round_.at + MINUTE, lost)
    looking = [
        id_ for address, id_ in sent.items() if address in round_.said or chance.random() < _LOOKS
    ]
    opens = [(project, _signal(id_, Kind.OPEN)) for id_ in looking]
    await _then(database, round_.at + HOUR, record_signals, opens)
    clicks = [(project, _signal(id_, Kind.CLICK)) for id_ in looking if chance.random() < _CLICKS]
    await _then(database, round_.at + HOUR + MINUTE, record_signals, clicks)
    answers = [
        (project, replace(said, contact=None, invitation_id=id_), _signal(id_, Kind.ANSWER))
        for address, id_ in sent.items()
        if (said := round_.said.get(address))
    ]
    last = max(map(_at, round_.said.values()))
    await _then(database, last, answer_by_link, answers)


async def _send(database: Database, project: Project, at: int, lost: set[str]) -> dict[str, str]:
    """Who was reached, which the lost were not: the invitations by their addresses."""
    claim = ClaimInvitations(project.id, _WORKER, _MOST, HOUR)
    found: list[Claimed] = await _then(database, at, claim_invitations, [claim])
    ids = {one.address: one.id for one in found[0].invitations}
    going = [MarkSending(project.id, id_, _WORKER, "localhost") for id_ in ids.values()]
    await _then(database, at, mark_sendings, going)
    results = [
        RecordDelivery(project.id, id_, _WORKER, Result.REFUSED, "550 no such user")
        if address in lost
        else RecordDelivery(project.id, id_, _WORKER, Result.SENT)
        for address, id_ in ids.items()
    ]
    await _then(database, at + MINUTE, record_deliveries, results)
    return {address: id_ for address, id_ in ids.items() if address not in lost}


def _asks(
    project: Project, survey: Survey, round_: Round, chance: Random
) -> list[tuple[Project, RequestInvitation]]:
    request_id, found = new_id(), []
    for number, address in enumerate(round_.addresses):
        order = f"order-{round_.at // HOUR}-{number}"
        ask = RequestInvitation(
            dialect=survey.dialect or "",
            request_id=request_id,
            address=address,
            reference=order,
            transaction=Transaction(order, round_.at - DAY, chance.randrange(20, 200), "EUR"),
            properties={"city": chance.choice(_CITIES)},
            types={"city": PropertyType.STRING},
            survey=survey.key,
        )
        found.append((project, ask))
    return found


def _signal(invitation_id: str, kind: Kind) -> RecordSignal:
    return RecordSignal(invitation_id, kind, user_agent=_BROWSER)


async def _then(
    database: Database, at: int, action: Callable[..., Any], jobs: Sequence[Any]
) -> Any:
    """Do it as if it was that moment (ms)."""
    clock, database.clock = database.clock, lambda: at
    try:
        return await database.write(action, jobs) if jobs else []
    finally:
        database.clock = clock


def _address(customer: str) -> str:
    return f"{customer}@example.com"


def _at(answer: SubmitResponse) -> int:
    return answer.said_at or 0
