# SPDX-License-Identifier: AGPL-3.0-or-later
"""Officers' earlier posts, and the histories that ended with a restored backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "past_posts",
        sa.Column("officer_id", _BIG, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("until_seq", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_past_posts_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_past_posts_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("officer_id", "role", "unit_id", name=op.f("pk_past_posts")),
    )
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("shared_seq", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_epochs")),
    )
