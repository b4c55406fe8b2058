"""Follow-ups: what is done about responses, and searches that have a name"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
#: Who does not know of it shows none of it, and erases nothing that says more of a person.
serves_from = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "follow_ups",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("response_id", Id(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("owner_id", Id(), nullable=True),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "response_id"),
    )
    op.create_index(
        "ix_follow_ups_progress", "follow_ups", ["project_id", "progress", "response_id"]
    )
    owned = sa.text("owner_id IS NOT NULL")
    op.create_index(
        "ix_follow_ups_owner",
        "follow_ups",
        ["project_id", "owner_id", "response_id"],
        sqlite_where=owned,
        postgresql_where=owned,
    )
    op.create_table(
        "response_tags",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("response_id", Id(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "response_id", "tag"),
    )
    op.create_index("ix_response_tags_tag", "response_tags", ["project_id", "tag", "response_id"])
    op.create_table(
        "response_notes",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("response_id", Id(), nullable=False),
        sa.Column("author_id", Id(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_response_notes_response",
        "response_notes",
        ["project_id", "response_id", "created_at"],
    )
    op.create_table(
        "saved_searches",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
        sa.UniqueConstraint("project_id", "name"),
    )
