"""indices of counts

Revision 265ec91e32a3, after 6e07b3d34061.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "265ec91e32a3"
down_revision = "6e07b3d34061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.create_index("ix_bot_conversation_channel", ["channel", "last_inbound_at"], unique=False)

    with op.batch_alter_table("bot_inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bot_inbox_open",
            ["status", "channel"],
            unique=False,
            sqlite_where=sa.text("status IN ('waiting', 'set_aside')"),
            postgresql_where=sa.text("status IN ('waiting', 'set_aside')"),
        )

    with op.batch_alter_table("bot_outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bot_outbox_open",
            ["status", "channel"],
            unique=False,
            sqlite_where=sa.text("status IN ('waiting', 'failed')"),
            postgresql_where=sa.text("status IN ('waiting', 'failed')"),
        )

    with op.batch_alter_table("bot_transcript", schema=None) as batch_op:
        batch_op.create_index("ix_bot_transcript_said_at", ["said_at"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_transcript", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_transcript_said_at")

    with op.batch_alter_table("bot_outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_bot_outbox_open",
            sqlite_where=sa.text("status IN ('waiting', 'failed')"),
            postgresql_where=sa.text("status IN ('waiting', 'failed')"),
        )

    with op.batch_alter_table("bot_inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_bot_inbox_open",
            sqlite_where=sa.text("status IN ('waiting', 'set_aside')"),
            postgresql_where=sa.text("status IN ('waiting', 'set_aside')"),
        )

    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_conversation_channel")
