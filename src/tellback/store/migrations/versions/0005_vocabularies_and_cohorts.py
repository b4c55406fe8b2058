"""Each project's vocabulary, and when what was opened and answered had been requested"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
#: A program that rolls words up and keeps no vocabulary would let new words go unfound.
serves_from = "0005"


def upgrade() -> None:
    """Apply: what was rolled up is known already."""
    op.create_table(
        "rollup_words",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "word"),
    )
    for name in ("opened", "responded"):
        index, moment = f"ix_invitations_{name}", f"{name}_at"
        some = sa.text(f"{moment} IS NOT NULL")
        op.drop_index(index, "invitations")
        op.create_index(
            index,
            "invitations",
            ["project_id", moment, "created_at"],
            sqlite_where=some,
            postgresql_where=some,
        )
    op.execute(
        "INSERT INTO rollup_words (project_id, word) "
        "SELECT DISTINCT project_id, value FROM rollup_cells WHERE source = 'words'"
    )
