"""How an engine goes about what it is asked, told alike for every engine."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    event,
)

from tellback.core.invitation import State
from tellback.core.model import Identity
from tellback.store.rows import insert_rows
from tellback.store.schema import Id

_SQLITE_STEP = re.compile(
    r"(?P<how>SEARCH|SCAN) (?P<table>\w+)"
    r"(?: USING (?P<only>COVERING )?INDEX (?P<index>\w+)| USING (?P<key>.*PRIMARY KEY))?"
    r"(?: \((?P<bounds>.*)\))?"
)
_BOUND_COLUMN = re.compile(r"(\w+) ?(?:=|<|>)")
_CHOICES: Mapping[str, Sequence[str]] = {"state": list(State), "kind": list(Identity)}
#: What a worker of a cluster adds to the names of a table that is spread, and of its indexes.
_SHARD = re.compile(r"_\d{6,}$")
#: A small table is read whole whatever its indexes; what counts is what a large one is read by.
_AS_IF_LARGE = "SET LOCAL enable_seqscan = off"


@dataclass(frozen=True, slots=True)
class Step:
    """Reading a table: by which index, within which bounds of it, and if by that ``only``."""

    table: str
    index: str | None = None
    bounds: str = ""
    only: bool = False

    @property
    def columns(self) -> set[str]:
        """The columns that bound it."""
        return set(_BOUND_COLUMN.findall(self.bounds))


@dataclass(slots=True)
class Plan:
    """How a statement is carried out; ``sorts``: all that it found, before giving the first."""

    steps: list[Step] = field(default_factory=list)
    sorts: bool = False

    @property
    def indexes(self) -> list[str]:
        """The indexes that are used, in their order."""
        return [step.index for step in self.steps if step.index]

    def reads_whole(self, table: str) -> bool:
        """Whether it goes through the table from one end to the other."""
        return any(step.table == table and not step.bounds for step in self.steps)


def fill(connection: Connection, project_id: str, *tables: Table, rows: int = 2_000) -> None:
    """Give tables so many rows that what an engine does with them is no chance.

    Every other one is the project's; most values are found only once.
    """
    owners = (project_id, "e" * 32)
    for table in tables:
        columns = [column for column in table.columns if column.name != "project_id"]
        made = [(owners[n % 2], *(_value(column, n) for column in columns)) for n in range(rows)]
        names = ("project_id", *(column.name for column in columns))
        insert_rows(connection, table, names, made)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def _value(column: Column[Any], number: int) -> Any:
    """Some value that a column may hold, in its stored form."""
    if column.name in _CHOICES:
        return _CHOICES[column.name][number // 2 % len(_CHOICES[column.name])]
    if isinstance(column.type, Id):
        return f"{number:08x}{'f' * 24}"
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer | Float):
        return number
    if isinstance(column.type, LargeBinary):
        return number.to_bytes(4)
    return "{}" if isinstance(column.type, JSON) else f"{column.name} {number}"


@contextmanager
def planning(connection: Connection) -> Iterator[list[Plan]]:
    """The plans of the statements that a block runs, there at its end."""
    heard: list[tuple[str, Any]] = []
    plans: list[Plan] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        heard.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", note)
    plans += [explain(connection, *each) for each in heard if each[0].startswith(_EXPLAINED)]


_EXPLAINED = ("SELECT", "WITH", "DELETE", "UPDATE")


def explain(connection: Connection, statement: str, values: Any) -> Plan:
    """How the engine would carry out a statement now."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return _of_sqlite(row[-1] for row in rows)
    with connection.begin_nested() if connection.in_transaction() else connection.begin():
        connection.exec_driver_sql(_AS_IF_LARGE)
        explained = f"EXPLAIN (FORMAT JSON) {statement}"
        (top,) = connection.exec_driver_sql(explained, values).scalar_one()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
    plan = Plan()
    _add(plan, top["Plan"])
    return plan


def _of_sqlite(details: Iterable[str]) -> Plan:
    plan = Plan()
    for detail in details:
        if found := _SQLITE_STEP.match(detail):
            index = found["index"] or found["key"]
            plan.steps.append(
                Step(found["table"], index, found["bounds"] or "", bool(found["only"]))
            )
        plan.sorts |= detail.startswith("USE TEMP B-TREE FOR ORDER BY")
    return plan


def _add(plan: Plan, node: Mapping[str, Any], table: str = "") -> None:
    """A node of PostgreSQL's plan, and those below it; in a cluster also those of its workers."""
    table = _SHARD.sub("", node.get("Relation Name", table))
    kind: str = node["Node Type"]
    if index := node.get("Index Name"):
        only = kind == "Index Only Scan"
        plan.steps.append(Step(table, _SHARD.sub("", index), node.get("Index Cond", ""), only))
    elif kind == "Seq Scan":
        plan.steps.append(Step(table))
    plan.sorts |= kind == "Sort"
    for below in node.get("Plans", ()):
        _add(plan, below, table)
    for task in node.get("Distributed Query", {}).get("Job", {}).get("Tasks", ()):
        for (shown,) in task["Remote Plan"]:
            _add(plan, shown["Plan"])
