"""What a person does with a link of a mail: look, send, and what is then on record."""

from typing import Any

import httpx

from tellback.store.tables import responses
from tests.web.respond.asking import Asker
from tests.web.respond.reading import Found, read


async def get(person: httpx.AsyncClient, path: str) -> Found:
    return read(await person.get(path))


async def post(person: httpx.AsyncClient, path: str, form: list[tuple[str, str]]) -> httpx.Response:
    body = str(httpx.QueryParams(form))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await person.post(path, content=body, headers=headers)


async def send(person: httpx.AsyncClient, path: str, **answers: Any) -> httpx.Response:
    """Fill in the form that a link leads to, and send it."""
    return await post(person, path.partition("?")[0], (await get(person, path)).sending(**answers))


async def the_response(asker: Asker) -> dict[str, Any]:
    [row] = await asker.rows(responses)
    return row


# --- the link --------------------------------------------------------------------------------
