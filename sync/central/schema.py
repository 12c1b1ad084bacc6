# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the centre; Alembic's migrations make them, a test holds both to be the same.

Instants are UTC milliseconds, identities that travel are text.

The columns of ``cases`` are the fields of :class:`sync.wire.messages.CaseRecord` in their order,
so that a row is a record without any mapping.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from typing_extensions import override

HEAD = "0008"
"""The newest revision in ``migrations``."""


class Json(TypeDecorator[Any]):
    """A plain JSON value kept as text, for no query looks into it."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        """Return a value as text."""
        return msgspec.json.encode(value).decode()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the value in a text."""
        return None if value is None else msgspec.json.decode(value)


class RawJson(Json):
    """The same for whoever only passes it on: nothing is decoded to be encoded again."""

    cache_ok = True

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the text, marked as JSON."""
        return None if value is None else msgspec.Raw(value.encode())


_Big = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", _Big, nullable=False),
    Column("last_case_id", _Big, nullable=False),
    Column("reference_rev", _Big, nullable=False),
    Column("moves", _Big, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("secret", LargeBinary, nullable=False),
)
"""One row: how far the ledger is, how often units or officers changed, how often units moved."""

units = Table(
    "units",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", _Big, ForeignKey("units.id")),
    Column("coordinated_by", _Big, ForeignKey("units.id")),
)

officers = Table(
    "officers",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit_id", _Big, ForeignKey("units.id"), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("officer_id", _Big, ForeignKey("officers.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("registered_at", _Big, nullable=False),
    Column("last_seen", _Big, nullable=False),
    Column("idle_at", _Big, nullable=False),
    Column("revoked_at", _Big),
)
"""``idle_at``: latest exchange without commands; whatever comes later was done after it."""

past_posts = Table(
    "past_posts",
    metadata,
    Column("officer_id", _Big, ForeignKey("officers.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("unit_id", _Big, ForeignKey("units.id"), primary_key=True),
    Column("until_seq", _Big, nullable=False),
)
"""What officers were before, until which change: they may hand over words on cases of then."""

epochs = Table(
    "epochs",
    metadata,
    Column("epoch", String(32), primary_key=True),
    Column("shared_seq", _Big, nullable=False),
)
"""Histories that ended with a restored backup: up to here this one is the same as they were."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("device_id", Text, ForeignKey("devices.id"), nullable=False, index=True),
    Column("expires_at", _Big, nullable=False),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", _Big, primary_key=True),
    Column("username", Text, nullable=False, index=True),
    Column("at", _Big, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=False),
    Column("v", Integer, nullable=False),
    Column("tracking_id", Text, nullable=False, unique=True),
    Column("unit_id", _Big, ForeignKey("units.id"), nullable=False),
    Column("institution", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_original", Text, nullable=False),
    Column("classification", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("reporter", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("location", Text, nullable=False),
    Column("raw_status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("working", Text),
    Column("assignee_id", _Big),
    Column("next_step", Text, nullable=False),
    Column("next_step_on", String(10)),
    Column("rating", Integer),
    Column("attachments", Json, nullable=False),
    Column("registered_at", _Big, nullable=False),
    Column("verified_at", _Big),
    Column("disposed_at", _Big),
    Column("first_answer_at", _Big),
    Column("last_answer_at", _Big),
    Column("citizen_replied_at", _Big),
    Column("closed_at", _Big),
    Column("reopened_at", _Big),
    # Not part of the record:
    Column("seq", _Big, nullable=False),
    Column("is_open", Boolean, nullable=False),
)

# A first load walks all cases once, newest first. This index alone answers which ones are in
# scope and open; SQLite must not be tempted to gather and sort by unit on every page instead,
# hence no index that starts with the unit there. PostgreSQL has statistics to choose with.
Index("ix_cases_walk", cases.c.registered_at, cases.c.id, cases.c.unit_id, cases.c.is_open)
Index("ix_cases_unit_walk", cases.c.unit_id, cases.c.registered_at, cases.c.id).ddl_if(
    dialect="postgresql"
)

events = Table(
    "events",
    metadata,
    Column("case_id", _Big, ForeignKey("cases.id"), primary_key=True),
    Column("v", Integer, primary_key=True),
    Column("at", _Big, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("done_at", _Big),
    Column("actor_id", _Big),
    Column("actor", Text, nullable=False),
    Column("device", Text),
    Column("command_id", Text, unique=True),
    Column("flags", Json, nullable=False, server_default="[]"),
    # Not part of the record:
    Column("seq", _Big, nullable=False),
)
"""Append-only. Officers' names are kept as they were at the time."""

commands = Table(
    "commands",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("n", _Big, nullable=False),
    Column("officer_id", _Big, nullable=False),
    Column("case_id", _Big, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("verdict", Json, nullable=False),
    Column("seq", _Big),
    Column("received_at", _Big, nullable=False),
    UniqueConstraint("device", "n"),
)
"""The memory of every decision; kept for the life of the case, no foreign key reaches it."""

feed = Table(
    "feed",
    metadata,
    Column("case_id", _Big, ForeignKey("cases.id"), primary_key=True),
    Column("unit_id", _Big, ForeignKey("units.id"), primary_key=True),
    Column("seq", _Big, nullable=False),
    Column("entered_seq", _Big, nullable=False),
    Column("op", String(5), nullable=False),
    Column("reason", Text, nullable=False),
    Column("to_name", Text, nullable=False),
)
"""The newest position of each case in each unit; it compacts itself."""

Index("ix_feed_seq", feed.c.seq, feed.c.unit_id)
Index("ix_feed_unit_seq", feed.c.unit_id, feed.c.seq).ddl_if(dialect="postgresql")

courier_keys = Table(
    "courier_keys",
    metadata,
    Column("signer", String(32), primary_key=True),
    Column("device_id", Text, ForeignKey("devices.id"), primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("registered_at", _Big, nullable=False),
)
"""Public keys of devices; earlier ones stay, for a file may be under way for weeks."""

courier_files = Table(
    "courier_files",
    metadata,
    Column("device", Text, primary_key=True),
    Column("direction", String(4), primary_key=True),
    Column("n", _Big, primary_key=True, autoincrement=False),
    Column("bundle", String(36), nullable=False),
    Column("at", _Big, nullable=False),
)
"""Numbers of the files that came from and went to a device: what a gap is noticed by."""

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("officer_id", _Big, ForeignKey("officers.id"), nullable=False, index=True),
    Column("size", _Big, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("described", Text, nullable=False),
    Column("expires_at", _Big, nullable=False),
    Column("done_at", _Big),
)
"""Files on their way up. How far one has come is the size of its part on the disk.

``sha256`` is what the sender announced, empty where nothing was; ``described`` is tus's
``Upload-Metadata``, given back as it came.
"""

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", _Big, nullable=False),
    Column("stored_at", _Big, nullable=False),
)
"""Contents that are complete and are what their name says; each is on the disk once."""

blob_holders = Table(
    "blob_holders",
    metadata,
    Column("sha256", String(64), ForeignKey("blobs.sha256"), primary_key=True),
    Column("officer_id", _Big, ForeignKey("officers.id"), primary_key=True),
    Column("since", _Big, nullable=False),
)
"""Officers who have shown that they have a content: a hash alone proves nothing."""

case_blobs = Table(
    "case_blobs",
    metadata,
    Column("case_id", _Big, ForeignKey("cases.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("officer_id", _Big, primary_key=True),
    Column("announced", Boolean, nullable=False),
)
"""Which entries' files name which content, and by whom; counts once that officer holds it."""

Index("ix_case_blobs_sha256", case_blobs.c.sha256)

segments = Table(
    "segments",
    metadata,
    Column("audience", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("as_of", _Big, nullable=False),
    Column("made_seq", _Big, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("case_ids", Json, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Pieces of first loads that are ready to be fetched; all of it can be made again."""

editions = Table(
    "editions",
    metadata,
    Column("serial", _Big, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("signature", Text, nullable=False),
)
"""Rules, calendars and templates as they were published; the newest is told to devices.

``serial`` is when, UTC milliseconds: it grows also where the database was put back from a backup.
"""
