"""tombstones

Revision 0cae38b30fc0, after a417080be161.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0cae38b30fc0"
down_revision = "a417080be161"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_tombstone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("wished_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("erased_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_tombstone")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_tombstone", schema=None) as batch_op:
        batch_op.create_index("ix_bot_tombstone_conversation_hash", ["conversation_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_bot_tombstone_erased_at"), ["erased_at"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_tombstone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bot_tombstone_erased_at"))
        batch_op.drop_index("ix_bot_tombstone_conversation_hash")

    op.drop_table("bot_tombstone")
