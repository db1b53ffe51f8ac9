"""console people and sessions

Revision 2dbc5682689c, after 6b7bd4a81039.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "2dbc5682689c"
down_revision = "6b7bd4a81039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "console_attempt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_attempt")),
    )
    with op.batch_alter_table("console_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_attempt_last_at"), ["last_at"], unique=False)

    op.create_table(
        "console_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("disabled_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("signed_in_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_user")),
        sa.UniqueConstraint("name", name=op.f("uq_console_user_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "console_recovery_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", core.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["console_user.id"],
            name=op.f("fk_console_recovery_code_user_id_console_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_recovery_code")),
    )
    with op.batch_alter_table("console_recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "console_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.Column("carried", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_console_session_user_id_console_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_console_session_public_id")),
    )
    with op.batch_alter_table("console_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_session_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("console_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_console_session_user_id"))

    op.drop_table("console_session")
    with op.batch_alter_table("console_recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_console_recovery_code_user_id"))

    op.drop_table("console_recovery_code")
    op.drop_table("console_user")
    with op.batch_alter_table("console_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_console_attempt_last_at"))

    op.drop_table("console_attempt")
