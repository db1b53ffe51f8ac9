"""work on the index

Revision 6e07b3d34061, after 62178fa12db3.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "6e07b3d34061"
down_revision = "62178fa12db3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "knowledge_job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("asked_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=40), nullable=True),
        sa.Column("alive_until", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_job")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("knowledge_job", schema=None) as batch_op:
        batch_op.create_index("ix_knowledge_job_document", ["document_id", "id"], unique=False)
        batch_op.create_index(
            "ix_knowledge_job_open",
            ["document_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index("ix_knowledge_job_state", ["state", "id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("knowledge_job", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_job_state")
        batch_op.drop_index(
            "ix_knowledge_job_open",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index("ix_knowledge_job_document")

    op.drop_table("knowledge_job")
