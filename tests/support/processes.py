# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real programs as processes of their own: the centre, and ``tanggap`` without a window.

A program is ready when it says so, and dead when it has been waited for; nothing here sleeps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO, Any

from desktop.demo.screen import offscreen
from tests.support import nursery
from tests.support.central import PASSWORD
from tests.support.nursery import PATIENCE_S

PASSPHRASE = "kuda putih lari pagi"


@contextmanager
def central_process(
    database_url: str, log: Path, program: Path | None = None, port: int = 0
) -> Iterator[int]:
    """Run ``tanggap-central serve`` on a database and yield its port on loopback.

    Args:
        program: the folder of a released program; none for the one of today.
        port: which one to take; 0 for any.
    """
    arguments = ["--database", database_url, "serve", "--port", str(port)]
    run = _of_today(arguments, log) if program is None else _released(program, arguments, log)
    with run as said:
        told = said.readline()
        assert "://" in told, log.read_text()
        yield int(told.rpartition(":")[2])


@contextmanager
def _of_today(arguments: Sequence[str], log: Path) -> Iterator[IO[str]]:
    """Run the centre of today and yield what it says."""
    said, saying = _pipe()
    with (
        said,
        log.open("wb") as errors,
        saying,
        nursery.born(nursery.CENTRE, arguments, os.environ, out=saying, err=errors) as process,
    ):
        saying.close()
        try:
            yield said
        finally:
            process.terminate()
            process.join(PATIENCE_S)


@contextmanager
def _released(program: Path, arguments: Sequence[str], log: Path) -> Iterator[IO[str]]:
    """Run the centre of a release and yield what it says."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", nursery.CENTRE, *arguments],
            cwd=program,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            yield process.stdout
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _pipe() -> tuple[IO[str], IO[str]]:
    """Return both ends of a pipe: what is read, and what is written line by line."""
    reader, writer = os.pipe()
    return open(reader), open(writer, "w", buffering=1)  # noqa: PTH123 - no paths


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
        environment = client_environment(self.data, **environment)
        ended = nursery.run(nursery.CLIENT, ["--json", *arguments], environment)
        assert "Traceback" not in ended.err, ended.err
        return Said(code=ended.code, data=json.loads(ended.out or "null"))

    @contextmanager
    def killed_while(self, *arguments: str) -> Iterator[None]:
        """Run it beside the block, which must see to it that it hangs; kill it after the block."""
        environment = client_environment(self.data)
        with nursery.born(nursery.CLIENT, ["--json", *arguments], environment) as process:
            yield
            assert process.exitcode is None, "it has ended before it was killed"

    @contextmanager
    def watching(self) -> Iterator[Iterator[Any]]:
        """Run ``sync --watch`` beside the block; yield what it tells after each exchange."""
        arguments, environment = ["--json", "sync", "--watch"], client_environment(self.data)
        said, saying = _pipe()
        with (
            said,
            saying,
            nursery.born(nursery.CLIENT, arguments, environment, out=saying) as process,
        ):
            saying.close()
            yield map(json.loads, said)
            process.terminate()
            process.join(PATIENCE_S)
            assert 0 == process.exitcode


class Window:
    """The program with its window, as a process whose keyboard and screen are the test's."""

    def __init__(self, process: ForkServerProcess, orders: IO[str], answers: IO[str]) -> None:
        self._process = process
        self._orders = orders
        self._answers = answers

    def do(self, order: str, *details: Any) -> Any:
        """Have something done in the window, and return what came of it.

        Args:
            order: a gesture of :class:`desktop.demo.officer.OfficerAtWork`, or one of the other
                orders of ``tests.support.window_driver``.

        Raises:
            AssertionError: it did not happen; says what can be seen instead.
        """
        print(json.dumps([order, *details]), file=self._orders, flush=True)
        line = self._answers.readline()
        assert line, f"the program has ended ({self._process.exitcode})"
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
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End the program by SIGKILL."""
        self._process.kill()
        self._process.join(PATIENCE_S)

    def leave(self) -> None:
        """Quit by keyboard and wait for a good end."""
        self.do("press", "Ctrl+Q")
        self._process.join(PATIENCE_S)
        assert 0 == self._process.exitcode


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
    read, orders = _pipe()
    answers, answering = _pipe()
    environment = client_environment(folder, QT_QPA_PLATFORM=offscreen(folder))
    with (
        orders,
        answers,
        read,
        answering,
        (folder / "window.log").open("ab") as log,
        nursery.born(
            nursery.WINDOW, arguments, environment, read=read, out=answering, err=log
        ) as process,
    ):
        read.close()
        answering.close()
        yield Window(process, orders, answers)
