# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring a file to the newest schema. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sync.errors import StoreTooNew
from sync.store import meta, schema_cache, schema_work
from sync.store.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

OLDEST_READER = "oldest_reader"
"""What newer files tell older programs, in their table of facts: the oldest revision whose programs
can go on with it. A migration that only adds leaves it as it is, or puts the one before itself; one
that changes what was there puts itself."""

_INDICES = ("case_words", "entry_words")
_MIGRATIONS = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file should look like: where its migrations are, and the newest of them."""

    name: str
    head: str


CACHE = Schema("cache", schema_cache.HEAD)
WORK = Schema("work", schema_work.HEAD)


def bring_up(database: Database, schema: Schema) -> None:
    """Create or upgrade the tables of a file, in one transaction.

    Raises:
        StoreTooNew: a newer program wrote it; it was not touched.
        StoreUnavailable: the machine's fault; the file is as it was.
    """
    if state_of(database, schema) in {State.EMPTY, State.OLDER}:
        migrate(database, schema, "head")


class State(Enum):
    """How the tables of a file stand to this program."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()
    """A newer program has added to them; this one can go on with what it knows of them."""


def state_of(database: Database, schema: Schema) -> State:
    """Look at a file without touching it.

    Raises:
        StoreTooNew: a newer program wrote it in a way that this one cannot go on with.
        StoreUnavailable: the machine's fault.
    """
    with database.read() as connection:
        revision = revision_of(connection)
        reader = None if revision is None else meta.get(connection, OLDEST_READER)
    if revision is None:
        return State.EMPTY
    if revision > schema.head:
        if reader is None or reader > schema.head:
            raise StoreTooNew("store.too-new", file=database.path.name, revision=revision)
        return State.NEWER
    return State.CURRENT if revision == schema.head else State.OLDER


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of a file's schema; None for an empty file."""
    query = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.exec_driver_sql(query).first() is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def migrate(database: Database, schema: Schema, target: str) -> None:
    """Upgrade to a revision (or ``head``), in one transaction."""
    from alembic import command  # noqa: PLC0415 - a quarter of the start-up time, rarely needed

    with database.write() as connection:
        command.upgrade(configuration(schema, connection), target)


def configuration(schema: Schema, connection: sa.Connection) -> Config:
    """Return Alembic's configuration for a file, bound to an open transaction."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS / schema.name).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def run_environment(metadata: sa.MetaData) -> None:
    """Run what Alembic was asked for; called by the ``env.py`` beside the migrations."""
    from alembic import context  # noqa: PLC0415 - as above

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        include_name=is_ours,
    )
    context.run_migrations()


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Say whether a table is ours to compare, not one that a full-text index keeps inside."""
    return kind != "table" or name is None or not name.startswith(_INDICES)
