"""Survey pages: where respondents go on, and logos"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
#: Who does not know of it takes what was begun for sent off, and shows no logo.
serves_from = "0003"


def upgrade() -> None:
    """Apply."""
    op.add_column("responses", sa.Column("left_at", sa.Text(), nullable=True))
    op.create_table(
        "logos",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id"),
    )
