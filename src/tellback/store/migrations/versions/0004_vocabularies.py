"""Each project's vocabulary"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
#: A program that rolls words up and keeps no vocabulary would let new words go unfound.
serves_from = "0004"


def upgrade() -> None:
    """Apply: what was rolled up is known already."""
    op.create_table(
        "rollup_words",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "word"),
    )
    op.execute(
        "INSERT INTO rollup_words (project_id, word) "
        "SELECT DISTINCT project_id, value FROM rollup_cells WHERE source = 'words'"
    )
