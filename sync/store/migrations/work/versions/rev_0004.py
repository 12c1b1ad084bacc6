# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's own files, and the cases to keep ready without a line (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "own_files",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("sent", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("at_centre", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("retry_at", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("problem", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_own_files")),
    )
    op.create_table(
        "pins",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pinned_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_pins")),
    )


def downgrade() -> None:
    """Forget them; the files themselves stay, with labels to find them by."""
    op.drop_table("pins")
    op.drop_table("own_files")
