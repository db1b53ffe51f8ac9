"""documents

Revision 6b7bd4a81039, after b5ecee64ae16.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "6b7bd4a81039"
down_revision = "b5ecee64ae16"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "knowledge_document",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("added_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("passages", sa.LargeBinary(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_document")),
    )
    with op.batch_alter_table("knowledge_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_document_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_document_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_document_status"), ["status"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("knowledge_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_document_status"))
        batch_op.drop_index(batch_op.f("ix_knowledge_document_name"))
        batch_op.drop_index(batch_op.f("ix_knowledge_document_digest"))

    op.drop_table("knowledge_document")
