"""Does refused requests again once their cause is mended, as if they came in now.

Only answers are dated by when they came, and replace nothing that was said since.

Decode → act → encode are those of the request itself. Instead of its credential, which is not kept,
the authority of the project's owner counts; limits do not. What a wire believes only of who holds a
secret it does not believe here: anybody may have sent what was refused.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import structlog

from tellback.actions.catalog import READS
from tellback.actions.replay_rejections import ReplayRejection, Verdict, replay_rejections
from tellback.core.commands import Command, SubmitResponse
from tellback.core.errors import CredentialMissing, Duplicate, Internal, NotFound, TellbackError
from tellback.core.model import Project
from tellback.core.outcomes import ResponseStored
from tellback.core.rejections import RejectionFilter, RejectionKind
from tellback.core.users import Role
from tellback.dialects.contract import Dialect, Exchange, HttpRequest, RateState, Route
from tellback.dialects.native import OWN_KEYS
from tellback.dialects.rejections import refused_items
from tellback.dialects.routing import Router
from tellback.store.database import Database
from tellback.store.feed import AnyRow
from tellback.store.ids import new_id
from tellback.store.rejected_inputs import get_rejection, list_replayable, was_cut

log = structlog.get_logger()
#: How many are in memory at a time, and in one transaction.
_AT_A_TIME = 20
_UNKNOWN = "There is no such entry."
_SETTLED = "It was replayed before, and taken."
_TAKEN = "It was taken when it came, all but a part of it: to do it again would store it twice."
_CUT = "It was too long to be kept whole, so it cannot be done again."
_UNREAD = "It was refused before its body was read, so it cannot be done again."
_NO_OPERATION = "There is no such operation any more."
_OUR_OWN = "What our own API refuses is for its caller to send again."
_NOT_KEPT = "It carried a secret, and those are not kept, so it cannot be done again."


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of doing a refused request again.

    ``settled``: it is carried out, now or before. ``status`` is what its wire replies to it; None:
    it was not tried, and ``reason`` says why. Otherwise that says why it was refused again.
    """

    id: str
    settled: bool
    status: int | None = None
    reason: str | None = None

    @property
    def taken(self) -> bool:
        """Whether this very replay has carried it out."""
        return self.settled and self.status is not None


async def find_replayable(
    database: Database,
    dialects: Mapping[str, Dialect],
    project: Project,
    wanted: RejectionFilter,
    most: int,
) -> Sequence[str]:
    """The ids of what can be done again and is like that, for `replay`, in the order it came.

    Of more than ``most`` those that were not tried yet, or longest ago.
    """
    return await database.read(list_replayable, project.id, wanted, tuple(dialects), most)


async def replay(
    database: Database,
    dialects: Mapping[str, Dialect],
    project: Project,
    ids: Sequence[str],
    *,
    force: bool = False,
) -> list[Replayed]:
    """Do entries of a project's log again, in the order given; each id once.

    What succeeds is settled, what does not keeps the new reason, and neither makes a new entry.
    ``force``: also what was settled before, or taken with a warning. Raises `Overloaded`.
    """
    wanted = list(dict.fromkeys(ids))
    results: list[Replayed] = []
    for start in range(0, len(wanted), _AT_A_TIME):
        some = wanted[start : start + _AT_A_TIME]
        prepared = [await _prepare(database, dialects, project, id_, force) for id_ in some]
        results += await _carry_out(database, prepared)
    return results


async def _carry_out(
    database: Database, prepared: Sequence[ReplayRejection | Replayed]
) -> list[Replayed]:
    jobs = [one for one in prepared if isinstance(one, ReplayRejection)]
    verdicts = iter(await database.write(replay_rejections, jobs) if jobs else ())
    return [
        one if isinstance(one, Replayed) else await _result(database, one, next(verdicts))
        for one in prepared
    ]


async def _result(
    database: Database, job: ReplayRejection, verdict: Verdict | TellbackError
) -> Replayed:
    if isinstance(verdict, Internal):
        # What broke has taken its own note with it.
        verdict = (await database.write(replay_rejections, [replace(job, commands=[verdict])]))[0]
    if isinstance(verdict, TellbackError):
        return Replayed(job.id, isinstance(verdict, Duplicate), None, verdict.message)
    return Replayed(job.id, verdict.settled, verdict.status, verdict.reason)


async def _prepare(
    database: Database, dialects: Mapping[str, Dialect], project: Project, id_: str, force: bool
) -> ReplayRejection | Replayed:
    row = await database.read(get_rejection, project.id, id_)
    if row is None:
        return Replayed(id_, False, None, _UNKNOWN)
    hindrance = None if force else _hindrance(row)
    if hindrance is None and not row.whole:
        hindrance = _CUT if was_cut(row) else _UNREAD
    if hindrance is not None:
        return Replayed(id_, row.settled_at is not None, None, hindrance)
    again = _again(dialects, project, row, database.clock())
    if again is None:
        return Replayed(id_, False, None, _OUR_OWN if row.dialect in OWN_KEYS else _NO_OPERATION)
    commands = await again.decode(database)
    _date(commands, row.created_at)
    return ReplayRejection(project, id_, commands, again.judge, force)


def _date(commands: Sequence[Command | TellbackError], came_at: int) -> None:
    """Let answers say when they came."""
    for command in commands:
        if isinstance(command, SubmitResponse):
            command.said_at = came_at


def _hindrance(row: AnyRow) -> str | None:
    """Why an entry is not done again unless that is forced."""
    if row.settled_at is not None:
        return _SETTLED
    return _TAKEN if row.kind == RejectionKind.WARNING else None


def _again(
    dialects: Mapping[str, Dialect], project: Project, row: AnyRow, now: int
) -> "_Again | None":
    dialect = dialects.get(row.dialect)
    match = Router([dialect]).match(row.path) if dialect else None
    route = match.routes.get(row.method) if match else None
    if dialect is None or match is None or route is None:
        return None
    request = HttpRequest(
        method=row.method,
        path=row.path,
        params=match.params,
        query=parse_qsl(row.query, keep_blank_values=True),
        headers=row.headers,
        peer="",
        base_url="",
        slug=project.slug,
        body=route.wrap(row.body) if row.item else row.body,
        request_id=new_id(),
        now=now,
    )
    # Wires that tell their callers of limits count on knowing them.
    rate = RateState(limit=1, remaining=1, reset_at=now)
    exchange = Exchange(request, dialect, route, project, Role.OWNER.value, rate=rate)
    return _Again(exchange, route, row.item)


@dataclass(slots=True)
class _Again:
    """A request that is done again. ``found`` is what it reads, where it only does that."""

    exchange: Exchange
    route: Route
    item: bool
    found: Any = None
    decoded: bool = False

    async def decode(self, database: Database) -> Sequence[Command | TellbackError]:
        """Its commands; the error alone where it cannot be read."""
        try:
            commands = await self._decode(database)
        except CredentialMissing:
            return [CredentialMissing(_NOT_KEPT)]
        except TellbackError as error:
            return [error]
        except Exception:
            log.exception(
                "replay failed", wire=self.exchange.dialect.name, operation=self.route.operation
            )
            return [Internal()]
        self.decoded = True
        return commands

    async def _decode(self, database: Database) -> Sequence[Command | TellbackError]:
        exchange, project = self.exchange, self.exchange.project
        if exchange.dialect.check:
            exchange.dialect.check(exchange.request)
        call = exchange.call = await asyncio.to_thread(self.route.decode, exchange.request)
        if project and call.project not in (None, project.id, project.slug):
            raise NotFound("There is no such project.")
        if call.refusal is not None:
            raise call.refusal
        if call.query is not None:
            self.found = await database.read(READS[type(call.query)], project, call.query)
        return call.commands

    def judge(self, outcomes: Sequence[Any]) -> Verdict:
        """What came of it. Of a whole batch it is enough that some items were taken."""
        refused = [outcome for outcome in outcomes if isinstance(outcome, TellbackError)]
        by_item = self.decoded and self.route.batch
        if refused and (not by_item or len(refused) == len(outcomes)):
            status = 200 if by_item else None
            return self._refuse(refused[0], status)
        reads = self.exchange.call is not None and self.exchange.call.query is not None
        try:
            reply = self.route.encode(self.exchange, self.found if reads else outcomes)
        except TellbackError as error:
            return self._refuse(error)
        left = refused_items(self.exchange, outcomes)
        return Verdict(True, reply.status, self._remark(outcomes, len(left)), left)

    def _refuse(self, error: TellbackError, status: int | None = None) -> Verdict:
        if status is None:
            status = self.exchange.dialect.encode_error(self.exchange, error).status
        return Verdict(False, status, error.message)

    def _remark(self, outcomes: Sequence[Any], refused: int) -> str | None:
        """What was dropped of a request that was taken."""
        if refused:
            of_all = f"{refused} of {len(outcomes)} items"
            return f"{of_all} were refused again and have their own entries."
        warnings = [o.warning for o in outcomes if isinstance(o, ResponseStored) and o.warning]
        remarks = self.exchange.call.remarks if self.exchange.call else ()
        return " ".join((*warnings, *remarks)) or None
