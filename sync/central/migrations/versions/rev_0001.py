# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first schema of the centre (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _commands()
    _head()
    _schema_version()
    _sign_in_attempts()
    _units()
    _cases()
    _officers()
    _devices()
    _events()
    _feed()
    _tokens()


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("n", _big(), nullable=False),
        sa.Column("officer_id", _big(), nullable=False),
        sa.Column("case_id", _big(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("seq", _big(), nullable=True),
        sa.Column("received_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sa.UniqueConstraint("device", "n", name=op.f("uq_commands_device_n")),
    )


def _head() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _big(), nullable=False),
        sa.Column("last_case_id", _big(), nullable=False),
        sa.Column("reference_rev", _big(), nullable=False),
        sa.Column("moves", _big(), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
    )


def _schema_version() -> None:
    op.create_table(
        "schema_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_schema_version")),
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", _big(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_username"), "sign_in_attempts", ["username"])


def _units() -> None:
    op.create_table(
        "units",
        sa.Column("id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", _big(), nullable=True),
        sa.Column("coordinated_by", _big(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coordinated_by"], ["units.id"], name=op.f("fk_units_coordinated_by_units")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", _big(), autoincrement=False, nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_original", sa.Text(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("working", sa.Text(), nullable=True),
        sa.Column("assignee_id", _big(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_step_on", sa.String(length=10), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("registered_at", _big(), nullable=False),
        sa.Column("verified_at", _big(), nullable=True),
        sa.Column("disposed_at", _big(), nullable=True),
        sa.Column("first_answer_at", _big(), nullable=True),
        sa.Column("last_answer_at", _big(), nullable=True),
        sa.Column("citizen_replied_at", _big(), nullable=True),
        sa.Column("closed_at", _big(), nullable=True),
        sa.Column("reopened_at", _big(), nullable=True),
        sa.Column("seq", _big(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("tracking_id", name=op.f("uq_cases_tracking_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_cases_unit_walk", "cases", ["unit_id", "registered_at", "id"])
    op.create_index("ix_cases_walk", "cases", ["registered_at", "id", "unit_id", "is_open"])


def _officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", _big(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_officers_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("officer_id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registered_at", _big(), nullable=False),
        sa.Column("last_seen", _big(), nullable=False),
        sa.Column("idle_at", _big(), nullable=False),
        sa.Column("revoked_at", _big(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_devices_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("case_id", _big(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("done_at", _big(), nullable=True),
        sa.Column("actor_id", _big(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("command_id", sa.Text(), nullable=True),
        sa.Column("seq", _big(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "v", name=op.f("pk_events")),
        sa.UniqueConstraint("command_id", name=op.f("uq_events_command_id")),
    )


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("case_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("seq", _big(), nullable=False),
        sa.Column("entered_seq", _big(), nullable=False),
        sa.Column("op", sa.String(length=5), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_feed_case_id_cases")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_feed_unit_id_units")),
        sa.PrimaryKeyConstraint("case_id", "unit_id", name=op.f("pk_feed")),
    )
    op.create_index("ix_feed_seq", "feed", ["seq", "unit_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_feed_unit_seq", "feed", ["unit_id", "seq"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("expires_at", _big(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_tokens_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_device_id"), "tokens", ["device_id"])
