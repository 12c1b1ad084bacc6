# SPDX-License-Identifier: AGPL-3.0-or-later
"""The centre on both of its databases: a test that takes ``office`` runs once on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.central import Office, new_office
from tests.support.postgres import postgres_databases


@pytest.fixture(scope="session")
def new_postgres_database() -> Iterator[Callable[[], str]]:
    """Give empty PostgreSQL databases by URL."""
    with postgres_databases() as new_database:
        yield new_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'central.db'}"
    new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return new_database()


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """Give a small office; see ``tests.support.central``."""
    office = new_office(database_url)
    yield office
    office.database.close()
