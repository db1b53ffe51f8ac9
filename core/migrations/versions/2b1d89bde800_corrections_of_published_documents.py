"""corrections of published documents

Revision 2b1d89bde800, after 265ec91e32a3.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2b1d89bde800"
down_revision = "265ec91e32a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("knowledge_document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("proposed_passages", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("knowledge_document", schema=None) as batch_op:
        batch_op.drop_column("proposed_passages")
        batch_op.drop_column("proposal")
