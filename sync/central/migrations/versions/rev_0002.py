# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alembic's own table says which schema this is, from here on."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the number that the first release kept."""
    op.drop_table("schema_version")
