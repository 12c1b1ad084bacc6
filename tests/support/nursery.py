# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs as processes of their own that do not load what another one has loaded already.

Half a second of every short run of a program goes into loading modules. A nursery, one for each
process of pytest, loads them once and forks whoever is to run: a process like any other from then
on, with its own environment, that can be killed. Starts of an interpreter are proven elsewhere
(``tests/integration/test_cli.py``, ``tests/integration/central/test_serving.py``).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import IO, Any

PATIENCE_S = 60.0

CENTRE = "sync.central.cli"
CLIENT = "sync.services.cli"
WINDOW = "tests.support.window_driver"

_context = get_context("forkserver")
_context.set_forkserver_preload([CENTRE, CLIENT, WINDOW])


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, and what it said."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)


def run(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run a program to its end.

    Raises:
        AssertionError: it did not end.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        with born(module, arguments, environment, out=out, err=err) as process:
            process.join(PATIENCE_S)
            assert process.exitcode is not None, f"{module} does not end: {arguments}"
            code = process.exitcode
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read(), err.read())


@contextmanager
def born(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    read: IO[Any] | None = None,
    out: IO[Any] | None = None,
    err: IO[Any] | None = None,
) -> Iterator[ForkServerProcess]:
    """Run the ``main`` of a module as a process beside the block, which is killed after it.

    Args:
        read: its standard input; nothing when not given, and the others go nowhere.
    """
    with open(os.devnull, "r+b", buffering=0) as nothing:  # noqa: PTH123 - no path but a device
        ends = tuple(Connection(os.dup((end or nothing).fileno())) for end in (read, out, err))
    process = _context.Process(target=_be, args=(module, [*arguments], {**environment}, ends))
    process.start()
    for end in ends:
        end.close()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _be(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    ends: Sequence[Connection],
) -> None:
    """Be a program, in a process that was forked for it."""
    os.environ.clear()
    os.environ.update(environment)
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - no path, and open to the end
    sys.argv = [module, *arguments]
    sys.exit(import_module(module).main())
