# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the database says when it refuses a row never reaches a log with the row's words."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from sync.central.database import Database

WORDS = "Tetangga saya Bu Rukmini melapor"

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(new_postgres_database: Callable[[], str]) -> Iterator[Database]:
    """Give a database with one strict table."""
    database = Database(new_postgres_database())
    with database.write() as connection:
        connection.execute(
            text("CREATE TABLE kasus (isi TEXT PRIMARY KEY, n INTEGER NOT NULL, CHECK (n < 10))")
        )
        connection.execute(text("INSERT INTO kasus VALUES (:isi, 1)"), {"isi": WORDS})
    yield database
    database.close()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO kasus VALUES (:isi, 1)", {"isi": WORDS}),  # DETAIL: Key (isi)=(...)
        ("INSERT INTO kasus VALUES (:isi, 99)", {"isi": WORDS}),  # DETAIL: Failing row contains
        ("INSERT INTO kasus VALUES (:isi, NULL)", {"isi": WORDS}),
        ("SELECT CAST(:isi AS INTEGER)", {"isi": WORDS}),  # the sentence itself quotes it
    ],
)
def test_a_refused_row_is_not_quoted(
    database: Database, statement: str, values: dict[str, str]
) -> None:
    """Neither by the error, nor by what caused it, nor by a traceback of both."""

    def work(connection: Connection) -> None:
        connection.execute(text(statement), values)

    with pytest.raises(DBAPIError) as caught, database.write() as connection:
        work(connection)
    told = "".join(traceback.format_exception(caught.value))
    assert "Rukmini" not in told
    assert "Rukmini" not in f"{caught.value} {caught.value!r} {caught.value.orig!r}"
    assert caught.value.orig is not None
    assert getattr(caught.value.orig, "sqlstate") in told  # noqa: B009 - the driver's own


def test_a_row_refused_at_the_commit_is_not_quoted(database: Database) -> None:
    """What is checked late is hidden as well."""
    with database.write() as connection:
        connection.execute(text("ALTER TABLE kasus ADD UNIQUE (n) DEFERRABLE INITIALLY DEFERRED"))
    with pytest.raises(DBAPIError) as caught, database.write() as connection:
        connection.execute(text("INSERT INTO kasus VALUES (:isi, 1)"), {"isi": f"{WORDS} lagi"})
    told = "".join(traceback.format_exception(caught.value))
    assert "23505" in told
    assert "(n)=(1)" not in told
