"""Lists as files."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pyarrow.parquet import ParquetFile

from tellback.web import exports
from tellback.web.exports import (
    Format,
    Row,
    export,
    write_csv,
    write_ndjson,
    write_parquet,
    write_xlsx,
)

COLUMNS = ("a", "b", "tags", "answers")
ROWS: list[Row] = [
    {"a": "=1+1", "b": 1.5, "tags": ["x", "y"], "answers": {"q": "ü"}},
    {"a": 'say "hi",\nyou', "b": None, "tags": [], "answers": {}},
    {"a": "@cmd", "b": True, "tags": ["+z"], "answers": {"q": [1]}},
]


async def pages(*, size: int = 2) -> AsyncIterator[Sequence[Row]]:
    for start in range(0, len(ROWS), size):
        yield ROWS[start : start + size]


async def whole(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_csv_has_no_formula_and_loses_nothing() -> None:
    text = (await whole(write_csv(COLUMNS, pages()))).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [
        list(COLUMNS),
        ["'=1+1", "1.5", "x, y", '{"q":"ü"}'],
        ['say "hi",\nyou', "", "", ""],
        ["'@cmd", "true", "'+z", '{"q":[1]}'],
    ]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
        ("x\t+1|-2", "x\t'+1|'-2"),
        ("x\r\n @a\n＝b", "x\r\n '@a\n'＝b"),
        ('x;"=1"', 'x;"\'=1"'),
        ("=a;=b", "'=a;'=b"),
        ("a-b = c; d + e", "a-b = c; d + e"),
    ],
)
async def test_no_formula_begins_where_others_see_a_cell(said: str, written: str) -> None:
    async def page() -> AsyncIterator[Sequence[Row]]:
        yield [{"a": said}]

    text = (await whole(write_csv(["a"], page()))).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a"], [written]]


async def test_lines_of_json_keep_their_parts() -> None:
    text = (await whole(write_ndjson(COLUMNS, pages()))).decode()
    assert [json.loads(line) for line in text.splitlines()] == ROWS


async def test_a_workbook_has_texts_and_no_formulas() -> None:
    sheets = await _sheets()
    assert len(sheets) == 1
    assert "<f>" not in sheets[0]
    for said in ("<t>=1+1</t>", "<v>1.5</v>", "<t>@cmd</t>", "<t>x, y</t>"):
        assert said in sheets[0]


async def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "SHEET_ROWS", 2)
    sheets = await _sheets()
    assert len(sheets) == 2
    assert "@cmd" not in sheets[0]
    assert "@cmd" in sheets[1]


async def _sheets() -> list[str]:
    with zipfile.ZipFile(io.BytesIO(await whole(write_xlsx(COLUMNS, pages())))) as book:
        names = sorted(n for n in book.namelist() if n.startswith("xl/worksheets/"))
        return [book.read(name).decode() for name in names]


async def test_parquet_has_typed_columns_and_a_group_for_some_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "GROUP_ROWS", 2)
    rows: list[Row] = [
        {"at": "2026-01-13T04:30:30Z", "n": 1.5, "ok": True, "tags": ["x"], "said": {"q": "ü"}},
        {"at": None, "n": None, "ok": None, "tags": [], "said": "=1+1"},
        {"at": "1969-12-31T23:59:59Z", "n": 2, "ok": False, "tags": ["y", "z"], "said": None},
    ]

    async def one_by_one() -> AsyncIterator[Sequence[Row]]:
        for row in rows:
            yield [row]

    kinds = {"at": "moment", "n": "number", "ok": "truth", "tags": "texts"}
    chunks = [chunk async for chunk in write_parquet(list(rows[0]), one_by_one(), kinds)]
    file = ParquetFile(io.BytesIO(b"".join(chunks)))
    assert [str(field.type) for field in file.schema_arrow] == [
        "timestamp[ms, tz=UTC]",
        "double",
        "bool",
        "list<element: string>",
        "string",
    ]
    # The groups are sent as they are full, and the last part is where they are.
    assert (file.num_row_groups, len(chunks)) == (2, 3)
    assert file.read().to_pylist() == [
        {**rows[0], "at": datetime(2026, 1, 13, 4, 30, 30, tzinfo=UTC), "said": '{"q":"ü"}'},
        rows[1],
        {**rows[2], "at": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)},
    ]


async def test_parquet_of_nothing_can_be_read() -> None:
    async def nothing() -> AsyncIterator[Sequence[Row]]:
        yield []

    file = ParquetFile(io.BytesIO(await whole(write_parquet(COLUMNS, nothing(), {}))))
    assert (file.metadata.num_rows, file.schema_arrow.names) == (0, list(COLUMNS))


def test_what_is_not_installed_is_not_offered() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None; import importlib.util as u\n"
        "found = u.find_spec; u.find_spec = lambda n: None if n == 'pyarrow' else found(n)\n"
        "from tellback.web.exports import OFFERED; print(*OFFERED)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["csv", "xlsx", "ndjson"]


@pytest.mark.parametrize("kind", list(Format))
def test_a_file_has_a_name_and_is_kept_by_no_cache(kind: Format) -> None:
    reply: Any = export(kind, "shop-responses", COLUMNS, pages())
    assert reply.headers["Content-Disposition"] == f'attachment; filename="shop-responses.{kind}"'
    assert reply.headers["Cache-Control"] == "no-store"
