"""Tells events to the projects' webhooks: several at once, and each project apart from the others.

A project has a few places, so that its slow receiver fills its own places and nobody else's. The
order of events is not kept. An event is told at least once: whoever dies after posting and before
noting it leaves an event that is told again, under the same id, once its lease has ended.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping

import structlog

from tellback.actions.claim_events import ClaimedEvents, ClaimEvents, claim_events
from tellback.actions.record_posts import RecordPost, record_posts
from tellback.core.errors import TellbackError
from tellback.core.webhooks import EventState
from tellback.dialects.contract import Dialect
from tellback.store.database import Database
from tellback.store.event_facts import read_event_facts
from tellback.store.outgoing_events import DueEvent, next_due_events
from tellback.webhooks.loop import Loop
from tellback.webhooks.message import event_data, message
from tellback.webhooks.post import NotPosted, Poster
from tellback.webhooks.signing import signed_headers

log = structlog.get_logger()
#: How many of a project's events are told at once, and how many in all.
PLACES, ALL_PLACES = 4, 256
#: How long an event is ours, in ms: longer than posting it can take, and noting that.
LEASE = 20_000
_POLL = 1.0  # s
_SHORTEST_REST = 0.01
_GRACE = 12.0
_NOTING, _LONGEST_NAP = 0.1, 5.0


class Courier:
    """One teller of events. Several may work on one database, in one process or in many."""

    def __init__(
        self,
        database: Database,
        dialects: Mapping[str, Dialect],
        base_url: str,
        poster: Poster | None = None,
    ) -> None:
        self._database, self._dialects, self._base_url = database, dialects, base_url
        self._poster = poster or Poster()
        self._telling: dict[asyncio.Task[None], str] = {}
        self._loop = Loop("webhooks", self._begin_due)

    def wake(self) -> None:
        """Look for due events now, as some have just been stored. Call in our event loop."""
        self._loop.wake()

    def stop(self) -> None:
        """Finish what is being told, begin nothing, and let `run` return."""
        self._loop.stop()

    async def run(self) -> None:
        """Work until stopped; what takes longer than posting may is told again by others."""
        await self._loop.run()
        if self._telling:
            _, late = await asyncio.wait(self._telling, timeout=_GRACE)
            for task in late:
                task.cancel()
        self._poster.close()

    async def _begin_due(self) -> float:
        """Begin to tell what is due, without waiting for it; seconds until there may be more."""
        due = await self._database.read_patiently(next_due_events)
        now, busy = self._database.clock(), Counter(self._telling.values())
        for project_id, due_at in due:
            places = min(PLACES - busy[project_id], ALL_PLACES - len(self._telling))
            if due_at <= now and places > 0:
                await self._begin(project_id, places)
        waits = [(due_at - now) / 1000 for _, due_at in due if due_at > now]
        return max(_SHORTEST_REST, min([_POLL, *waits]))

    async def _begin(self, project_id: str, places: int) -> None:
        job = ClaimEvents(project_id, places, LEASE)
        claimed: ClaimedEvents | None = await self._database.write_one(claim_events, job)
        if claimed is None:
            return
        for event in claimed.events:
            task = asyncio.create_task(self._tell(claimed, event))
            self._telling[task] = project_id
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._telling[task]
        self._loop.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its lease ends, and then it is told again.
            log.error("event not told", exc_info=error)

    async def _tell(self, claimed: ClaimedEvents, event: DueEvent) -> None:
        result = await self._post(claimed, event)
        nap = _NOTING
        while True:
            try:
                state = await self._database.write_one(record_posts, result)
                break
            except TellbackError as error:
                log.warning("not written yet", event_id=event.id, error=str(error))
                await asyncio.sleep(nap)
                nap = min(2 * nap, _LONGEST_NAP)
        if state is EventState.FAILED:
            log.warning(
                "webhook failed",
                project=claimed.project.slug,
                event_id=event.id,
                status=result.status,
                error=result.error,
            )

    async def _post(self, claimed: ClaimedEvents, event: DueEvent) -> RecordPost:
        project = claimed.project
        url = project.settings.webhook_url

        def result(status: int | None, error: str | None, hopeless: bool = False) -> RecordPost:
            return RecordPost(project.id, event.id, event.attempts, url, status, error, hopeless)

        facts = await self._database.read_patiently(
            read_event_facts, project, event.type, event.subject_id
        )
        if facts is None:
            return result(None, "what it was about is gone", hopeless=True)
        data = event_data(project, event.type, facts, self._base_url, self._dialects)
        body = message(event.type, event.created_at, data)
        headers = signed_headers(claimed.keys, event.id, self._database.clock(), body)
        try:
            reply = await self._poster.post(url, headers, body)
        except NotPosted as error:
            return result(None, str(error))
        return result(reply.status, reply.said or None)
