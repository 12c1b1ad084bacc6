# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files' contents: uploads, what is here, who brought it, and which cases name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("officer_id", _BIG, nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("expires_at", _BIG, nullable=False),
        sa.Column("done_at", _BIG),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_uploads_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_officer_id"), "uploads", ["officer_id"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("stored_at", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "blob_holders",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("officer_id", _BIG, nullable=False),
        sa.Column("since", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_blob_holders_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blobs.sha256"], name=op.f("fk_blob_holders_sha256_blobs")
        ),
        sa.PrimaryKeyConstraint("sha256", "officer_id", name=op.f("pk_blob_holders")),
    )
    op.create_table(
        "case_blobs",
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("officer_id", _BIG, nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_blobs_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "sha256", "officer_id", name=op.f("pk_case_blobs")),
    )
    op.create_index("ix_case_blobs_sha256", "case_blobs", ["sha256"])
