"""The sender of surveys into chats."""

from tellback.actions.send_chat_surveys import Asked, SendChatSurveys, send_chat_surveys
from tellback.core.model import Channel
from tellback.store.database import Database
from tellback.store.outbox import next_due
from tellback.webhooks.loop import Loop

_AT_ONCE = 200
_POLL = 1.0  # s
_SHORTEST_REST = 0.01


class ChatSender:
    """Sends what is due in chats, which is but a commit: the courier then tells of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop = Loop("chats", self._send_due)

    def wake(self) -> None:
        """Look for due surveys now, as some have just been stored. Call in our event loop."""
        self._loop.wake()

    def stop(self) -> None:
        """Let `run` return."""
        self._loop.stop()

    async def run(self) -> None:
        """Work until stopped."""
        await self._loop.run()

    async def _send_due(self) -> float:
        """Send what is due in each project; seconds until there may be more to do."""
        due = await self._database.read_patiently(next_due, Channel.CHAT)
        now, more = self._database.clock(), False
        for project_id, due_at in due:
            if due_at <= now:
                job = SendChatSurveys(project_id, _AT_ONCE)
                asked: Asked = await self._database.write_one(send_chat_surveys, job)
                more = more or asked.taken == _AT_ONCE
        if more:
            return 0.0
        waits = [(due_at - now) / 1000 for _, due_at in due if due_at > now]
        return max(_SHORTEST_REST, min([_POLL, *waits]))
