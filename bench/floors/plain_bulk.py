"""The least that stores a bulk call: decode the JSON, `executemany` into the same table, commit.

No item is checked, no duplicate looked for, no reply per item written. The rows have the columns
that Tellback stores, in the same table with the same indexes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bench.floors.serving import open_tables, read_body, reply, serve
from tellback.store.ids import new_id, new_ids, now_ms
from tellback.store.invitations import COLUMNS

_encoder = msgspec.json.Encoder()
_INSERT = "INSERT INTO invitations ({}) VALUES ({})".format(
    ", ".join(COLUMNS), ", ".join("?" for _ in COLUMNS)
)


class PlainBulk:
    """A bare ASGI application with one open connection."""

    def __init__(self, url: str) -> None:
        self.connection = self.connect(url)
        self.project_id, self.survey_id = new_id(), new_id()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Store the body's items and say how many they were."""
        assert scope["type"] == "http"
        items = msgspec.json.decode(await read_body(receive))
        self.store(items)
        await reply(send, 200, _encoder.encode({"stored": len(items)}))

    def store(self, items: list[Mapping[str, Any]]) -> None:
        """One transaction over all items."""
        now, request_id = now_ms(), new_id()
        rows = [
            (
                self.project_id,
                id_,
                "boolean",
                request_id,
                self.survey_id,
                "email",
                item["$email"],
                None,
                item["$transaction_id"],
                True,
                now,
                item["$transaction_amount"],
                item["$transaction_currency"],
                _encoder.encode(item["properties"]).decode(),
                "queued",
                now,
                now,
            )
            for id_, item in zip(new_ids(len(items)), items, strict=True)
        ]
        self.insert(rows)

    def connect(self, url: str) -> Any:
        """A connection of the driver's."""
        return open_tables(url).raw_connection()

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """All rows in a transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(_INSERT, rows)
        self.connection.execute("COMMIT")


if __name__ == "__main__":
    serve(PlainBulk)
