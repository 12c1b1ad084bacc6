# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verdicts carry flags (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the centre said beside its verdict."""
    op.add_column("commands", sa.Column("flags", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE commands DROP COLUMN flags")
