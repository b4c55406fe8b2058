"""Which invitations are meant, and from where they can be counted.

A cohort is what was requested on one day. Its cells tell of everything that happened to it since.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection

from tellback.core.model import Project
from tellback.core.properties import PropertyType
from tellback.core.rollup import ALL, Plan, Source, midnight, others, present
from tellback.core.segment import CheckedComparison, Operator
from tellback.core.selection import EVERYTHING, Selection
from tellback.store.invitation_events import ASK
from tellback.store.rollup_counts import ROLLED_TYPES
from tellback.store.rollups import find_head, of_survey, plan_reading, read_cells
from tellback.store.segments import compile_segment, holds, read_segment
from tellback.store.selected import selected_rows
from tellback.store.tables import rollup_cells

_NOWHERE = Plan((), ())


@dataclass(frozen=True, slots=True)
class Term:
    """Cells to add up (or to take away), by the property that they are of."""

    sign: int = 1
    of: str = ""
    condition: ColumnElement[bool] | None = None

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """What must hold of a cell."""
        return () if self.condition is None else (self.condition,)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which invitations are meant: a project's, selected ones, in a segment if narrowed.

    ``terms`` are the cells that count them, none where no cells can. ``compared`` is what is held
    against single values of a property, of which cells tell the commonest apart only.
    """

    project: Project
    selection: Selection = EVERYTHING
    segment: ColumnElement[bool] | None = None
    terms: Sequence[Term] = (Term(),)
    compared: CheckedComparison | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """What must hold of a row."""
        found = [ASK.project_id == self.project.id, *selected_rows(ASK, self.selection)]
        return found if self.segment is None else [*found, self.segment]


def narrowed(connection: Connection, asked: Asked, where: str) -> Asked:
    """Only the invitations of a segment; `SegmentError` where the expression is wrong."""
    project = asked.project
    segment = read_segment(connection, project, where)
    rows = compile_segment(segment, connection.dialect.name, project.settings.zone())
    asked = replace(asked, segment=rows, terms=())
    head = find_head(connection, project.id)
    if head is None or not isinstance(segment, CheckedComparison):
        return asked
    if segment.property not in head.properties or segment.type not in ROLLED_TYPES:
        return asked
    there = present(segment.property)
    if segment.operator is Operator.IS_SET:
        return replace(asked, terms=(Term(1, there),))
    if segment.operator is Operator.IS_NOT_SET:
        return replace(asked, terms=(Term(), Term(-1, there)))
    term = Term(1, segment.property, _holds(segment, project))
    return replace(asked, terms=(term,), compared=segment)


def plan_cohorts(connection: Connection, asked: Asked, start: int | None, end: int | None) -> Plan:
    """Of which days of requests the cells tell, and of which times the rows have to be read."""
    if not asked.terms:
        return _NOWHERE
    cohorts = plan_reading(connection, asked.project, Source.INVITATIONS, start, end)
    if asked.compared is None or not cohorts.days:
        return cohorts
    zone = asked.project.settings.zone()
    unclear = [
        (midnight(day, zone), midnight(day + 1, zone))
        for day in _unclear_days(connection, asked, asked.compared, cohorts)
    ]
    return plan_reading(connection, asked.project, Source.INVITATIONS, start, end, unclear)


def _holds(term: CheckedComparison, project: Project) -> ColumnElement[bool]:
    """What must hold of the value that a cell is of."""
    if term.type is PropertyType.BOOLEAN:
        return rollup_cells.c.value == ("true" if term.value else "false")
    return holds(rollup_cells.c.value, term, project.settings.zone())


def _unclear_days(
    connection: Connection, asked: Asked, compared: CheckedComparison, cohorts: Plan
) -> Collection[int]:
    """The days on which what is looked for may be among the values that are not told apart."""
    id_, (term,) = asked.project.id, asked.terms
    every, name = of_survey(ALL), others(compared.property)
    lumped = read_cells(connection, id_, Source.INVITATIONS, cohorts.days, every, of=name)
    unclear = {cell.day for cell in lumped}
    if not unclear or compared.operator is not Operator.EQUAL:
        return unclear
    held = (every, *term.conditions)
    told = read_cells(connection, id_, Source.INVITATIONS, cohorts.days, *held, of=term.of)
    return unclear - {cell.day for cell in told}
