"""What is inserted where, as far as all engines say it alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Table


@dataclass(frozen=True)
class Insertion:
    """Columns of a table in the order of the rows, and what ends the statement."""

    table: Table
    columns: tuple[str, ...]
    tail: str = ""

    @cached_property
    def names(self) -> str:
        """The columns' names, separated by commas."""
        return quoted(self.columns)

    @cached_property
    def target(self) -> str:
        """The table and its columns, as they stand after INSERT INTO and COPY."""
        return f"{quoted([self.table.name])} ({self.names})"


def quoted(names: Iterable[str]) -> str:
    """Names as every engine understands them, separated by commas."""
    return ", ".join(f'"{name}"' for name in names)
