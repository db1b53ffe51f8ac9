"""kill switches

Revision b3d30b4e9baa, after 61e159c3d97f.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "b3d30b4e9baa"
down_revision = "61e159c3d97f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_switch",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_bot_switch")),
    )
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_paused_at", core.database.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.drop_column("told_paused_at")

    op.drop_table("bot_switch")
