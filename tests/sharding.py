"""Holds that every statement names its project, as a cluster that is sharded by project needs it.

Whatever statement of the program any test brings about is looked at once: each table with projects'
rows must be bound to one project where it stands, or the statement must be marked as about all
projects (`tellback.store.across`). On a server with Citus the plan is read as well: it must be one
task, on one shard.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    Column,
    Connection,
    Delete,
    Engine,
    Select,
    Table,
    Update,
    event,
)
from sqlalchemy.sql.elements import ClauseElement, Grouping
from sqlalchemy.sql.operators import and_, eq
from sqlalchemy.sql.selectable import AliasedReturnsRows, Join

from tellback.store.across import OPTION
from tellback.store.schema import is_tenant

_offences: list[str] = []
_seen: set[str] = set()
_clusters: dict[str, bool] = {}
_KEY = "project_id"


def unbound(statement: ClauseElement) -> set[str]:
    """The tenant tables that stand somewhere in a statement without being bound to one project."""
    return set(_unbound(statement, frozenset()))


def watch() -> None:
    """Look at every statement from now on."""
    event.listen(Engine, "before_cursor_execute", _look)


def take_offences() -> list[str]:
    """What was found since this was last called."""
    found = list(_offences)
    _offences.clear()
    return found


def _look(
    connection: Connection, _cursor: Any, text: str, parameters: Any, context: Any, many: bool
) -> None:
    if text in _seen or (asker := _asker()) is None:
        return
    _seen.add(text)
    if context.compiled is None or context.execution_options.get(OPTION):
        return
    # What is made of text is about the server or inserts, and rows that are inserted say whose.
    found = unbound(context.compiled.statement)
    if found:
        tables = ", ".join(sorted(found))
        _offences.append(
            f"{asker} is not bound to one project in {tables}: "
            "bind project_id in this very part, or mark the statement with across_projects()"
        )
    elif tables := _tenants(context.compiled.statement):
        _offences.extend(_spread(connection, asker, text, parameters[0] if many else parameters))


def _unbound(element: ClauseElement, outside: frozenset[Any]) -> Iterator[str]:
    froms, conditions = _scope(element)
    # Tables of a statement around this one are not its own, unless it would have no others.
    around = outside.intersection(getattr(element, "_correlate", ()) or outside)
    own = [one for one in froms if one not in around] or froms
    bound = _bound(conditions)
    for one in own:
        table = one.element if isinstance(one, AliasedReturnsRows) else one
        if not isinstance(table, Table):
            yield from _unbound(table, outside)
        elif is_tenant(table) and (one.name, _KEY) not in bound:
            yield table.name
    within = outside.union(own)
    for child in element.get_children():
        yield from _unbound(child, within)


def _scope(element: ClauseElement) -> tuple[list[Any], list[Any]]:
    """What a statement, or a part of one, reads or changes, and on what conditions."""
    if isinstance(element, Update | Delete):
        return [element.table], list(element._where_criteria)
    if not isinstance(element, Select):
        return [], []
    froms: list[Any] = []
    conditions = list(element._where_criteria)
    waiting: list[Any] = list(element.get_final_froms())
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join):
            waiting += [one.left, one.right]
            conditions.append(one.onclause)
        else:
            froms.append(one)
    return froms, conditions


def _bound(conditions: Iterable[Any]) -> set[tuple[str, str]]:
    """The columns that must be equal to a bound value, by their table's name and their own."""
    pairs = [pair for condition in conditions for pair in _equalities(condition)]
    bound: set[Any] = {None}
    while more := {side for pair in pairs if bound & pair for side in pair} - bound:
        bound |= more
    return bound - {None}


def _equalities(condition: Any) -> Iterator[frozenset[Any]]:
    """Pairs of columns that are equal; None stands for a bound value."""
    if isinstance(condition, Grouping):
        yield from _equalities(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is and_:
        for clause in condition.clauses:
            yield from _equalities(clause)
    elif isinstance(condition, BinaryExpression) and condition.operator is eq:
        sides = (condition.left, condition.right)
        if all(isinstance(side, Column | BindParameter) for side in sides):
            yield frozenset(
                (side.table.name, side.name) if isinstance(side, Column) else None for side in sides
            )


def _tenants(element: ClauseElement) -> set[str]:
    froms, _ = _scope(element)
    return {one.name for one in froms if isinstance(one, Table) and is_tenant(one)}


def _asker() -> str | None:
    """Where in the program the statement that is being carried out stands; None: in a test."""
    frame = sys._getframe(2)
    while frame.f_back and "/site-packages/" in frame.f_code.co_filename:
        frame = frame.f_back
    _, ours, path = frame.f_code.co_filename.rpartition("/src/tellback/")
    if not ours or "/tests/" in path:
        return None
    return f"{path}:{frame.f_lineno} {frame.f_code.co_name}"


def _spread(connection: Connection, asker: str, text: str, parameters: Any) -> list[str]:
    """What is wrong with the plan, in a database that Citus has spread: more than one task."""
    if not _is_cluster(connection):
        return []
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    tasks = re.findall(r"Task Count: (\d+)", plan)
    return [] if tasks == ["1"] else [f"{asker} is not one task:\n{text}\n{plan}"]


def _is_cluster(connection: Connection) -> bool:
    url = str(connection.engine.url)
    if connection.dialect.name != "postgresql":
        return False
    if url not in _clusters:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            cursor.execute("SELECT to_regclass('pg_dist_partition') IS NOT NULL")
            cluster = cursor.fetchone()[0]
            if cluster:
                # One that is copied to and fro may be without: its tables are all here.
                cursor.execute("SELECT EXISTS (SELECT FROM pg_dist_partition)")
                cluster = cursor.fetchone()[0]
            _clusters[url] = cluster
    return _clusters[url]
