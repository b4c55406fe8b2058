"""The newest comments of a time, with how their authors rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tellback.core.model import Project, SurveyDefinition
from tellback.core.rollup import Range
from tellback.core.selection import Selection
from tellback.store.feed import AnyRow
from tellback.store.response_feed import Version, find_versions
from tellback.store.selected import selected_rows
from tellback.store.tables import responses

#: How many rows are looked at for comments, however few of them have one.
_SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments, newest first, and the surveys that were answered.

    ``back_to`` is when the oldest that was looked at came (ms), None if all of the time were.
    """

    rows: Sequence[AnyRow]
    surveys: Mapping[Version, SurveyDefinition]
    back_to: int | None


def read_remarks(
    connection: Connection, project: Project, selection: Selection, range_: Range, most: int
) -> Remarks:
    """So many comments of a selection at most, out of a bounded number of responses."""
    table = responses.c
    mine = table.project_id == project.id
    within = (mine, table.created_at >= range_[0], table.created_at < range_[1])
    newest = (table.created_at.desc(), table.id.desc())
    end = select(table.created_at).where(*within).order_by(*newest).offset(_SEARCHED).limit(1)
    bound = connection.execute(end).scalar()
    statement = (
        select(
            table.created_at,
            table.survey_id,
            table.survey_version,
            table.metric,
            table.rating,
            table.comment,
            table.language,
        )
        .where(*within, *selected_rows(table, selection), table.comment != "")
        .order_by(*newest)
        .limit(most + 1)
    )
    if bound is not None:
        statement = statement.where(table.created_at > bound)
    rows = connection.execute(statement).all()
    if len(rows) > most:
        rows, bound = rows[:most], rows[most - 1].created_at
    versions = {(row.survey_id, row.survey_version) for row in rows}
    return Remarks(rows, find_versions(connection, project.id, versions), bound)
