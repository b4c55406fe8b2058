"""The sender's loop: claim what is due, send it, look after what is in hand, rest when idle."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterable

import structlog

from tellback.actions.claim_invitations import Claimed, ClaimInvitations, claim_invitations
from tellback.actions.extend_leases import ExtendLeases, extend_leases
from tellback.actions.record_deliveries import RecordDelivery, Result, record_deliveries
from tellback.actions.recover_leases import RecoverLeases, recover_leases
from tellback.actions.release_invitations import ReleaseInvitation, release_invitations
from tellback.core.addresses import domain_of
from tellback.mail.pacing import Pacing
from tellback.mail.pipeline import Batch, Mail, Office, deliver
from tellback.mail.sole import SoleSender
from tellback.store.ids import new_id
from tellback.store.outbox import next_due, projects_with_dead_leases

log = structlog.get_logger()
#: How many invitations one claim takes. Twice as many are in hand at most.
BATCH = 200
LEASE = 60_000  # ms; everything below is in seconds
_POLL = 1.0
_KEEP = 15.0
_GRACE = 30.0
_LONGEST_NAP = 30.0
_SHORTEST_REST = 0.01
_SETTLE = 0.1

Chore = Callable[[], Awaitable[object]]


def worker_name() -> str:
    """A name for this process's hold on invitations, never given twice."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{new_id()[-12:]}"


class Worker:
    """One sender. Several may work on one database, in one process or in many.

    ``chores`` are done every quarter of a minute (collecting bounces, say); however long they
    take, leases are kept up meanwhile.
    """

    def __init__(
        self,
        office: Office,
        *,
        pacing: Pacing | None = None,
        sole: SoleSender | None = None,
        chores: tuple[Chore, ...] = (),
    ) -> None:
        self._office = office
        self._database = office.database
        self._senders = 2 * office.window.most
        self._pacing = pacing or Pacing(0, 0)
        self._sole = sole
        self._chores = chores
        self._ready: asyncio.Queue[Mail | None] = asyncio.Queue()
        self._in_hand: dict[tuple[str, str], Mail] = {}
        self._wake, self._room, self._stopping = (asyncio.Event() for _ in range(3))
        self._last_project = ""

    def wake(self) -> None:
        """Look for due invitations now, as some have just been stored. Call in our event loop."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is being handed over, put the rest back, and let `run` return."""
        for event in (self._stopping, self._wake, self._room):
            event.set()
        for _ in range(self._senders):
            self._ready.put_nowait(None)

    async def run(self) -> None:
        """Work until stopped. No failure ends it: it is logged, and tried again after a while."""
        await self._begin()
        steps = [self._claim, self._keep, self._tidy, *(self._send for _ in range(self._senders))]
        tasks = [asyncio.create_task(self._forever(step)) for step in steps]
        await self._stopping.wait()
        _, late = await asyncio.wait(tasks, timeout=_GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._try(self._put_back)
        await self._try(self._office.transport.close)
        if self._sole:
            self._sole.release()

    async def _begin(self) -> None:
        """Take over what the dead have left, and only then be one of the living."""
        await self._try(lambda: self._recover(self._sole is not None and self._sole.held))
        while self._sole and not self._stopping.is_set() and not self._sole.settle():
            await self._nap(_SETTLE)

    async def _forever(self, step: Chore) -> None:
        nap = 0.0
        while not self._stopping.is_set():
            nap = 0.0 if await self._try(step) else min(2 * nap or 0.25, _LONGEST_NAP)
            if nap:
                await self._nap(nap)

    async def _try(self, step: Chore) -> bool:
        try:
            await step()
        except Exception:
            log.exception("sender failed")
            return False
        return True

    async def _nap(self, seconds: float) -> None:
        await _wait(self._stopping, seconds)

    # Claiming.

    async def _claim(self) -> None:
        """Take due invitations of each project in turn, or rest until there are some."""
        if len(self._in_hand) >= BATCH:
            self._room.clear()
            await self._room.wait()
            return
        self._wake.clear()
        due = await self._database.read_patiently(next_due)
        now, taken = self._database.clock(), 0
        for project_id in self._in_turn(id_ for id_, due_at in due if due_at <= now):
            if len(self._in_hand) >= BATCH or self._stopping.is_set():
                return
            taken += await self._claim_of(project_id)
        if not taken:
            waits = [(due_at - now) / 1000 for _, due_at in due if due_at > now]
            await _wait(self._wake, max(_SHORTEST_REST, min([_POLL, *waits])))

    def _in_turn(self, ids: Iterable[str]) -> list[str]:
        """The projects, beginning after the last one that was served."""
        return sorted(ids, key=lambda id_: (id_ <= self._last_project, id_))

    async def _claim_of(self, project_id: str) -> int:
        self._last_project = project_id
        job = ClaimInvitations(project_id, self._office.worker, BATCH, LEASE)
        claimed: Claimed | None = await self._database.write_one(claim_invitations, job)
        if claimed is None:
            return 0
        batch = Batch(claimed.project, claimed.surveys)
        put_off = []
        for invitation in claimed.invitations:
            mail = Mail(batch, invitation)
            # One that we had lost and have got again is in line already.
            if mail.key not in self._in_hand and (release := self._line_up(mail)):
                put_off.append(release)
        await self._database.write_all(release_invitations, put_off)
        return claimed.taken

    def _line_up(self, mail: Mail) -> ReleaseInvitation | None:
        """Have the mail sent when its domain's turn comes; or put it off if that takes long."""
        now, domain = time.monotonic(), domain_of(mail.invitation.address)
        turn, late = self._pacing.domain_turn(domain, now)
        if late:
            due_at = self._database.clock() + int((turn - now) * 1000)
            return self._release(mail, due_at, f"waits for its turn among the mails to {domain}")
        self._in_hand[mail.key] = mail
        if turn > now:
            asyncio.get_running_loop().call_later(turn - now, self._ready.put_nowait, mail)
        else:
            self._ready.put_nowait(mail)
        return None

    # Sending.

    async def _send(self) -> None:
        """Send the next mail in line, unless it is put back because we stop."""
        mail = await self._ready.get()
        if mail is None or not await self._may_go():
            return
        try:
            await deliver(mail, self._office)
        except Exception:
            # Let go of it: when its lease ends, whoever looks then sees how far it had come.
            self._let_go(mail)
            raise
        self._let_go(mail)

    async def _may_go(self) -> bool:
        """Wait until the mail server can be tried again and it is this mail's turn."""
        while wait := self._office.outage.lasts(time.monotonic()):
            await self._nap(wait)
            if self._stopping.is_set():
                break
        now = time.monotonic()
        await self._nap(self._pacing.turn(now) - now)
        return not self._stopping.is_set()

    def _let_go(self, mail: Mail) -> None:
        self._in_hand.pop(mail.key, None)
        if len(self._in_hand) < BATCH // 2:
            self._room.set()

    # Looking after what is in hand.

    async def _keep(self) -> None:
        await self._nap(_KEEP)
        await self._extend()
        # Not reached if that failed: then leases of ours may be among those that have ended.
        await self._recover()

    async def _tidy(self) -> None:
        await self._nap(_KEEP)
        for chore in self._chores:
            await self._try(chore)

    async def _extend(self) -> None:
        by_project: dict[str, list[str]] = {}
        for project_id, id_ in self._in_hand:
            by_project.setdefault(project_id, []).append(id_)
        worker = self._office.worker
        jobs = [
            ExtendLeases(project_id, worker, ids, LEASE) for project_id, ids in by_project.items()
        ]
        await self._database.write_all(extend_leases, jobs)

    async def _recover(self, alone: bool = False) -> None:
        """Take over what dead workers held; if we are alone, that is all that is not ours."""
        only = self._office.worker if alone else None
        now = self._database.clock()
        for project_id in await self._database.read_patiently(projects_with_dead_leases, now, only):
            job = RecoverLeases(project_id, only)
            while (done := await self._database.write_one(recover_leases, job)).any:
                log.warning(
                    "recovered",
                    project=project_id,
                    queued=done.queued,
                    unknown=done.unknown,
                    sent=done.sent,
                )

    async def _put_back(self) -> None:
        """Give up everything in hand; what was being handed over for too long may have gone.

        What cannot be written is found out by whoever looks when its lease has ended.
        """
        left, worker = list(self._in_hand.values()), self._office.worker
        self._in_hand.clear()
        back = [self._release(mail) for mail in left]
        await self._try(lambda: self._database.write_all(release_invitations, back))
        reason = "the sender was stopped while handing the mail over; it may or may not have gone"
        begun = (mail for mail in left if mail.begun)
        jobs = [RecordDelivery(*mail.key, worker, Result.UNCERTAIN, reason) for mail in begun]
        await self._database.write_all(record_deliveries, jobs)

    def _release(
        self, mail: Mail, due_at: int | None = None, reason: str | None = None
    ) -> ReleaseInvitation:
        created_at = mail.invitation.created_at
        return ReleaseInvitation(*mail.key, self._office.worker, created_at, due_at, reason)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, but no longer than that."""
    if seconds > 0:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
