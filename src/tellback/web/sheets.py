"""Workbooks, written row by row. Loaded by `tellback.web.exports` when somebody wants one."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

Cell = str | float | bool | None
#: What a cell has room for.
_LONGEST = 32_767


class Book:
    """A workbook that writes each row away once the next begins."""

    def __init__(self, path: Path, columns: Sequence[str], most: int) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = Workbook(str(path), options)
        self._columns, self._most = columns, most
        self._bold = self._book.add_format({"bold": True})
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
        for place, name in enumerate(self._columns):
            self._sheet.write_string(0, place, name, self._bold)
        self._at = 1

    def _write(self, place: int, value: Cell) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._at, place, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._at, place, value)
        elif value:
            # A text whatever it begins with, and so never a formula.
            self._sheet.write_string(self._at, place, value[:_LONGEST])
