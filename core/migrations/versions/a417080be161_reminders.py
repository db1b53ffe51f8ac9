"""reminders

Revision a417080be161, after b3d30b4e9baa.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "a417080be161"
down_revision = "b3d30b4e9baa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_reminded",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_reminded_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "change", name=op.f("pk_bot_reminded")),
    )
    op.create_table(
        "bot_reminder_agreement",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("answered_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("notice", sa.String(length=64), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_reminder_agreement_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_bot_reminder_agreement")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("bot_reminder_agreement")
    op.drop_table("bot_reminded")
