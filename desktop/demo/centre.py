# SPDX-License-Identifier: AGPL-3.0-or-later
"""The embedded centre of the demo: our own server as a process, with the sample world in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sync.cases.events import CitizenReplied
from sync.cases.ids import CaseId
from sync.central.recording import Fact, Recorder
from sync.central.settings import open_database, wall_clock
from sync.wire.rulebook import load_rulebook

EXPORT = "ekspor-sp4n-lapor.xlsx"
_DATABASE = "pusat.db"
_LOG = "pusat.log"
_PATIENCE_S = 60.0


def found_centre(folder: Path) -> list[str]:
    """Make a centre with the sample world, which also goes into an official spreadsheet.

    The spreadsheet is then imported as an agency would do it; that has to find everything known.

    Returns:
        What the two commands said.

    Raises:
        subprocess.CalledProcessError: one of them failed.
    """
    export = str(folder / EXPORT)
    said = _central(folder, "sample", "--export", export).splitlines()
    return said + _central(folder, "import", export).splitlines()


@contextmanager
def running_centre(folder: Path) -> Iterator[int]:
    """Serve the centre of a folder; yields its port on loopback."""
    with (
        (folder / _LOG).open("wb") as log,
        subprocess.Popen(
            _command(folder, "serve", "--port", "0"), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            yield _port(process)
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def citizen_writes(folder: Path, case_id: CaseId, words: str) -> None:
    """Let the reporter of a case write again; the national portal tells the centre that."""
    recorder = Recorder(load_rulebook().status_map)
    fact = Fact(body=CitizenReplied(text=words), at=wall_clock())
    with closing(open_database(_url(folder))) as database, database.write() as connection:
        recorder.record(connection, {case_id: [fact]})


def _central(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        _command(folder, *arguments), capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "sync.central.cli", "--database", _url(folder), *arguments]


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / _DATABASE}"


def _port(process: subprocess.Popen[str]) -> int:
    said = "" if process.stdout is None else process.stdout.readline()
    if "://" not in said:
        raise RuntimeError(f"the centre did not start: {said!r}")
    return int(said.rpartition(":")[2])
