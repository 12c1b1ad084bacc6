# SPDX-License-Identifier: AGPL-3.0-or-later
"""PouchDB replicating with express-pouchdb: revision trees in LevelDB at both ends."""

from __future__ import annotations

import os
from pathlib import Path

from bench.line import line_to
from bench.meters import Sizes
from bench.peers.install import node_modules
from bench.peers.servers import free_port, serving
from bench.peers.steps import Work, client

VERSION = "9.0.0"
SERVER_VERSION = "4.2.0"


def measure(sizes: Sizes, records: Path, folder: Path) -> dict[str, Work]:
    """Do the four works with PouchDB."""
    modules = node_modules(
        "pouch", f"pouchdb@{VERSION}", f"express-pouchdb@{SERVER_VERSION}", "express@4"
    )
    port = free_port()
    environment = os.environ | {"NODE_PATH": str(modules)}
    here = Path(__file__).parent
    server = [
        *_node(here / "pouch_server.js"),
        str(folder / "server"),
        str(port),
        str(records),
    ]
    with (
        serving(server, port, environment, folder / "server.log"),
        line_to(port, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s) as line,
        client(
            [
                *_node(here / "pouch_client.js"),
                f"http://127.0.0.1:{port}/cases",
                f"http://127.0.0.1:{line.port}/cases",
                str(folder / "client"),
                str(sizes.changes),
            ],
            line,
            environment,
        ) as running,
    ):
        return running.measure()


def _node(script: Path) -> list[str]:
    return ["node", "--max-old-space-size=8000", str(script)]
