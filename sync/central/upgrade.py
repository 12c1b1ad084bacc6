# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring the centre's database to the newest schema, in one transaction.

Alembic is loaded only when there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from sync.central import schema
from sync.central.database import Database, is_transient
from sync.errors import StoreTooNew, StoreUnavailable

_MIGRATIONS = Path(__file__).with_name("migrations")
_FIRST_RELEASE = "0001"
"""Made with ``create_all``, before Alembic kept the number (ADR 14)."""

_TURN = 0x7A99A9
"""Any number, as long as it is ours: processes that start together migrate one by one."""


def bring_up(database: Database) -> None:
    """Create or upgrade the tables.

    Raises:
        StoreTooNew: the database was written by a newer program; it was not touched.
        StoreUnavailable: (``store.upgrade-failed``) its tables are not those of its revision, as a
            copy of a part of it has them; it was not touched.
    """
    with database.read() as connection:
        revision = revision_of(connection)
    if revision is not None and revision > schema.HEAD:
        raise StoreTooNew("store.too-new", found=revision, known=schema.HEAD)
    try:
        with database.write() if revision != schema.HEAD else database.read() as connection:
            if revision != schema.HEAD:
                migrate(connection)
            _check(connection)
    except DBAPIError as error:
        if is_transient(error):
            raise
        raise StoreUnavailable("store.upgrade-failed", detail=str(error.orig)) from error


def _check(connection: Connection) -> None:
    """Refuse to go on with tables that are not what their revision says."""
    columns = inspect(connection).get_multi_columns()
    found = {(table, column["name"]) for (_, table), of in columns.items() for column in of}
    wanted = {(t.name, column.name) for t in schema.metadata.sorted_tables for column in t.columns}
    if missing := sorted(wanted - found):
        lacks = ", ".join(".".join(name) for name in missing)
        raise StoreUnavailable("store.upgrade-failed", detail=f"lacks {lacks}")


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None for an empty one."""
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
    return _FIRST_RELEASE if tables.has_table("schema_version") else None


def run_environment() -> None:
    """Run what Alembic was asked for; called by ``migrations/env.py``."""
    from alembic import context  # noqa: PLC0415 - rarely needed, slow to load

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=schema.metadata,
        render_as_batch=True,
    )
    context.run_migrations()


def migrate(connection: Connection, target: str = "head") -> None:
    """Upgrade to a revision within the transaction of this connection."""
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":  # SQLite's writers take turns anyway
        for patience in ("lock_timeout", "statement_timeout"):  # a large table takes its time
            connection.execute(text(f"SET LOCAL {patience} = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
    # Another process may have been faster; what counts is what this transaction sees.
    if inspect(connection).has_table("schema_version") and not inspect(connection).has_table(
        "alembic_version"
    ):
        command.stamp(config, _FIRST_RELEASE)
    command.upgrade(config, target)
