# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real programs as processes of their own: the centre, and ``tanggap`` without a window.

A program is ready when it says so, and dead when it has been waited for; nothing here sleeps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.central import PASSWORD

PASSPHRASE = "kuda putih lari pagi"
PATIENCE_S = 60.0


@contextmanager
def central_process(
    database_url: str, log: Path, program: Path | None = None, port: int = 0
) -> Iterator[int]:
    """Run ``tanggap-central serve`` on a database and yield its port on loopback.

    Args:
        program: the folder of a released program; none for the one of today.
        port: which one to take; 0 for any.
    """
    command = [sys.executable, "-m", "sync.central.cli", "--database", database_url, "serve"]
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=program,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert "://" in told, log.read_text()
            yield int(told.rpartition(":")[2])
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def client_environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a client whose profiles live in a folder of the test."""
    return os.environ | {
        "TANGGAP_HOME": str(data),
        "TANGGAP_PASSPHRASE": PASSPHRASE,
        "TANGGAP_PASSWORD": PASSWORD,
        **more,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a run of ``tanggap`` ended."""

    code: int
    data: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tanggap:
    """``tanggap --json`` for one officer on one computer; the data folder is the computer."""

    data: Path

    def __call__(self, *arguments: str, code: int = 0, **environment: str) -> Any:
        """Run it and return its answer.

        Raises:
            AssertionError: it ended with another code than this.
        """
        said = self.run(*arguments, **environment)
        assert code == said.code, (arguments, said.code, said.data)
        return said.data

    def run(self, *arguments: str, **environment: str) -> Said:
        """Run it to its end, whatever that is."""
        done = subprocess.run(
            _command(*arguments),
            env=client_environment(self.data, **environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(code=done.returncode, data=json.loads(done.stdout or "null"))

    @contextmanager
    def killed_while(self, *arguments: str) -> Iterator[None]:
        """Run it beside the block, which must see to it that it hangs; kill it after the block."""
        with subprocess.Popen(
            _command(*arguments), env=client_environment(self.data), stdout=subprocess.DEVNULL
        ) as process:
            try:
                yield
                assert process.poll() is None, "it has ended before it was killed"
            finally:
                process.kill()

    @contextmanager
    def watching(self) -> Iterator[Iterator[Any]]:
        """Run ``sync --watch`` beside the block; yield what it tells after each exchange."""
        with subprocess.Popen(
            _command("sync", "--watch"),
            env=client_environment(self.data),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                yield map(json.loads, process.stdout)
                process.terminate()
                assert process.wait(PATIENCE_S) == 0
            finally:
                process.kill()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sync.services.cli", "--json", *arguments]


class Window:
    """The program with its window, as a process whose keyboard and screen are the test's."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, order: str, *details: Any) -> Any:
        """Have something done in the window, and return what came of it.

        Args:
            order: a gesture of :class:`desktop.demo.officer.OfficerAtWork`, or one of the other
                orders of ``tests.support.window_driver``.

        Raises:
            AssertionError: it did not happen; says what can be seen instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([order, *details]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"the program has ended ({self._process.poll()})"
        said = json.loads(line)
        assert "failed" not in said, said["failed"]
        return said["answer"]

    def seen(self, part: str = "") -> list[str]:
        """Return the texts that can be seen in a part of the window."""
        shown: list[str] = self.do("seen", part)
        return shown

    def rows(self, part: str) -> list[str]:
        """Return the visible rows of a list, as they are spoken."""
        shown: list[str] = self.do("rows", part)
        return shown

    def signal(self, number: int) -> None:
        """Send the process a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End the program by SIGKILL."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def leave(self) -> None:
        """Quit by keyboard and wait for a good end."""
        self.do("press", "Ctrl+Q")
        assert self._process.wait(PATIENCE_S) == 0


@contextmanager
def window_process(data: Path, *arguments: str) -> Iterator[Window]:
    """Run the program on a data folder; what is still open after the block is killed."""
    with _driven(data, "--data", str(data), "--lang", "id", *arguments) as window:
        yield window


@contextmanager
def demo_process(folder: Path, username: str) -> Iterator[Window]:
    """Run the demo as it is with a screen."""
    with _driven(folder, "demo", str(folder), username) as window:
        yield window


@contextmanager
def _driven(folder: Path, *arguments: str) -> Iterator[Window]:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "window.log").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.window_driver", *arguments],
            env=client_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield Window(process)
        finally:
            process.kill()
