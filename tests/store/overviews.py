"""The overview of all that came since a moment, as one step."""

from datetime import date

from sqlalchemy import Connection

from tellback.core.calendar import Bucket
from tellback.core.model import Project
from tellback.core.rollup import LAST_DAY, midnight
from tellback.core.selection import EVERYTHING, Selection
from tellback.store.overview import Overview, read_overview


def overview_since(
    connection: Connection, project: Project, start: int = 0, selection: Selection = EVERYTHING
) -> Overview:
    """Everything since ``start`` (ms)."""
    step = Bucket(start, midnight(LAST_DAY, project.settings.zone()), date(1970, 1, 1))
    return read_overview(connection, project, [step], start, selection)
