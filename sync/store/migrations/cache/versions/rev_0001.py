# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first schema of ``cache.db`` (2026-11-24)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _cases()
    _indices()
    _events()
    _meta()
    _people()
    _units()
    _wanted()
    _words()


def downgrade() -> None:
    """Leave an empty file."""
    op.execute("DROP TABLE entry_words")
    op.execute("DROP TABLE case_words")
    op.execute("DROP VIEW entry_source")
    op.drop_table("wanted")
    op.drop_table("units")
    op.drop_table("people")
    op.drop_table("meta")
    op.drop_table("events")
    op.drop_table("cases")


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
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
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_step_on", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.Integer(), nullable=True),
        sa.Column("disposed_at", sa.Integer(), nullable=True),
        sa.Column("first_answer_at", sa.Integer(), nullable=True),
        sa.Column("last_answer_at", sa.Integer(), nullable=True),
        sa.Column("citizen_replied_at", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.Integer(), nullable=True),
        sa.Column("shown_status", sa.Text(), nullable=False),
        sa.Column("shown_due", sa.Integer(), nullable=True),
        sa.Column("shown_clock", sa.Text(), nullable=True),
        sa.Column("shown_assignee", sa.Integer(), nullable=True),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("has_draft", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )


def _indices() -> None:
    op.create_index(
        "ix_cases_assignee",
        "cases",
        ["shown_assignee", "shown_status"],
        unique=False,
        sqlite_where=sa.text("shown_assignee IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_own",
        "cases",
        ["has_draft", "registered_at"],
        unique=False,
        sqlite_where=sa.text("has_draft = 1 OR pending > 0 OR decisions > 0"),
    )
    op.create_index(
        "ix_cases_due",
        "cases",
        [sa.literal_column("shown_due DESC"), "registered_at"],
        unique=False,
        sqlite_where=sa.text("shown_due IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_list",
        "cases",
        [
            "registered_at",
            "shown_status",
            "shown_due",
            "shown_assignee",
            "unit_id",
            "classification",
            "channel",
            "secret",
            "has_draft",
        ],
        unique=False,
    )
    op.create_index(
        "ix_cases_status",
        "cases",
        ["shown_status", sa.literal_column("shown_due DESC"), "registered_at"],
        unique=False,
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("command_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )


def _units() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("coordinated_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )


def _wanted() -> None:
    op.create_table(
        "wanted",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_wanted")),
    )


def _words() -> None:
    op.execute("""
        CREATE VIEW entry_source AS
        SELECT id, concat_ws(' ', data ->> '$.text', data ->> '$.note', data ->> '$.reason',
            data ->> '$.title', data ->> '$.next_step') AS words
        FROM events
        """)
    _index("case_words", "tracking_id, title, text, reporter, location", content="cases")
    _index("entry_words", "words", content="entry_source")


def _index(name: str, columns: str, *, content: str) -> None:
    op.execute(f"""
        CREATE VIRTUAL TABLE {name} USING fts5(
            {columns}, content = '{content}', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none)
        """)
    # Deleted words leave no trace; one page of changes makes one segment, not several.
    for setting, value in (("secure-delete", 1), ("hashsize", 16_777_216)):
        op.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('{setting}', {value})")  # noqa: S608
