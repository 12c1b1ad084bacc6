# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real centre on loopback, in a process of its own: the project's application and server.

``python -m bench.serve DATABASE_URL`` prints its address and serves until it is told to stop.
Only the founding (cheap password hashes) differs from ``tanggap-central``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.filling import centre_on
from bench.meters import next_line, program
from sync.central.app import create_app
from sync.central.database import Database
from sync.central.serving import Server


@contextmanager
def served(database_url: str) -> Iterator[str]:
    """Serve a centre and give its address."""
    with several_served(database_url, 1) as (address,):
        yield address


@contextmanager
def several_served(database_url: str, count: int) -> Iterator[list[str]]:
    """Serve a centre by several processes and give the address of each."""
    with ExitStack() as programs:
        processes = [
            programs.enter_context(program("bench.serve", database_url)) for _ in range(count)
        ]
        yield [next_line(process) for process in processes]


def main() -> None:
    """Serve until SIGTERM."""
    centre = centre_on(Database(sys.argv[1]))
    app = create_app(centre, lambda: time.time_ns() // 1_000_000)
    server = Server(app, end_streams=app.end_streams)
    print(server.address, flush=True)
    server.run()


if __name__ == "__main__":
    main()
