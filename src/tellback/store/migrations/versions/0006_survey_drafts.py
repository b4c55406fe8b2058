"""Drafts of surveys"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id, OrderedJson

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
#: A program that does not know of drafts does everything else as before.
serves_from = "0005"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "survey_drafts",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", OrderedJson, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "key"),
    )
