# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands know when they were handed to a courier (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; what went before went by the network."""
    op.add_column("commands", sa.Column("courier_at", sa.Integer()))


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE commands DROP COLUMN courier_at")
