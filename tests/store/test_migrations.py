# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both files are made and changed by migrations, under encryption; head equals the metadata."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from sync.errors import StoreTooNew
from sync.store import meta, schema_cache, schema_work
from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database, Tuning
from sync.store.upgrade import (
    CACHE,
    OLDEST_READER,
    WORK,
    Schema,
    bring_up,
    configuration,
    is_ours,
    migrate,
    revision_of,
)
from tests.support.local_store import KEY


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two files."""

    schema: Schema
    metadata: sa.MetaData
    tuning: Tuning


KINDS = [
    Kind(CACHE, schema_cache.metadata, CACHE_TUNING),
    Kind(WORK, schema_work.metadata, WORK_TUNING),
]


@pytest.fixture(params=KINDS, ids=[kind.schema.name for kind in KINDS])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Take each file in turn."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def database(kind: Kind, tmp_path: Path) -> Iterator[Database]:
    """Open an empty file."""
    database = Database(tmp_path / f"{kind.schema.name}.db", KEY, kind.tuning)
    yield database
    database.close()


def revisions(kind: Kind, database: Database) -> list[str]:
    """Return all revisions, oldest first."""
    with database.read() as connection:
        script = ScriptDirectory.from_config(configuration(kind.schema, connection))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def dump(database: Database) -> list[tuple[str, ...]]:
    """Return the whole schema as SQLite remembers it."""
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
        return [tuple(map(str, row)) for row in rows if row[1] != "alembic_version"]


def test_head_is_the_newest_migration(kind: Kind, database: Database) -> None:
    """The number that spares a start from loading Alembic is the right one."""
    assert kind.schema.head == revisions(kind, database)[-1]


def test_head_equals_the_metadata(kind: Kind, database: Database) -> None:
    """Migrations make exactly the tables that the program believes in."""
    bring_up(database, kind.schema)
    with database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": is_ours, "compare_type": True, "compare_server_default": True},
        )
        assert [] == compare_metadata(context, kind.metadata)


def test_columns_stand_in_the_order_of_the_metadata(kind: Kind, database: Database) -> None:
    """Bulk paths rely on the order of columns."""
    bring_up(database, kind.schema)
    with database.read() as connection:
        for name, table in kind.metadata.tables.items():
            query = "SELECT name FROM pragma_table_info(?)"
            columns = connection.exec_driver_sql(query, (name,))
            assert [column.name for column in table.columns] == list(columns.scalars())


def test_a_newer_file_says_who_can_go_on_with_it(kind: Kind, database: Database) -> None:
    """Each migration since the second release, so that a computer may go back to its program."""
    bring_up(database, kind.schema)
    released = {"cache": "0004", "work": "0006"}[kind.schema.name]
    with database.read() as connection:
        reader = meta.get(connection, OLDEST_READER)
    assert reader is not None or kind.schema.head == released


def test_going_down_leaves_nothing(kind: Kind, database: Database) -> None:
    """Every migration can be undone."""
    bring_up(database, kind.schema)
    with database.write() as connection:
        command.downgrade(configuration(kind.schema, connection), "base")
    assert [] == [row for row in dump(database) if row[0] != "index"]


def test_up_down_up_is_the_same(kind: Kind, database: Database) -> None:
    """The way back forgets nothing and adds nothing."""
    bring_up(database, kind.schema)
    first = dump(database)
    with database.write() as connection:
        command.downgrade(configuration(kind.schema, connection), "base")
    bring_up(database, kind.schema)
    assert first == dump(database)


def test_each_step_keeps_the_data(kind: Kind, database: Database) -> None:
    """Rows of every revision survive the upgrade to the next ones."""
    steps = revisions(kind, database)
    migrate(database, kind.schema, steps[0])
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('a', 'b')")
    for step in steps[1:]:
        migrate(database, kind.schema, step)
    bring_up(database, kind.schema)
    with database.read() as connection:
        assert "b" == meta.get(connection, "a")


def test_a_newer_schema_is_refused_untouched(kind: Kind, database: Database) -> None:
    """An older program must not write into what it does not understand."""
    bring_up(database, kind.schema)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        meta.put(connection, **{OLDEST_READER: "9999"})
    before = dump(database)
    with pytest.raises(StoreTooNew) as caught:
        bring_up(database, kind.schema)
    assert ("store.too-new", "9999") == (caught.value.code, caught.value.data["revision"])
    assert before == dump(database)


def test_a_migration_that_fails_leaves_the_file_as_it_was(kind: Kind, database: Database) -> None:
    """All or nothing, in one transaction."""
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE meta (x)")
    with pytest.raises(sa.exc.OperationalError):
        bring_up(database, kind.schema)
    with database.read() as connection:
        assert revision_of(connection) is None
    assert [("table", "meta", "CREATE TABLE meta (x)")] == dump(database)


def test_a_start_without_migrations_does_not_load_alembic(tmp_path: Path) -> None:
    """Alembic is a quarter of the start-up time."""
    script = (
        "import sys, pathlib\n"
        "from tests.support.local_store import opened\n"
        "with opened(pathlib.Path(sys.argv[1])): pass\n"
        "print('alembic' in sys.modules)\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "profil")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert ["True", "False"] == answers
