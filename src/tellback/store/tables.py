"""Every table. The migrations produce exactly this; a test compares the two.

Times are BIGINT: ms since the epoch, UTC. Every tenant table's key begins with `project_id`, so
that it can be distributed by it. The others are `shared`: small, with a copy on every machine.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from tellback.store import access_tables as access
from tellback.store import follow_up_tables as followed
from tellback.store import rollup_tables as rolled
from tellback.store import survey_tables as written
from tellback.store.schema import Id, Json, OrderedJson, metadata, partial, shared, tenant

projects = shared(
    "projects",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("settings", Json, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

#: One row: what the newest migration says of itself.
schema_marks = shared("schema_marks", Column("serves_from", Text, primary_key=True))

credentials, sessions = access.credentials, access.sessions
users, memberships = access.users, access.memberships
password_links = access.password_links
rollup_cells, rollup_marks = rolled.rollup_cells, rolled.rollup_marks
rollup_heads, rollup_words = rolled.rollup_heads, rolled.rollup_words
surveys, survey_versions = written.surveys, written.survey_versions
survey_drafts = written.survey_drafts
follow_ups, response_tags = followed.follow_ups, followed.response_tags
response_notes, saved_searches = followed.response_notes, followed.saved_searches

counters = Table(
    "counters",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

contacts = tenant(
    "contacts",
    Column("name", Text),
    Column("email", Text),
    Column("language", Text),
    Column("properties", Json, nullable=False),
    Column("next_ask_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    Column("merged_into", Id),
    Index("ix_contacts_created", "project_id", "created_at"),
)

contact_identities = Table(
    "contact_identities",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("contact_id", Id, nullable=False),
    Index("ix_contact_identities_contact", "project_id", "contact_id"),
)

property_definitions = Table(
    "property_definitions",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

conversations = tenant(
    "conversations",
    Column("number", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("contact_id", Id),
    Column("first_channel", Text),
    Column("channel", Text),
    Column("status", Text),
    Column("agent", Text),
    Column("department", Text),
    Column("properties", Json, nullable=False),
    Column("messages", Integer, nullable=False, server_default="0"),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", Text),
    Column("last_message_at", BigInteger),
    Column("changed_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "reference"),
    UniqueConstraint("project_id", "number"),
    Index("ix_conversations_opened", "project_id", "opened_at", "id"),
    Index("ix_conversations_contact", "project_id", "contact_id", "closed_at"),
)

messages = tenant(
    "messages",
    Column("conversation_id", Id, nullable=False),
    Column("contact_id", Id),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_messages_conversation", "project_id", "conversation_id", "created_at"),
    Index("ix_messages_contact", "project_id", "contact_id"),
)

#: What the webhooks tell others: one row per event, told and retried from here. While somebody
#: posts one, its next moment is when that has to be over.
outgoing_events = tenant(
    "outgoing_events",
    Column("type", Text, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    partial("ix_outgoing_events_due", "project_id", "due_at", where="state = 'queued'"),
    Index("ix_outgoing_events_subject", "project_id", "subject_id"),
)

#: What a project's webhooks are signed with; a rotated key signs along until it ends.
webhook_keys = tenant(
    "webhook_keys",
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
)

invitation_requests = tenant(
    "invitation_requests",
    Column("dialect", Text, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

invitations = tenant(
    "invitations",
    Column("dialect", Text, nullable=False),
    Column("request_id", Id, nullable=False),
    Column("survey_id", Id, nullable=False),
    Column("contact_id", Id),
    Column("conversation_id", Id),
    Column("number", BigInteger),
    Column("channel", Text, nullable=False),
    Column("address", Text),
    Column("language", Text),
    Column("reference", Text, nullable=False),
    Column("transactional", Boolean, nullable=False),
    Column("transaction_at", BigInteger),
    Column("transaction_amount", Float),
    Column("transaction_currency", Text),
    Column("properties", Json),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Column("message_id", Text),
    Column("claimed_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("opened_at", BigInteger),
    Column("clicked_at", BigInteger),
    Column("bounced_at", BigInteger),
    Column("responded_at", BigInteger),
    UniqueConstraint("project_id", "dialect", "reference"),
    Index("ix_invitations_created", "project_id", "created_at", "id"),
    Index("ix_invitations_address", "project_id", "address"),
    partial("ix_invitations_due", "project_id", "channel", "due_at", where="state = 'queued'"),
    partial(
        "ix_invitations_leased",
        "project_id",
        "lease_until",
        where="state IN ('claimed', 'sending')",
    ),
    partial(
        "ix_invitations_asked",
        "project_id",
        "contact_id",
        where="contact_id IS NOT NULL",
    ),
    partial("ix_invitations_unknown", "project_id", "claimed_at", where="state = 'unknown'"),
    # With the channel, so that counting mails reads no row.
    partial("ix_invitations_sent", "project_id", "sent_at", "channel", where="sent_at IS NOT NULL"),
    # With when it was requested, so that what is counted together with its day is not read again.
    partial(
        "ix_invitations_responded",
        "project_id",
        "responded_at",
        "created_at",
        where="responded_at IS NOT NULL",
    ),
    partial(
        "ix_invitations_conversation",
        "project_id",
        "conversation_id",
        where="conversation_id IS NOT NULL",
    ),
    partial("ix_invitations_number", "project_id", "number", where="number IS NOT NULL"),
    partial(
        "ix_invitations_opened",
        "project_id",
        "opened_at",
        "created_at",
        where="opened_at IS NOT NULL",
    ),
)

responses = tenant(
    "responses",
    Column("dialect", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("survey_id", Id, nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("contact_id", Id),
    Column("invitation_id", Id),
    Column("conversation_id", Id),
    Column("answers", Json, nullable=False),
    Column("metric", Text),
    Column("rating", Float),
    Column("comment", Text),
    Column("completed", Boolean, nullable=False),
    Column("dismissed", Boolean, nullable=False),
    Column("traits", Json),
    Column("language", Text),
    Column("referrer", Text),
    Column("user_agent", Text),
    Column("ip", Text),
    Column("token_hash", LargeBinary),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("left_at", Text),
    Index("ix_responses_created", "project_id", "created_at", "id"),
    Index("ix_responses_contact", "project_id", "contact_id", "survey_id"),
    partial(
        "uq_responses_invitation",
        "project_id",
        "invitation_id",
        where="invitation_id IS NOT NULL",
        unique=True,
    ),
    partial(
        "ix_responses_conversation",
        "project_id",
        "conversation_id",
        where="conversation_id IS NOT NULL",
    ),
)

response_revisions = Table(
    "response_revisions",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("response_id", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("survey_version", Integer, nullable=False),
    Column("answers", Json, nullable=False),
    Column("rating", Float),
    Column("comment", Text),
    Column("recorded_at", BigInteger, nullable=False),
    Column("replaced_at", BigInteger, nullable=False),
)

signals = tenant(
    "signals",
    Column("invitation_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("link", Text),
    Column("scanner", Text),
    Column("user_agent", Text),
    Column("ip", Text),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_signals_invitation", "project_id", "invitation_id", "created_at"),
    Index("ix_signals_created", "project_id", "created_at"),
)

events = tenant(
    "events",
    Column("dialect", Text, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_events_contact", "project_id", "contact_id", "created_at"),
    Index("ix_events_created", "project_id", "created_at"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

rejected_inputs = tenant(
    "rejected_inputs",
    Column("dialect", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Boolean, nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("headers", Json, nullable=False),
    Column("status", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("replayed_at", BigInteger),
    Column("replay_status", Integer),
    Column("replay_reason", Text),
    Column("settled_at", BigInteger),
    Column("body_size", Integer, nullable=False),
    # Last, so that reading the others does not go through its pages.
    Column("body", LargeBinary, nullable=False),
    # With size and wire, so that adding up sizes reads no body.
    Index("ix_rejected_inputs_created", "project_id", "created_at", "id", "body_size", "dialect"),
)

#: What was replied to calls that carried a key against being carried out twice.
kept_replies = Table(
    "kept_replies",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_kept_replies_created", "project_id", "created_at"),
)

#: How a project's webhooks tell of conversations: where in their JSON stands what.
conversation_mappings = Table(
    "conversation_mappings",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("definition", OrderedJson, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

#: What a project's pages and mails show beside its name. The name says what kind of picture it is.
logos = Table(
    "logos",
    metadata,
    Column("project_id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
