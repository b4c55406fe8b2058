"""Lists as files, written while they are read: CSV, XLSX, lines of JSON, and Parquet where it is.

No more than some pages of rows are in memory. What somebody wrote is never a formula: in CSV it
gets an apostrophe in front (also behind whatever else may part cells), in XLSX it is a text.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import msgspec
from litestar.response import Stream

from tellback.web.pages import HEADERS

Row = Mapping[str, Any]
#: The rows of a list, page by page, each with all columns.
Pages = AsyncIterator[Sequence[Row]]
#: Of which columns the values are not texts: number, truth, texts (a list of them), moment.
Kinds = Mapping[str, str]
TEXTS: Kinds = MappingProxyType({})
#: What a sheet has room for, less its heading and a little.
SHEET_ROWS = 1_000_000
#: How many rows a group of a Parquet file has at least: what its readers read at once.
GROUP_ROWS = 10_000
_CHUNK = 64 * 1024
#: What a spreadsheet would run as a formula or a command (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: The same within a text, where a program that splits at something else sees a cell begin.
_FORMULA_WITHIN = re.compile(r"""([;|\t\r\n][\s"]*)(?=[=+\-@＝＋－＠])""")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    PARQUET = "parquet"


_MEDIA = {
    Format.CSV: "text/csv",
    Format.XLSX: _XLSX,
    Format.NDJSON: "application/x-ndjson",
    Format.PARQUET: "application/vnd.apache.parquet",
}
#: Those that can be written here: the library of one is an extra (``tellback[parquet]``).
OFFERED = tuple(kind for kind in Format if kind is not Format.PARQUET or find_spec("pyarrow"))


def export(
    kind: Format,
    name: str,
    columns: Sequence[str],
    pages: Pages,
    kinds: Kinds = TEXTS,
) -> Stream:
    """A list as a file to be kept. Values are texts, numbers, truths, None, lists and mappings.

    ``kinds`` is for files whose columns have types. A moment is given as RFC 3339 has it.
    """
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "no-store",
    }
    octets = _WRITERS[kind](columns, pages, kinds)
    return Stream(octets, media_type=_MEDIA[kind], headers=headers)


async def write_csv(
    columns: Sequence[str], pages: Pages, _kinds: Kinds = TEXTS
) -> AsyncIterator[bytes]:
    """UTF-8 with a heading (RFC 4180)."""
    yield _lines([columns])
    async for page in pages:
        yield _lines([[_safe(_plain(row[name])) for name in columns] for row in page])


async def write_ndjson(
    columns: Sequence[str], pages: Pages, _kinds: Kinds = TEXTS
) -> AsyncIterator[bytes]:
    """An object on each line, with its parts as they are."""
    encode = msgspec.json.Encoder().encode
    async for page in pages:
        yield b"".join(encode({name: row[name] for name in columns}) + b"\n" for row in page)


async def write_xlsx(
    columns: Sequence[str], pages: Pages, kinds: Kinds = TEXTS
) -> AsyncIterator[bytes]:
    """A workbook; a new sheet where one is full. It is on disk until it has been sent.

    Moments are those of UTC: a sheet knows no zones.
    """
    moments = {name for name in columns if kinds.get(name) == "moment"}
    with TemporaryDirectory(prefix="tellback-export-") as folder:
        path = Path(folder, "export.xlsx")
        # Only now: the library takes 16 MB and a quarter of a second, and few export to a sheet.
        sheets = await asyncio.to_thread(import_module, "tellback.web.sheets")
        book = sheets.Book(path, columns, SHEET_ROWS)
        async for page in pages:
            cells = [[_cell(row[name], name in moments) for name in columns] for row in page]
            await asyncio.to_thread(book.add, cells)
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk


async def write_parquet(
    columns: Sequence[str], pages: Pages, kinds: Kinds = TEXTS
) -> AsyncIterator[bytes]:
    """A table with a type for each column, row group by row group."""
    parquet = await asyncio.to_thread(import_module, "tellback.web.parquet")
    table, group = parquet.Table(columns, kinds), list[Row]()
    async for page in pages:
        group += page
        if len(group) >= GROUP_ROWS:
            yield await asyncio.to_thread(table.add, group)
            group = []
    if group:
        yield await asyncio.to_thread(table.add, group)
    yield await asyncio.to_thread(table.close)


_WRITERS: Mapping[Format, Callable[[Sequence[str], Pages, Kinds], AsyncIterator[bytes]]] = {
    Format.CSV: write_csv,
    Format.XLSX: write_xlsx,
    Format.NDJSON: write_ndjson,
    Format.PARQUET: write_parquet,
}


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any, is_moment: bool) -> str | float | bool | datetime | None:
    if is_moment and value:
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    return _plain(value)


def _plain(value: Any) -> str | float | bool | None:
    """A value as one cell: texts in a list with commas, what has parts as JSON."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, list | tuple | dict):
        return msgspec.json.encode(value).decode() if value else None
    return value  # type: ignore[no-any-return]


def _safe(value: str | float | bool | None) -> str | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        inside = _FORMULA_WITHIN.sub(r"\1'", value)
        return f"'{inside}" if value.startswith(_FORMULA) else inside
    return value
