"""The names that members have in conversations"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
#: A program that does not know of them shows agents nothing, as before.
serves_from = "0007"


def upgrade() -> None:
    """Apply."""
    op.add_column("memberships", sa.Column("agent_names", sa.Text(), nullable=True))
