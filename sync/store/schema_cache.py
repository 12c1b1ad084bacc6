# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of ``cache.db``: what the centre can send again. ``docs/schema.md`` says why.

Alembic's migrations make them; a test holds both to be the same.
"""

from __future__ import annotations

import sqlalchemy as sa

HEAD = "0005"
"""The newest revision in ``migrations/cache``."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("v", sa.Integer, nullable=False),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Integer, nullable=False),
    sa.Column("institution", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_original", sa.Text, nullable=False),
    sa.Column("classification", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("reporter", sa.Text),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("raw_status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("working", sa.Text),
    sa.Column("assignee_id", sa.Integer),
    sa.Column("next_step", sa.Text, nullable=False),
    sa.Column("next_step_on", sa.Text),
    sa.Column("rating", sa.Integer),
    sa.Column("attachments", sa.Text, nullable=False),
    sa.Column("registered_at", sa.Integer, nullable=False),
    sa.Column("verified_at", sa.Integer),
    sa.Column("disposed_at", sa.Integer),
    sa.Column("first_answer_at", sa.Integer),
    sa.Column("last_answer_at", sa.Integer),
    sa.Column("citizen_replied_at", sa.Integer),
    sa.Column("closed_at", sa.Integer),
    sa.Column("reopened_at", sa.Integer),
    # Shown: a function of the confirmed columns and the work file; repair.py recomputes them.
    sa.Column("shown_status", sa.Text, nullable=False),
    sa.Column("shown_due", sa.Integer),
    sa.Column("shown_clock", sa.Text),
    sa.Column("shown_assignee", sa.Integer),
    sa.Column("pending", sa.Integer, nullable=False),
    sa.Column("decisions", sa.Integer, nullable=False),
    sa.Column("has_draft", sa.Boolean, nullable=False),
)

# One index answers every filtered list without touching the wide rows; the others give the
# unfiltered queues in order and the counts. See docs/schema.md before adding one: each costs
# about three per cent of a first load.
sa.Index(
    "ix_cases_list",
    cases.c.registered_at,
    cases.c.shown_status,
    cases.c.shown_due,
    cases.c.shown_assignee,
    cases.c.unit_id,
    cases.c.classification,
    cases.c.channel,
    cases.c.secret,
    cases.c.has_draft,
)
sa.Index("ix_cases_status", cases.c.shown_status, cases.c.shown_due.desc(), cases.c.registered_at)
sa.Index(
    "ix_cases_due",
    cases.c.shown_due.desc(),
    cases.c.registered_at,
    sqlite_where=cases.c.shown_due.is_not(None),
)
sa.Index(
    "ix_cases_assignee",
    cases.c.shown_assignee,
    cases.c.shown_status,
    sqlite_where=cases.c.shown_assignee.is_not(None),
)
# The few cases with work of the officer's own: the queue of drafts, and what to recover at start.
sa.Index(
    "ix_cases_own",
    cases.c.has_draft,
    cases.c.registered_at,
    sqlite_where=sa.text("has_draft = 1 OR pending > 0 OR decisions > 0"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("case_id", sa.Integer, nullable=False),
    sa.Column("v", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("done_at", sa.Integer),
    sa.Column("actor_id", sa.Integer),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("device", sa.Text),
    sa.Column("command_id", sa.Text),
    sa.Column("flags", sa.Text, nullable=False, server_default=sa.text("''")),
)

sa.Index("ix_events_flagged", events.c.case_id, sqlite_where=events.c.flags != sa.text("''"))

units = sa.Table(
    "units",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("parent_id", sa.Integer),
    sa.Column("coordinated_by", sa.Integer),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Integer, nullable=False),
)

wanted = sa.Table(
    "wanted",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True, autoincrement=False),
)

unindexed = sa.Table(
    "unindexed",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True, autoincrement=False),
)

segments = sa.Table(
    "segments",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("content", sa.LargeBinary),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("have", sa.Integer, nullable=False, server_default="0"),
    sa.Column("used_at", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retry_at", sa.Integer, nullable=False, server_default="0"),
    sa.Column("problem", sa.Text, nullable=False, server_default=sa.text("''")),
)

thumbnails = sa.Table(
    "thumbnails",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("picture", sa.LargeBinary),
    sa.Column("retry_at", sa.Integer, nullable=False),
)

blob_cases = sa.Table(
    "blob_cases",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.Text, primary_key=True),
)
sa.Index(None, blob_cases.c.sha256)
