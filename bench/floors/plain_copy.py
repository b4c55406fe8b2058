"""The least that stores a bulk call on PostgreSQL: decode the JSON, COPY into the table, commit."""

from collections.abc import Sequence
from typing import Any

import psycopg

from bench.floors.plain_bulk import PlainBulk
from bench.floors.serving import open_tables, serve
from tellback.store.invitations import COLUMNS

_COPY = f"COPY invitations ({', '.join(COLUMNS)}) FROM STDIN"


class PlainCopy(PlainBulk):
    """A bare ASGI application with one open connection."""

    def connect(self, url: str) -> Any:
        """A connection of the driver's."""
        open_tables(url)
        return psycopg.connect(url)

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """All rows by one COPY."""
        with self.connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        self.connection.commit()


if __name__ == "__main__":
    serve(PlainCopy)
