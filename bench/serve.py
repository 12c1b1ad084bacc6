# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real centre on loopback, in a process of its own: the project's application and server.

``python -m bench.serve DATABASE_URL [HOST]`` prints its address and serves until told to stop.
Only the founding (cheap password hashes) differs from ``tanggap-central``.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.device import now_ms
from bench.filling import centre_on
from bench.meters import next_line, program
from sync.central.app import create_app
from sync.central.database import Database
from sync.central.file_calls import with_files
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
    # The server hands the signal on when it has ended; to die of it would leave the folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    url, *host = sys.argv[1:]
    centre = centre_on(Database(url))
    app = create_app(centre, now_ms)
    with tempfile.TemporaryDirectory(prefix="tanggap-files-") as folder:
        whole = with_files(app, centre, now_ms, Path(folder))
        server = Server(whole, end_streams=app.end_streams, host=host[0] if host else "127.0.0.1")
        print(server.address, flush=True)
        server.run()


if __name__ == "__main__":
    main()
