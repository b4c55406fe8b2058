"""The first schema"""

import sqlalchemy as sa
from alembic import op

from tellback.store.schema import Id, Json, OrderedJson

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
#: The oldest revision whose program works with the schema as it is after this migration.
serves_from = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contact_identities",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "kind", "value"),
    )
    op.create_index(
        "ix_contact_identities_contact",
        "contact_identities",
        ["project_id", "contact_id"],
        unique=False,
    )
    op.create_table(
        "contacts",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("properties", Json, nullable=False),
        sa.Column("next_ask_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", Id(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index("ix_contacts_created", "contacts", ["project_id", "created_at"], unique=False)
    op.create_table(
        "conversation_mappings",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", OrderedJson, nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name"),
    )
    op.create_table(
        "conversations",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("contact_id", Id(), nullable=True),
        sa.Column("first_channel", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("properties", Json, nullable=False),
        sa.Column("messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("last_message_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
        sa.UniqueConstraint("project_id", "number"),
        sa.UniqueConstraint("project_id", "reference"),
    )
    op.create_index(
        "ix_conversations_contact",
        "conversations",
        ["project_id", "contact_id", "closed_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_opened", "conversations", ["project_id", "opened_at", "id"], unique=False
    )
    op.create_table(
        "counters",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name"),
    )
    op.create_table(
        "credentials",
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("dialect", "kind", "secret_hash"),
    )
    op.create_index(op.f("ix_credentials_project_id"), "credentials", ["project_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_events_contact", "events", ["project_id", "contact_id", "created_at"], unique=False
    )
    op.create_table(
        "invitation_requests",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_table(
        "invitations",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("request_id", Id(), nullable=False),
        sa.Column("survey_id", Id(), nullable=False),
        sa.Column("contact_id", Id(), nullable=True),
        sa.Column("conversation_id", Id(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("transactional", sa.Boolean(), nullable=False),
        sa.Column("transaction_at", sa.BigInteger(), nullable=True),
        sa.Column("transaction_amount", sa.Float(), nullable=True),
        sa.Column("transaction_currency", sa.Text(), nullable=True),
        sa.Column("properties", Json, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("clicked_at", sa.BigInteger(), nullable=True),
        sa.Column("bounced_at", sa.BigInteger(), nullable=True),
        sa.Column("responded_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id"),
        sa.UniqueConstraint("project_id", "dialect", "reference"),
    )
    op.create_index(
        "ix_invitations_address", "invitations", ["project_id", "address"], unique=False
    )
    op.create_index(
        "ix_invitations_asked",
        "invitations",
        ["project_id", "contact_id"],
        unique=False,
        sqlite_where=sa.text("contact_id IS NOT NULL"),
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_conversation",
        "invitations",
        ["project_id", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_created", "invitations", ["project_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_invitations_due",
        "invitations",
        ["project_id", "channel", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_invitations_leased",
        "invitations",
        ["project_id", "lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'sending')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
    )
    op.create_index(
        "ix_invitations_number",
        "invitations",
        ["project_id", "number"],
        unique=False,
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_opened",
        "invitations",
        ["project_id", "opened_at"],
        unique=False,
        sqlite_where=sa.text("opened_at IS NOT NULL"),
        postgresql_where=sa.text("opened_at IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_responded",
        "invitations",
        ["project_id", "responded_at"],
        unique=False,
        sqlite_where=sa.text("responded_at IS NOT NULL"),
        postgresql_where=sa.text("responded_at IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_sent",
        "invitations",
        ["project_id", "sent_at", "channel"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NOT NULL"),
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_invitations_unknown",
        "invitations",
        ["project_id", "claimed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.create_table(
        "kept_replies",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "key"),
    )
    op.create_index(
        "ix_kept_replies_created", "kept_replies", ["project_id", "created_at"], unique=False
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "project_id"),
    )
    op.create_table(
        "messages",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("contact_id", Id(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index("ix_messages_contact", "messages", ["project_id", "contact_id"], unique=False)
    op.create_index(
        "ix_messages_conversation",
        "messages",
        ["project_id", "conversation_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "outgoing_events",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_outgoing_events_due",
        "outgoing_events",
        ["project_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outgoing_events_subject", "outgoing_events", ["project_id", "subject_id"], unique=False
    )
    op.create_table(
        "projects",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "property_definitions",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name"),
    )
    op.create_table(
        "rejected_inputs",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("replayed_at", sa.BigInteger(), nullable=True),
        sa.Column("replay_status", sa.Integer(), nullable=True),
        sa.Column("replay_reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("body_size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_rejected_inputs_created",
        "rejected_inputs",
        ["project_id", "created_at", "id", "body_size", "dialect"],
        unique=False,
    )
    op.create_table(
        "response_revisions",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("response_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "response_id", "revision"),
    )
    op.create_table(
        "responses",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("survey_id", Id(), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("contact_id", Id(), nullable=True),
        sa.Column("invitation_id", Id(), nullable=True),
        sa.Column("conversation_id", Id(), nullable=True),
        sa.Column("answers", Json, nullable=False),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("traits", Json, nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("referrer", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_responses_contact", "responses", ["project_id", "contact_id", "survey_id"], unique=False
    )
    op.create_index(
        "ix_responses_conversation",
        "responses",
        ["project_id", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.create_index(
        "ix_responses_created", "responses", ["project_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "uq_responses_invitation",
        "responses",
        ["project_id", "invitation_id"],
        unique=True,
        sqlite_where=sa.text("invitation_id IS NOT NULL"),
        postgresql_where=sa.text("invitation_id IS NOT NULL"),
    )
    op.create_table(
        "schema_marks",
        sa.Column("serves_from", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serves_from"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "signals",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("invitation_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("scanner", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )
    op.create_index(
        "ix_signals_invitation",
        "signals",
        ["project_id", "invitation_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "suppressions",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "address"),
    )
    op.create_table(
        "survey_versions",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("survey_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", OrderedJson, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "survey_id", "version"),
    )
    op.create_table(
        "surveys",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id"),
        sa.UniqueConstraint("project_id", "key"),
        sa.UniqueConstraint("project_id", "number"),
    )
    op.create_table(
        "users",
        sa.Column("id", Id(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "webhook_keys",
        sa.Column("project_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("webhook_keys")
    op.drop_table("users")
    op.drop_table("surveys")
    op.drop_table("survey_versions")
    op.drop_table("suppressions")
    op.drop_index("ix_signals_invitation", table_name="signals")
    op.drop_table("signals")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("schema_marks")
    op.drop_index(
        "uq_responses_invitation",
        table_name="responses",
        sqlite_where=sa.text("invitation_id IS NOT NULL"),
        postgresql_where=sa.text("invitation_id IS NOT NULL"),
    )
    op.drop_index("ix_responses_created", table_name="responses")
    op.drop_index(
        "ix_responses_conversation",
        table_name="responses",
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.drop_index("ix_responses_contact", table_name="responses")
    op.drop_table("responses")
    op.drop_table("response_revisions")
    op.drop_index("ix_rejected_inputs_created", table_name="rejected_inputs")
    op.drop_table("rejected_inputs")
    op.drop_table("property_definitions")
    op.drop_table("projects")
    op.drop_index("ix_outgoing_events_subject", table_name="outgoing_events")
    op.drop_index(
        "ix_outgoing_events_due",
        table_name="outgoing_events",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.drop_table("outgoing_events")
    op.drop_index("ix_messages_conversation", table_name="messages")
    op.drop_index("ix_messages_contact", table_name="messages")
    op.drop_table("messages")
    op.drop_table("memberships")
    op.drop_index("ix_kept_replies_created", table_name="kept_replies")
    op.drop_table("kept_replies")
    op.drop_index(
        "ix_invitations_unknown",
        table_name="invitations",
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.drop_index(
        "ix_invitations_sent",
        table_name="invitations",
        sqlite_where=sa.text("sent_at IS NOT NULL"),
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_invitations_responded",
        table_name="invitations",
        sqlite_where=sa.text("responded_at IS NOT NULL"),
        postgresql_where=sa.text("responded_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_invitations_opened",
        table_name="invitations",
        sqlite_where=sa.text("opened_at IS NOT NULL"),
        postgresql_where=sa.text("opened_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_invitations_number",
        table_name="invitations",
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.drop_index(
        "ix_invitations_leased",
        table_name="invitations",
        sqlite_where=sa.text("state IN ('claimed', 'sending')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
    )
    op.drop_index(
        "ix_invitations_due",
        table_name="invitations",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.drop_index("ix_invitations_created", table_name="invitations")
    op.drop_index(
        "ix_invitations_conversation",
        table_name="invitations",
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_invitations_asked",
        table_name="invitations",
        sqlite_where=sa.text("contact_id IS NOT NULL"),
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.drop_index("ix_invitations_address", table_name="invitations")
    op.drop_table("invitations")
    op.drop_table("invitation_requests")
    op.drop_index("ix_events_contact", table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_credentials_project_id"), table_name="credentials")
    op.drop_table("credentials")
    op.drop_table("counters")
    op.drop_index("ix_conversations_opened", table_name="conversations")
    op.drop_index("ix_conversations_contact", table_name="conversations")
    op.drop_table("conversations")
    op.drop_table("conversation_mappings")
    op.drop_index("ix_contacts_created", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_contact_identities_contact", table_name="contact_identities")
    op.drop_table("contact_identities")
