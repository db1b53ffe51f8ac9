"""daily figures

Revision f3a597d69280, after 2dbc5682689c.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f3a597d69280"
down_revision = "2dbc5682689c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "measure", "key", "detail", name=op.f("pk_bot_daily")),
    )
    with op.batch_alter_table("bot_daily", schema=None) as batch_op:
        batch_op.create_index("ix_bot_daily_measure", ["measure", "day"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_daily", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_daily_measure")

    op.drop_table("bot_daily")
