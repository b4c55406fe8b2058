"""The least that stores a response: decode the JSON, one plain INSERT, commit. PostgreSQL.

It blocks its event loop meanwhile, which is the quickest there is for one connection.
"""

from typing import Any

import msgspec
import psycopg

from bench.floors.serving import open_tables, read_body, reply, serve
from tellback.store.ids import new_id, now_ms

_encoder = msgspec.json.Encoder()
_COLUMNS = (
    "project_id",
    "id",
    "dialect",
    "channel",
    "survey_id",
    "survey_version",
    "answers",
    "metric",
    "rating",
    "completed",
    "dismissed",
    "traits",
    "revision",
    "created_at",
    "updated_at",
)
_INSERT = "INSERT INTO responses ({}) VALUES ({})".format(
    ", ".join(_COLUMNS), ", ".join("%s" for _ in _COLUMNS)
)


class PlainInsert:
    """A bare ASGI application with one open connection."""

    def __init__(self, url: str) -> None:
        open_tables(url)
        self.connection = psycopg.connect(url)
        self.project_id, self.survey_id = new_id(), new_id()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Store the body as a response."""
        assert scope["type"] == "http"
        body = msgspec.json.decode(await read_body(receive))
        id_ = new_id()
        self.store(id_, body)
        await reply(send, 201, _encoder.encode({"id": id_}))

    def store(self, id_: str, body: dict[str, Any]) -> None:
        """One transaction for one row."""
        answers, traits = (_encoder.encode(body[name]).decode() for name in ("answers", "traits"))
        fixed = (self.project_id, id_, "satismeter", "in_app", self.survey_id, 1)
        rating, now = float(body["rating"]), now_ms()
        row = (*fixed, answers, "nps", rating, True, False, traits, 1, now, now)
        self.connection.execute(_INSERT, row)
        self.connection.commit()


if __name__ == "__main__":
    serve(PlainInsert)
