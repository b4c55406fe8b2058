"""Links with which somebody sets their password"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
#: A program that does not know of them lets nobody use one, and does everything else as before.
serves_from = "0008"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "password_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_password_links_user_id", "password_links", ["user_id"])
