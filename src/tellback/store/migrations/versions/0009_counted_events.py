"""How often surveys were dismissed, counted by day: days that were counted without it are due"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
#: A program that does not know of it counts the days that change without it, until they change.
serves_from = "0008"

_SLOT = 15 * 60_000


def upgrade() -> None:
    """Apply."""
    op.execute(
        sa.text(
            "INSERT INTO rollup_marks (project_id, source, start_at, taken_by, end_at)"
            " SELECT DISTINCT project_id, 'shown', created_at - created_at % :slot, '',"
            " created_at - created_at % :slot + :slot"
            " FROM events WHERE name LIKE '$dismissed:%'"
            " ON CONFLICT DO NOTHING"
        ).bindparams(slot=_SLOT)
    )
