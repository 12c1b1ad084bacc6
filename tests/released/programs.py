# SPDX-License-Identifier: AGPL-3.0-or-later
"""The programs as they were released, run as processes of their own.

Each release lies in ``tests/fixtures`` as ``git archive`` wrote it, so no history is needed. It
runs with the libraries of today; what of theirs was released with it is not kept.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.nursery import PATIENCE_S
from tests.support.old_office import of_release
from tests.support.processes import Said, client_environment

TODAY = Path(__file__).parents[2]

_MANY_RUNS = """
import contextlib, io, json, os, pathlib, sys
from sync.services import cli

class Keyring:
    def __init__(self):
        self._path = pathlib.Path(os.environ["TANGGAP_HOME"]) / "keyring.json"
    def get(self, name):
        return self._all().get(name)
    def set(self, name, value):
        self._path.write_text(json.dumps(self._all() | {name: value}))
    def delete(self, name):
        self._path.write_text(json.dumps({k: v for k, v in self._all().items() if k != name}))
    def _all(self):
        return json.loads(self._path.read_text()) if self._path.exists() else {}

cli.system_keyring = Keyring
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = cli.main(["--json", *json.loads(line)])
    print(json.dumps([code, said.getvalue()]), flush=True)
"""
"""``tanggap`` again and again in one process, with a keyring: starts and passphrases cost most."""


def unpacked(release: int, folder: Path) -> Path:
    """Unpack a released program and return where it is."""
    with tarfile.open(of_release(release) / "program.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def with_window(release: int, folder: Path) -> Path:
    """Unpack a released program with its window; fonts and icons are those of today."""
    unpacked(release, folder)
    with tarfile.open(of_release(release) / "window.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    shutil.copytree(TODAY / "resources", folder / "resources", copy_function=_unless_there,
                    dirs_exist_ok=True)  # fmt: skip
    for po in folder.glob("resources/translations/*/LC_MESSAGES/*.po"):
        with po.open("rb") as texts, po.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(texts))
    return folder


def _unless_there(source: str, target: str) -> None:
    if not Path(target).exists():
        shutil.copy(source, target)


class OldWindow:
    """A released window, which takes orders as today's does (``tests.support.processes``)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, order: str, *details: Any) -> Any:
        """Have something done in the window, and return what came of it.

        Raises:
            AssertionError: it did not happen; says what can be seen instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([order, *details]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"the window has ended ({self._process.poll()})"
        said = json.loads(line)
        assert "failed" not in said, said["failed"]
        return said["answer"]

    def leave(self) -> None:
        """Quit by keyboard and wait for a good end."""
        self.do("press", "Ctrl+Q")
        assert self._process.wait(PATIENCE_S) == 0


@contextmanager
def window(program: Path, data: Path, *arguments: str) -> Iterator[OldWindow]:
    """Run the window that lies in a folder; what is still open after the block is killed."""
    data.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.support.window_driver"]
    with (
        (data / "window.log").open("ab") as log,
        subprocess.Popen(
            [*command, "--data", str(data), "--lang", "id", *arguments],
            cwd=program,
            env=client_environment(data, QT_QPA_PLATFORM="offscreen"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield OldWindow(process)
        finally:
            process.kill()


class Runner:
    """``tanggap`` of some release for one officer on one computer."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *arguments: str) -> Said:
        """Run it to its end, whatever that is."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(arguments), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"tanggap {arguments} broke down"
        code, said = json.loads(line)
        return Said(code=code, data=json.loads(said or "null"))

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        """Run it and return its answer.

        Raises:
            AssertionError: it ended with another code than this.
        """
        said = self.run(*arguments)
        assert code == said.code, (arguments, said.code, said.data)
        return said.data


@contextmanager
def tanggap(program: Path, data: Path) -> Iterator[Runner]:
    """Run the client that lies in a folder, on the computer whose data folder this is."""
    data.mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", _MANY_RUNS],
        cwd=program,
        env=client_environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Runner(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
