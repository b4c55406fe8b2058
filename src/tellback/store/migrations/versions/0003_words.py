"""The words of comments"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
#: A program that does not know of them could not read the marks.
serves_from = "0003"


def upgrade() -> None:
    """Apply: everything that was rolled up is still to be looked through for words."""
    op.execute(
        "INSERT INTO rollup_marks (project_id, source, start_at, taken_by, end_at) "
        "SELECT project_id, 'words', -2177452800000, '', 32472144000000 FROM rollup_heads"
    )
