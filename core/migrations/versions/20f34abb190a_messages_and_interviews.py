"""messages and interviews

Revision 20f34abb190a, after .
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "20f34abb190a"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_conversation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("holder_since", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("holder_name", sa.String(length=120), nullable=True),
        sa.Column("handover_reason", sa.String(length=60), nullable=True),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_inbound_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_staff_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("unreachable_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("erased_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("inbox_due_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outbox_due_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reader", sa.String(length=40), nullable=True),
        sa.Column("writer", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_conversation")),
    )
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.create_index("ix_bot_conversation_inbox_due", ["inbox_due_at"], unique=False)
        batch_op.create_index("ix_bot_conversation_outbox_due", ["channel", "outbox_due_at"], unique=False)

    op.create_table(
        "bot_inbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message_key", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bot_inbox")),
        sa.UniqueConstraint("message_key", name=op.f("uq_bot_inbox_message_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_inbox", schema=None) as batch_op:
        batch_op.create_index("ix_bot_inbox_lane", ["conversation_id", "status", "seq"], unique=False)

    op.create_table(
        "bot_token",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("expires_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("needs_authorisation", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=True),
        sa.Column("locked_by", sa.String(length=40), nullable=True),
        sa.Column("locked_until", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_bot_token")),
    )
    op.create_table(
        "bot_worker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("alive_until", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_worker")),
    )
    op.create_table(
        "interviews",
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("touched_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_interviews")),
    )
    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interviews_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "bot_outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("channel_message_id", sa.String(length=120), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_outbox_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bot_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_bot_outbox_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_bot_outbox_lane", ["conversation_id", "status", "seq"], unique=False)

    op.create_table(
        "bot_transcript",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("said_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("inbox_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_transcript_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bot_transcript")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_transcript", schema=None) as batch_op:
        batch_op.create_index("ix_bot_transcript_conversation", ["conversation_id", "seq"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_transcript", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_transcript_conversation")

    op.drop_table("bot_transcript")
    with op.batch_alter_table("bot_outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_outbox_lane")

    op.drop_table("bot_outbox")
    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interviews_touched_at"))

    op.drop_table("interviews")
    op.drop_table("bot_worker")
    op.drop_table("bot_token")
    with op.batch_alter_table("bot_inbox", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_inbox_lane")

    op.drop_table("bot_inbox")
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_conversation_outbox_due")
        batch_op.drop_index("ix_bot_conversation_inbox_due")

    op.drop_table("bot_conversation")
