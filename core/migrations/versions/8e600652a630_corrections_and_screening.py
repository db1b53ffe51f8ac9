"""corrections and screening

Revision 8e600652a630, after 0cae38b30fc0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "8e600652a630"
down_revision = "0cae38b30fc0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "console_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("written_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=40), nullable=True),
        sa.Column("changed_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_correction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("console_correction", schema=None) as batch_op:
        batch_op.create_index("ix_console_correction_state", ["state", "id"], unique=False)

    op.create_table(
        "console_screening",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("shown_name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_screening")),
    )
    with op.batch_alter_table("console_screening", schema=None) as batch_op:
        batch_op.create_index("ix_console_screening_owner", ["owner", "created_at"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("console_screening", schema=None) as batch_op:
        batch_op.drop_index("ix_console_screening_owner")

    op.drop_table("console_screening")
    with op.batch_alter_table("console_correction", schema=None) as batch_op:
        batch_op.drop_index("ix_console_correction_state")

    op.drop_table("console_correction")
