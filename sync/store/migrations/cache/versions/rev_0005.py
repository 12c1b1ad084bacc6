# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases of a first load whose words are gathered later.

An older program would take words out of the indices that never were in them, so it must not go on
with this file; it fetches the cases again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sync.store import meta
from sync.store.upgrade import OLDEST_READER

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; in older files every word is in the indices."""
    op.create_table(
        "unindexed",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_unindexed")),
    )
    meta.put(op.get_bind(), **{OLDEST_READER: revision})


def downgrade() -> None:
    """Drop it."""
    op.drop_table("unindexed")
