# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pieces of first loads that are ready to be fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "segments",
        sa.Column("audience", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", big, nullable=False),
        sa.Column("made_seq", big, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("case_ids", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("audience", "position", name=op.f("pk_segments")),
    )
    op.create_index(op.f("ix_segments_sha256"), "segments", ["sha256"])
