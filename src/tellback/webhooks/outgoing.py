"""Puts together what tells others: surveys into chats, and events to webhooks."""

import asyncio
from collections.abc import Mapping
from functools import partial

from tellback.actions.ask_in_conversations import ask_in_conversations
from tellback.actions.close_conversations import close_conversations
from tellback.actions.record_conversations import record_conversations
from tellback.actions.send_chat_surveys import send_chat_surveys
from tellback.dialects.contract import Dialect
from tellback.store.database import Action, Database
from tellback.webhooks.chats import ChatSender
from tellback.webhooks.courier import Courier

#: After these a chat may be waiting for its survey.
WAKING_CHATS: tuple[Action, ...] = (close_conversations, record_conversations)
#: After these there are events to post.
WAKING_COURIER: tuple[Action, ...] = (ask_in_conversations, send_chat_surveys)


def open_tellers(
    database: Database, dialects: Mapping[str, Dialect], base_url: str
) -> tuple[ChatSender, Courier]:
    """Both, with links that begin with ``base_url``. Call in the event loop they will run in.

    They are woken by what chats wait for, and find the rest by looking: a response is to cost
    nothing more when it comes in.
    """
    chats, courier = ChatSender(database), Courier(database, dialects, base_url)
    loop = asyncio.get_running_loop()
    for actions, wake in ((WAKING_CHATS, chats.wake), (WAKING_COURIER, courier.wake)):
        for action in actions:
            database.after(action, partial(loop.call_soon_threadsafe, wake))
    return chats, courier
