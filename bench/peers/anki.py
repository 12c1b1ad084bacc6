# SPDX-License-Identifier: AGPL-3.0-or-later
"""Anki's own sync server and client: Rust, a SQLite file an account; a first load is the file."""

from __future__ import annotations

import os
from pathlib import Path

from bench.line import line_to
from bench.meters import Sizes
from bench.peers.install import python_environment
from bench.peers.servers import free_port, serving
from bench.peers.steps import Work, client

VERSION = "26.9.3"


def measure(sizes: Sizes, records: Path, folder: Path) -> dict[str, Work]:
    """Do the four works with Anki."""
    programs = python_environment("anki", f"anki=={VERSION}")
    port = free_port()
    environment = os.environ | {
        "SYNC_USER1": "u:p",
        "SYNC_BASE": str(folder / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "MAX_SYNC_PAYLOAD_MEGS": "4000",
        "RUST_LOG": "error",
    }
    server: list[str | Path] = [programs / "python", "-m", "anki.syncserver"]
    with (
        serving(server, port, environment, folder / "server.log"),
        line_to(port, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s) as line,
        client(
            [
                programs / "python",
                "-P",  # or our modules would take the place of its own
                Path(__file__).with_name("anki_client.py"),
                f"http://127.0.0.1:{port}/",
                f"http://127.0.0.1:{line.port}/",
                str(folder),
                str(records),
                str(sizes.changes),
            ],
            line,
            os.environ,
        ) as running,
    ):
        running.step("seed")
        return running.measure() | {"first-load-by-sync": Work(seconds=running.step("bulk"))}
