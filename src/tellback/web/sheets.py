"""Workbooks, written row by row. Loaded by `tellback.web.exports` when somebody wants one."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

Cell = str | float | bool | datetime | None
#: What a cell has room for.
_LONGEST = 32_767
#: Of a column, in characters: as wide as a moment.
_WIDTH = 19


class Book:
    """A workbook that writes each row away once the next begins."""

    def __init__(self, path: Path, columns: Sequence[str], most: int) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = Workbook(str(path), options)
        self._columns, self._most = columns, most
        self._bold = self._book.add_format({"bold": True})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._begin()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write rows below those that are there; on a new sheet where one is full."""
        for row in rows:
            if self._at > self._most:
                self._begin()
            for place, value in enumerate(row):
                self._write(place, value)
            self._at += 1

    def close(self) -> None:
        """Put it all together."""
        self._book.close()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(self._columns) - 1, 0), _WIDTH)
        for place, name in enumerate(self._columns):
            self._sheet.write_string(0, place, name, self._bold)
        self._at = 1

    def _write(self, place: int, value: Cell) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._at, place, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._at, place, value)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(self._at, place, value, self._moment)
        elif value:
            # A text whatever it begins with, and so never a formula.
            self._sheet.write_string(self._at, place, value[:_LONGEST])
