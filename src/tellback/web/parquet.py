"""Parquet files, written row group by row group.

Loaded by `tellback.web.exports` when somebody wants one: its library is an extra, and large.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

#: What a column is of; one that is not named here is of texts.
_TYPES = {
    "number": pa.float64(),
    "truth": pa.bool_(),
    "texts": pa.list_(pa.string()),
    "moment": pa.timestamp("s", tz="UTC"),
}


class _Sink:
    """A file that is taken away while it is written; places in it count from its beginning."""

    def __init__(self) -> None:
        self.closed, self._at = False, 0
        self._written: list[bytes] = []

    def write(self, data: Any) -> int:
        """Append bytes."""
        self._written.append(bytes(data))
        self._at += len(self._written[-1])
        return len(self._written[-1])

    def tell(self) -> int:
        """How much has been written in all."""
        return self._at

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing more comes."""
        self.closed = True

    def take(self) -> bytes:
        """What has been written since."""
        written, self._written = b"".join(self._written), []
        return written


class Table:
    """A file of which only what is not taken yet is in memory. What has parts is JSON."""

    def __init__(self, columns: Sequence[str], kinds: Mapping[str, str]) -> None:
        self._kinds = {name: kinds.get(name, "text") for name in columns}
        fields = [(name, _TYPES.get(kind, pa.string())) for name, kind in self._kinds.items()]
        self._schema, self._sink = pa.schema(fields), _Sink()
        file = pa.PythonFile(self._sink, mode="w")
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Write rows as one group; what the file goes on with."""
        cells = {
            name: [_cell(kind, row[name]) for row in rows] for name, kind in self._kinds.items()
        }
        self._writer.write_table(pa.table(cells, schema=self._schema), row_group_size=len(rows))
        return self._sink.take()

    def close(self) -> bytes:
        """What the file ends with."""
        self._writer.close()
        return self._sink.take()


def _cell(kind: str, value: Any) -> Any:
    if value is None or kind in {"number", "truth", "texts"}:
        return value
    if kind == "moment":
        return datetime.fromisoformat(value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
