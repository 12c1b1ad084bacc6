# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kinto on PostgreSQL with kinto-http; a first load puts each page into a plain SQLite table."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bench.line import line_to
from bench.meters import Sizes
from bench.peers.install import python_environment
from bench.peers.servers import free_port, serving
from bench.peers.steps import Work, client
from bench.postgres import postgres

VERSION = "26.5.0"
CLIENT_VERSION = "11.11.0"

_SETTINGS = """\
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
threads = 4
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.permission_backend = kinto.core.permission.postgresql
kinto.cache_backend = kinto.core.cache.memory
kinto.storage_url = {database}
kinto.permission_url = {database}
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy
kinto.userid_hmac_secret = loopback
kinto.bucket_create_principals = system.Authenticated
kinto.paginate_by = 10000
kinto.batch_max_requests = 1000
kinto.storage_max_fetch_size = 20000
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = ERROR
formatter = generic
[formatter_generic]
format = %(message)s
"""


def measure(sizes: Sizes, records: Path, folder: Path) -> dict[str, Work]:
    """Do the four works with Kinto."""
    programs = python_environment(
        "kinto", f"kinto[postgresql]=={VERSION}", f"kinto-http=={CLIENT_VERSION}"
    )
    port = free_port()
    with postgres(folder) as database:
        settings = folder / "kinto.ini"
        settings.write_text(_SETTINGS.format(port=port, database=database), encoding="utf-8")
        subprocess.run([programs / "kinto", "migrate", "--ini", settings], check=True)
        server: list[str | Path] = [
            programs / "kinto",
            "start",
            "--ini",
            settings,
            "--port",
            str(port),
        ]
        with (
            serving(server, port, os.environ, folder / "server.log"),
            line_to(port, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s) as line,
            client(
                [
                    programs / "python",
                    "-P",
                    Path(__file__).with_name("kinto_client.py"),
                    f"http://127.0.0.1:{port}/v1",
                    f"http://127.0.0.1:{line.port}/v1",
                    database,
                    str(folder / "client.db"),
                    str(records),
                    str(sizes.changes),
                ],
                line,
                os.environ,
            ) as running,
        ):
            running.step("seed")
            return running.measure()
