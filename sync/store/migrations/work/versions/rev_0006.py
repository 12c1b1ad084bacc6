# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands carry the version of their schema; verdicts a label for who does not know the code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was written by the first program is of the first schema."""
    op.add_column("commands", sa.Column("sv", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "commands", sa.Column("label", sa.Text(), server_default=sa.text("''"), nullable=False)
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("commands", "label")
    op.drop_column("commands", "sv")
