"""Roll-ups"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id, Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
#: A program that marks no changes would let the roll-ups say what was.
serves_from = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rollup_cells",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("property", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.PrimaryKeyConstraint(
            "project_id", "source", "property", "survey_id", "value", "day", "channel", "dialect"
        ),
    )
    op.create_index("ix_rollup_cells_day", "rollup_cells", ["project_id", "source", "day"])
    op.create_table(
        "rollup_marks",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "source", "start_at", "taken_by"),
    )
    op.create_table(
        "rollup_heads",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("properties", Json, nullable=False),
        sa.Column("visits_from", sa.Integer(), nullable=False),
        sa.Column("shown_from", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id"),
    )
    op.create_index("ix_signals_created", "signals", ["project_id", "created_at"])
    op.create_index("ix_events_created", "events", ["project_id", "created_at"])
