# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices at work while the centre's processes are killed and PostgreSQL is restarted.

``make fire`` does the same for minutes with hundreds of devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from sync.central.database import Database
from sync.central.problems import problem_of
from tests.fire.battle import fight
from tests.fire.planted import PLANTED
from tests.support.postgres import postgres_databases

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def test_nothing_is_lost_doubled_or_skipped_under_fire() -> None:
    """What was promised is there once, and every device ends with what the centre has."""
    report = fight(devices=24, seconds=15)

    assert [] == report.wrong
    assert "database" in report.faults, "nothing was restarted"
    assert report.accepted > 20
    assert "server" not in report.tally.failures, "a restart is not a fault of the centre"


@pytest.mark.long
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found_by_fire(bug: str) -> None:
    """Something is lost, doubled, skipped or contradicted with each of them."""
    assert fight(devices=24, seconds=60, program=("tests.fire.planted", bug)).wrong


@pytest.fixture(scope="module")
def _new_database() -> Iterator[Callable[[], str]]:
    with postgres_databases() as new_database:
        yield new_database


@pytest.fixture
def database(_new_database: Callable[[], str]) -> Iterator[Database]:
    """Give a PostgreSQL with two counters."""
    database = Database(_new_database())
    with database.write() as connection:
        connection.execute(text("CREATE TABLE counters (id integer PRIMARY KEY, n integer)"))
        connection.execute(text("INSERT INTO counters VALUES (1, 0), (2, 0)"))
    yield database
    database.close()


def test_writers_that_lock_each_other_out_are_tried_again(database: Database) -> None:
    """PostgreSQL ends one of two that wait for each other; both have counted in the end."""
    met = Barrier(2)
    first_time = {1: True, 2: True}

    def count(first: int, second: int) -> None:
        def work(connection: Connection) -> None:
            _count(connection, first)
            if first_time.pop(first, False):
                met.wait(10)
            _count(connection, second)

        database.transact(work)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(count, 1, 2), threads.submit(count, 2, 1)]:
            done.result()
    with database.read() as connection:
        assert [2, 2] == list(connection.execute(text("SELECT n FROM counters")).scalars())


@pytest.mark.parametrize(
    "statement",
    ["SELECT pg_terminate_backend(pg_backend_pid())", "SET LOCAL statement_timeout = 1"],
    ids=["the connection ends", "a statement takes too long"],
)
def test_what_interrupts_a_transaction_once_does_not_fail_it(
    database: Database, statement: str
) -> None:
    """A restart, an operator, a slow moment: the work is done anew, exactly once."""
    interruptions = iter([statement])

    def work(connection: Connection) -> None:
        _count(connection, 1)
        if (trouble := next(interruptions, None)) is not None:
            connection.execute(text(trouble))
            connection.execute(text("SELECT pg_sleep(5)"))

    database.transact(work)
    with database.read() as connection:
        assert [1] == list(
            connection.execute(text("SELECT n FROM counters WHERE id = 1")).scalars()
        )


def test_a_database_that_cannot_be_reached_is_busy_not_broken() -> None:
    """Devices are told to come back; nobody is sent looking for a fault of the centre."""
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DBAPIError) as caught, database.read():
        pass
    database.close()
    problem = problem_of(caught.value, lambda: "unused")
    assert (503, "busy") == (problem.status, problem.code)


def _count(connection: Connection, id_: int) -> None:
    connection.execute(text("UPDATE counters SET n = n + 1 WHERE id = :id"), {"id": id_})
