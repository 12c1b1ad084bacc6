# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where cases went, and of which history of the centre the versions are that acts build on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("commands", sa.Column("epoch", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("epoch", sa.Text(), nullable=True))
    op.create_table(
        "departures",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("left_at", sa.Integer(), nullable=False),
        sa.Column("label_tracking_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_departures")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("departures")
    op.drop_column("drafts", "epoch")
    op.drop_column("commands", "epoch")
