# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts carry flags: what everybody must know about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the flags of facts; those of before have none."""
    op.add_column(
        "events", sa.Column("flags", sa.Text(), nullable=False, server_default=sa.text("'[]'"))
    )
