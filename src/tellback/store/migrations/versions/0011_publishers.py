"""Who published a version of a survey"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
#: A program that does not know of it says it of none.
serves_from = "0008"


def upgrade() -> None:
    """Apply."""
    op.add_column("survey_versions", sa.Column("published_by", sa.Text(), nullable=True))
