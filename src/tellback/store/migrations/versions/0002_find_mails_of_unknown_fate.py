"""Find mails of unknown fate, which count against a quota"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UNKNOWN = sa.text("state = 'unknown'")


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_invitations_unknown",
        "invitations",
        ["project_id", "claimed_at"],
        unique=False,
        sqlite_where=_UNKNOWN,
        postgresql_where=_UNKNOWN,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(
        "ix_invitations_unknown",
        table_name="invitations",
        sqlite_where=_UNKNOWN,
        postgresql_where=_UNKNOWN,
    )
