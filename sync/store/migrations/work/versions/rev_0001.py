# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first schema of ``work.db`` (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _commands()
    _drafts()
    _kept()
    _meta()


def downgrade() -> None:
    """Leave an empty file."""
    op.drop_table("meta")
    op.drop_table("kept")
    op.drop_table("drafts")
    op.drop_table("commands")


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("base_v", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("resolves", sa.Text(), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("overlay", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("sent_at", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("verdict_v", sa.Integer(), server_default="0", nullable=False),
        sa.Column("verdict_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("choices", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("label_tracking_id", sa.Text(), nullable=False),
        sa.Column("label_title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_commands")),
        sa.UniqueConstraint("id", name=op.f("uq_commands_id")),
    )
    op.create_index(op.f("ix_commands_case_id"), "commands", ["case_id"], unique=False)
    op.create_index(op.f("ix_commands_delivery_n"), "commands", ["delivery", "n"], unique=False)
    op.create_index(
        "ix_commands_overlay",
        "commands",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("overlay = 1"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("base_v", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.Integer(), nullable=False),
        sa.Column("label_tracking_id", sa.Text(), nullable=False),
        sa.Column("label_title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_drafts")),
    )


def _kept() -> None:
    op.create_table(
        "kept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Integer(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=True),
        sa.Column("label_tracking_id", sa.Text(), nullable=False),
        sa.Column("label_title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept")),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
