# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets a process die at every boundary of a flow, one after the other, and looks what is left.

``python -m tests.crash.nursery FLOW SIDE FOLDER [within]`` prints the name of each boundary at
which the client or the centre died, and ends with 1 when something was lost; ``within`` has them
die before each statement of a transaction too. Everything happens in forked children, so that a
death costs no start of an interpreter, and this process stays clean.
"""

from __future__ import annotations

import gc
import itertools
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.crash.boundaries import Boundaries
from tests.crash.flows import CASES, FLOWS, Flow
from tests.crash.scene import Scene, settle

_PATIENCE_S = 60.0
DIED = -signal.SIGKILL
"""The status of a child that died at its boundary."""


class Centre:
    """The centre's server as a child that is started again whenever it is found dead."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._up_reader, self._up_writer = os.pipe()
        self.pid = 0

    def start(self, watch: Callable[[], None] = lambda: None) -> None:
        """Start it; whoever waits for it is told when it listens."""

        def serve() -> None:
            watch()
            self._scene.serve(lambda: os.write(self._up_writer, b"+"))

        self.pid = fork(serve)

    def wait(self) -> None:
        """Wait until it has been started once more."""
        ready, _, _ = select.select([self._up_reader], [], [], _PATIENCE_S)
        if not ready:
            raise TimeoutError("the centre did not come back")
        os.read(self._up_reader, 1)

    def stop(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._up_reader)
        os.close(self._up_writer)


def fork(work: Callable[[], None]) -> int:
    """Do something in a child; it ends with 1 when it raised."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is, it is told and ends only the child
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(pid: int) -> int:
    """Wait for a child; return its status, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@contextmanager
def served(scene: Scene) -> Iterator[Centre]:
    """Run the centre beside the block."""
    centre = Centre(scene)
    centre.start()
    centre.wait()
    try:
        yield centre
    finally:
        centre.stop()
        centre.close()


def main() -> int:
    """Enumerate the boundaries of one flow."""
    name, side, folder = sys.argv[1:4]
    die_everywhere(name, side, Path(folder), within=sys.argv[4:] == ["within"])
    return 0


def die_everywhere(name: str, side: str, folder: Path, *, within: bool = False) -> None:
    """Die at each boundary of a flow; raise ``AssertionError`` at the first that costs something.

    Args:
        side: whose boundaries, ``client`` or ``centre``.
        within: statements within a transaction are boundaries too.
    """
    flow = FLOWS[name]
    with _port_of_our_own() as port:
        template = Scene(folder=folder / "template", port=port)
        template.folder.mkdir()
        _make(template, flow)
        template.import_server()
        gc.freeze()  # nothing of it is looked at again, so children share its pages
        for fatal in itertools.count(1):
            scene = replace(template, folder=folder / f"run-{fatal}")
            shutil.copytree(template.folder, scene.folder)
            boundaries = Boundaries(fatal, scene.folder / "boundary.txt", within=within)
            if not _DEATHS[side](flow, scene, boundaries):
                break
            shutil.rmtree(scene.folder)


def _make(scene: Scene, flow: Flow) -> None:
    """Make the state before the flow."""
    succeed(ended(fork(lambda: _found(scene))), "founding")
    with served(scene) as centre:
        succeed(ended(fork(lambda: _prepare(flow, scene, centre))), "preparing")
    succeed(ended(fork(lambda: flow.meanwhile(scene))), "meanwhile")


def _found(scene: Scene) -> None:
    with scene.office(populated=True) as office:
        office.add_cases([{"title": f"Laporan {number}"} for number in range(CASES)])


def _prepare(flow: Flow, scene: Scene, centre: Centre) -> None:
    scene.move_in()
    with scene.desk() as desk:
        if not flow.begins_empty:
            settle(desk, centre.wait)
        flow.prepare(scene, desk)


def _client_dies(flow: Flow, scene: Scene, boundaries: Boundaries) -> bool:
    """Work with a client that is about to die, and go on; tell whether it did die."""
    with served(scene) as centre:
        status = ended(fork(lambda: _work(flow, scene, centre, boundaries.watch)))
        if status not in {0, DIED}:
            raise AssertionError(f"the client ended with {status}")
        if status == DIED:
            _go_on(flow, scene, centre, boundaries)
    return status == DIED


def _centre_dies(flow: Flow, scene: Scene, boundaries: Boundaries) -> bool:
    """Work beside a centre that is about to die, and is started again; tell whether it did."""
    centre = Centre(scene)
    centre.start(boundaries.watch)
    client = fork(lambda: _work(flow, scene, centre, centre.wait))
    died = False
    try:
        while (found := os.waitpid(-1, 0))[0] != client:
            died = True
            centre.start()
        succeed(os.waitstatus_to_exitcode(found[1]), "working")
        if died:
            _go_on(flow, scene, centre, boundaries)
    finally:
        centre.stop()
        centre.close()
    return died


_DEATHS = {"client": _client_dies, "centre": _centre_dies}


def _go_on(flow: Flow, scene: Scene, centre: Centre, boundaries: Boundaries) -> None:
    """Start the program again, as the officer would, and check what is left."""
    name = boundaries.told()
    print(name, flush=True)
    succeed(ended(fork(lambda: _look(flow, scene, centre))), f"after death {name}")


def _work(flow: Flow, scene: Scene, centre: Centre, begin: Callable[[], None]) -> None:
    begin()
    flow.work(scene, centre.wait)


def _look(flow: Flow, scene: Scene, centre: Centre) -> None:
    flow.work(scene, centre.wait)
    with scene.desk() as desk:
        flow.check_alone(scene, desk)
        settle(desk, centre.wait)
        flow.check(scene, desk)


def succeed(status: int, what: str) -> None:
    """Raise ``AssertionError`` unless a child ended well."""
    if status != 0:
        raise AssertionError(f"{what}: {status}")


@contextmanager
def _port_of_our_own() -> Iterator[int]:
    """Keep a port that one centre after another listens at, and nobody else's connection gets."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))  # without listening, so that a dead centre refuses
        yield int(keeper.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
