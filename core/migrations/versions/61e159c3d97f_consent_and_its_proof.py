"""consent and its proof

Revision 61e159c3d97f, after f3a597d69280.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "61e159c3d97f"
down_revision = "f3a597d69280"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_kept",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("since", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_bot_kept")),
    )
    op.create_table(
        "privacy_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_events")),
        sa.UniqueConstraint("receipt", name=op.f("uq_privacy_events_receipt")),
    )
    with op.batch_alter_table("privacy_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privacy_events_at"), ["at"], unique=False)
        batch_op.create_index("ix_privacy_events_conversation", ["conversation", "purpose", "id"], unique=False)

    # Interviews kept before were kept without consent.
    op.execute(sa.text("DELETE FROM interviews"))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("privacy_events", schema=None) as batch_op:
        batch_op.drop_index("ix_privacy_events_conversation")
        batch_op.drop_index(batch_op.f("ix_privacy_events_at"))

    op.drop_table("privacy_events")
    op.drop_table("bot_kept")
