# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands know when only their fact told that they were accepted, and their receipt is to come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; what was accepted before was so by its verdict."""
    op.add_column(
        "commands",
        sa.Column("receipt_due", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_commands_receipt_due", "commands", ["n"], sqlite_where=sa.text("receipt_due = 1")
    )
    # The program before goes on with it: it only never asks for the number.
    op.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('oldest_reader', '0006')")


def downgrade() -> None:
    """Take it away."""
    op.execute("DELETE FROM meta WHERE name = 'oldest_reader'")
    op.drop_index("ix_commands_receipt_due")
    op.drop_column("commands", "receipt_due")
