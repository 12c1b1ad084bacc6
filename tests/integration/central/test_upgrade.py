# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre's tables are made and changed by migrations, on SQLite as on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text, update

from sync.central import schema
from sync.central.database import Database
from sync.central.head import found
from sync.central.upgrade import migrate, revision_of
from sync.errors import StoreTooNew, StoreUnavailable


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open an empty database of each kind."""
    database = Database(database_url)
    yield database
    database.close()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    # An index that only PostgreSQL needs stands in the metadata for both.
    return [
        change
        for change in compare_metadata(context, schema.metadata)
        if not (
            connection.dialect.name == "sqlite"
            and change[0] == "add_index"
            and change[1].name.startswith(("ix_cases_unit_walk", "ix_feed_unit_seq"))
        )
    ]


def test_the_newest_migration_makes_what_the_program_expects(database: Database) -> None:
    """The head is the newest revision, and gives the tables of ``schema.py``."""
    found(database, secrets.token_bytes)
    with database.read() as connection:
        assert schema.HEAD == revision_of(connection)
        assert [] == _differences(connection)


def test_a_database_of_the_first_release_is_upgraded_with_its_content(database: Database) -> None:
    """It has no table of Alembic's; it keeps its history and its secret."""
    _make_first_release(database)
    found(database, lambda _count: b"another")
    with database.read() as connection:
        assert schema.HEAD == revision_of(connection)
        assert [] == _differences(connection)
        head = connection.execute(select(schema.head)).one()
    assert (41, "first", b"secret") == (head.seq, head.epoch, head.secret)


def test_founding_twice_changes_nothing(database: Database) -> None:
    """A start finds what the last one left."""
    found(database, secrets.token_bytes)
    with database.read() as connection:
        before = connection.execute(select(schema.head)).one()
    found(database, secrets.token_bytes)
    with database.read() as connection:
        assert before == connection.execute(select(schema.head)).one()


def test_a_process_of_the_release_before_goes_on(database: Database) -> None:
    """Migrations since the release only add what nobody has to give, for both run side by side.

    What the release before reads is there under its name, and what it does not write has a value.
    """
    with database.write() as connection:
        migrate(connection, _RELEASED)
    old = _columns(database)
    with database.write() as connection:
        migrate(connection)
    new = _columns(database)

    assert old.keys() <= new.keys()
    for table, columns in old.items():
        assert columns.items() <= new[table].items(), table
        added = {name: new[table][name] for name in new[table].keys() - columns.keys()}
        assert all(may_be_left_out for _, may_be_left_out in added.values()), (table, added)


_RELEASED = "0007"
"""The newest migration of the release before (commit 27d0ddd)."""


def _columns(database: Database) -> dict[str, dict[str, tuple[str, bool]]]:
    """Return the type of each column of each table, and whether a writer may leave it out."""
    with database.read() as connection:
        found = inspect(connection)
        return {
            table: {
                column["name"]: (
                    str(column["type"]),
                    column["nullable"] or column["default"] is not None,
                )
                for column in found.get_columns(table)
            }
            for table in found.get_table_names()
        }


def test_a_newer_database_is_not_touched(database: Database) -> None:
    """An old program does not guess."""
    found(database, secrets.token_bytes)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew):
        found(database, secrets.token_bytes)


@pytest.mark.parametrize(
    "spoilt",
    [
        "DROP TABLE editions",
        "ALTER TABLE events DROP COLUMN flags",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '0004'",
    ],
)
def test_a_half_upgraded_database_is_refused_and_not_touched(
    database: Database, spoilt: str
) -> None:
    """No upgrade of ours leaves one, but a copy of a part of it, or a hand, may."""
    found(database, secrets.token_bytes)
    with database.write() as connection:
        connection.execute(text(spoilt))
    with database.read() as connection:
        before = (revision_of(connection), _columns(database))
    with pytest.raises(StoreUnavailable) as refused:
        found(database, secrets.token_bytes)
    assert "store.upgrade-failed" == refused.value.code
    with database.read() as connection:
        assert before == (revision_of(connection), _columns(database))


def _make_first_release(database: Database) -> None:
    with database.write() as connection:
        migrate(connection, "0001")
        connection.execute(text("DROP TABLE alembic_version"))
        head = schema.head
        connection.execute(
            insert(head).values(
                id=1, seq=0, last_case_id=0, reference_rev=0, moves=0, epoch="", secret=b""
            )
        )
        connection.execute(update(head).values(seq=41, epoch="first", secret=b"secret"))
