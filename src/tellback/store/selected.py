"""A selection as conditions: on rows, and on the cells that count them."""

from typing import Any

from sqlalchemy import ColumnElement

from tellback.core.rollup import ALL
from tellback.core.selection import Selection
from tellback.store.tables import rollup_cells


def selected_rows(columns: Any, selection: Selection) -> list[ColumnElement[bool]]:
    """What must hold of the rows of a table that has survey, channel and dialect."""
    wanted = (
        (columns.survey_id, selection.survey_id),
        (columns.channel, selection.channel),
        (columns.dialect, selection.dialect),
    )
    return [column == value for column, value in wanted if value is not None]


def selected_cells(selection: Selection, *, by_survey: bool = True) -> list[ColumnElement[bool]]:
    """What must hold of cells that tell surveys apart.

    Not ``by_survey`` takes those of `ALL` surveys and channels, where they can tell as much.
    """
    found = selected_rows(rollup_cells.c, selection)
    apart = by_survey or selection.survey_id is not None or selection.channel is not None
    if apart and selection.survey_id is None:
        found.append(rollup_cells.c.survey_id != ALL)
    if not apart:
        found.append(rollup_cells.c.survey_id == ALL)
    return found
