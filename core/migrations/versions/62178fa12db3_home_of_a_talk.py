"""home of a talk

Revision 62178fa12db3, after 8e600652a630.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "62178fa12db3"
down_revision = "8e600652a630"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.drop_column("home")
