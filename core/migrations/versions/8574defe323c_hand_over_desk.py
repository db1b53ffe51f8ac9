"""hand-over desk

Revision 8574defe323c, after cfcbe874c524.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = "8574defe323c"
down_revision = "cfcbe874c524"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bot_desk_change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("staff", sa.String(length=120), nullable=True),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bot_desk_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_desk_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bot_desk_change_at"), ["at"], unique=False)
        batch_op.create_index("ix_bot_desk_change_conversation", ["conversation_id"], unique=False)

    op.create_table(
        "bot_prepared_answer",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_bot_prepared_answer")),
    )
    op.create_table(
        "bot_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("staff", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_note_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bot_note", schema=None) as batch_op:
        batch_op.create_index("ix_bot_note_conversation", ["conversation_id"], unique=False)

    op.create_table(
        "bot_tag",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("staff", sa.String(length=120), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["bot_conversation.id"],
            name=op.f("fk_bot_tag_conversation_id_bot_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "tag", name=op.f("pk_bot_tag")),
    )
    with op.batch_alter_table("bot_tag", schema=None) as batch_op:
        batch_op.create_index("ix_bot_tag_tag", ["tag"], unique=False)

    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wanted_at", core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("person_answered_at", core.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_bot_conversation_holder", ["holder", "holder_since"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("bot_conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_conversation_holder")
        batch_op.drop_column("version")
        batch_op.drop_column("person_answered_at")
        batch_op.drop_column("wanted_at")

    with op.batch_alter_table("bot_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_tag_tag")

    op.drop_table("bot_tag")
    with op.batch_alter_table("bot_note", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_note_conversation")

    op.drop_table("bot_note")
    op.drop_table("bot_prepared_answer")
    with op.batch_alter_table("bot_desk_change", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_desk_change_conversation")
        batch_op.drop_index(batch_op.f("ix_bot_desk_change_at"))

    op.drop_table("bot_desk_change")
