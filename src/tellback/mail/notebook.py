"""What the sender writes down about its mails, gathered so that many share a commit."""

import asyncio

from tellback.actions.mark_sending import MarkSending
from tellback.actions.note_mails import note_mails
from tellback.actions.record_deliveries import RecordDelivery
from tellback.store.database import Database

Note = MarkSending | RecordDelivery
#: In seconds. A note is about one mail, and a commit costs the same for one as for thirty.
_PATIENCE = 0.005


class Notebook:
    """Each note is on disk when its writer hears of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._page: list[tuple[Note, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def note(self, note: Note) -> bool:
        """What `note_mails` says to it. Raises TellbackError if it could not be written."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._page.append((note, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await written

    async def _write(self) -> None:
        try:
            while self._page:
                await asyncio.sleep(_PATIENCE)
                page, self._page = self._page, []
                await self._write_page(page)
        finally:
            self._writing = None

    async def _write_page(self, page: list[tuple[Note, asyncio.Future[bool]]]) -> None:
        try:
            outcomes = await self._database.write(note_mails, [note for note, _ in page])
        except Exception as error:
            outcomes = [error] * len(page)
        for (_, written), outcome in zip(page, outcomes, strict=True):
            if written.done():
                continue  # nobody waits for it any more
            if isinstance(outcome, Exception):
                written.set_exception(outcome)
            else:
                written.set_result(outcome)
