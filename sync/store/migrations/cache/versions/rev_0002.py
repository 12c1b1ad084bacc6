# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts carry flags: what everybody must know about them (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the flags of facts, and the way to the few that have any."""
    op.add_column("events", sa.Column("flags", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_events_flagged",
        "events",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("flags != ''"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_events_flagged", table_name="events")
    op.execute("ALTER TABLE events DROP COLUMN flags")
