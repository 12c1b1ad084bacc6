# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files: the keys of devices, and the numbers of what came and went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "courier_keys",
        sa.Column("signer", sa.String(32), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("registered_at", _big(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_courier_keys_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("signer", "device_id", name=op.f("pk_courier_keys")),
    )
    op.create_table(
        "courier_files",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(4), nullable=False),
        sa.Column("n", _big(), autoincrement=False, nullable=False),
        sa.Column("bundle", sa.String(36), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("device", "direction", "n", name=op.f("pk_courier_files")),
    )


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
