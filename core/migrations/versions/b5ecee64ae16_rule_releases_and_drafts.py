"""rule releases and drafts

Revision b5ecee64ae16, after 8574defe323c.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database
from core.append_only import append_only

revision = "b5ecee64ae16"
down_revision = "8574defe323c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "rules_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("base_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("returns_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("approver", sa.String(length=120), nullable=True),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_draft")),
    )
    with op.batch_alter_table("rules_draft", schema=None) as batch_op:
        batch_op.create_index("ix_rules_draft_state", ["state", "updated_at"], unique=False)

    op.create_table(
        "rules_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_head")),
    )
    op.create_table(
        "rules_seed",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("first_seen_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_rules_seed")),
    )
    op.create_table(
        "rules_text",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rules_text")),
    )
    op.create_table(
        "rules_draft_step",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["rules_draft.id"], name=op.f("fk_rules_draft_step_draft_id_rules_draft")
        ),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_rules_draft_step")),
    )
    op.create_table(
        "rules_release",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("law_id", sa.String(length=16), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("approver", sa.String(length=120), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("created_at", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("active_from", core.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("returns_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rules_draft.id"], name=op.f("fk_rules_release_draft_id_rules_draft")),
        sa.ForeignKeyConstraint(
            ["seed_hash"], ["rules_seed.content_hash"], name=op.f("fk_rules_release_seed_hash_rules_seed")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_rules_release")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_rules_release_draft_id")),
        sa.UniqueConstraint("hash", name=op.f("uq_rules_release_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_rules_release_previous")),
    )
    with op.batch_alter_table("rules_release", schema=None) as batch_op:
        batch_op.create_index("ix_rules_release_law", ["law_id"], unique=False)

    for table in ("rules_text", "rules_seed", "rules_release", "rules_draft_step"):
        for statement in append_only(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("rules_release", schema=None) as batch_op:
        batch_op.drop_index("ix_rules_release_law")

    op.drop_table("rules_release")
    op.drop_table("rules_draft_step")
    op.drop_table("rules_text")
    op.drop_table("rules_seed")
    op.drop_table("rules_head")
    with op.batch_alter_table("rules_draft", schema=None) as batch_op:
        batch_op.drop_index("ix_rules_draft_state")

    op.drop_table("rules_draft")
