# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of ``work.db``: what exists nowhere else. ``docs/schema.md`` says why.

Nothing here refers to the cache, so nothing that happens there can take words away from here.
Alembic's migrations make the tables; a test holds both to be the same.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.schema_cache import NAMING

HEAD = "0007"
"""The newest revision in ``migrations/work``."""

metadata = sa.MetaData(naming_convention=NAMING)

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("case_id", sa.Integer, nullable=False),
    sa.Column("base_v", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("after", sa.Text),
    sa.Column("resolves", sa.Text),
    sa.Column("delivery", sa.Text, nullable=False),
    sa.Column("doubtful", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("overlay", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("sent_at", sa.Integer),
    sa.Column("settled_at", sa.Integer),
    sa.Column("receipt", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("verdict_v", sa.Integer, nullable=False, server_default="0"),
    sa.Column("verdict_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("code", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("choices", sa.Text, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("label_tracking_id", sa.Text, nullable=False),
    sa.Column("label_title", sa.Text, nullable=False),
    sa.Column("flags", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("epoch", sa.Text),
    sa.Column("courier_at", sa.Integer),
    sa.Column("sv", sa.Integer, nullable=False, server_default="1"),
    sa.Column("label", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("receipt_due", sa.Boolean, nullable=False, server_default=sa.false()),
)

sa.Index(None, commands.c.case_id)
sa.Index(None, commands.c.delivery, commands.c.n)
sa.Index("ix_commands_overlay", commands.c.case_id, sqlite_where=commands.c.overlay == sa.true())
sa.Index("ix_commands_receipt_due", commands.c.n, sqlite_where=commands.c.receipt_due == sa.true())

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Column("base_v", sa.Integer),
    sa.Column("saved_at", sa.Integer, nullable=False),
    sa.Column("label_tracking_id", sa.Text, nullable=False),
    sa.Column("label_title", sa.Text, nullable=False),
    sa.Column("epoch", sa.Text),
)

departures = sa.Table(
    "departures",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("to_name", sa.Text, nullable=False),
    sa.Column("left_at", sa.Integer, nullable=False),
    sa.Column("label_tracking_id", sa.Text, nullable=False),
)

kept = sa.Table(
    "kept",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Integer, nullable=False),
    sa.Column("command_id", sa.Text),
    sa.Column("label_tracking_id", sa.Text, nullable=False),
    sa.Column("label_title", sa.Text, nullable=False),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

own_files = sa.Table(
    "own_files",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("added_at", sa.Integer, nullable=False),
    sa.Column("url", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("sent", sa.Integer, nullable=False, server_default="0"),
    sa.Column("at_centre", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retry_at", sa.Integer, nullable=False, server_default="0"),
    sa.Column("problem", sa.Text, nullable=False, server_default=sa.text("''")),
)

pins = sa.Table(
    "pins",
    metadata,
    sa.Column("case_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pinned_at", sa.Integer, nullable=False),
)
