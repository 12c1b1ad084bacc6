# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way out of the office that a PAC file tells, or that a dead host never tells."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from urllib.request import ProxyHandler, build_opener

import pytest

from desktop.bridge.patience import PatientFinder
from sync.services.proxy_settings import ANYWHERE, AUTOMATIC, ProxySettings
from tests.support.rawserver import RawServer, http

PAC = b'function FindProxyForURL(url, host) { return "PROXY proxy.kantor:8080"; }'


class PacSystem:
    """A system that fetches a PAC file each time, as Windows does; this one knows no JavaScript."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/proxy.pac"
        self._direct = build_opener(ProxyHandler({}))

    def __call__(self, _url: str) -> str | None:
        with self._direct.open(self._address) as answer:
            found = re.search(rb"PROXY ([^\"]+)", answer.read())
        return None if found is None else f"http://{found[1].decode()}"


@pytest.fixture
def dead() -> Iterator[socket.socket]:
    """Give a host that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_a_pac_file_tells_the_way(tmp_path: Path) -> None:
    with RawServer(http(PAC)) as server:
        found = PatientFinder(PacSystem(server.port))
        view = ProxySettings(tmp_path, None, (found,)).look(ANYWHERE)
    assert (AUTOMATIC, "proxy.kantor:8080") == (view.chosen, view.found)


def test_a_dead_host_of_a_pac_file_means_that_no_proxy_is_known(
    tmp_path: Path, dead: socket.socket
) -> None:
    found = PatientFinder(PacSystem(port_of(dead)), patience_s=0)
    assert "" == ProxySettings(tmp_path, None, (found,)).look(ANYWHERE).found


def test_a_dead_host_holds_up_no_closing(tmp_path: Path, dead: socket.socket) -> None:
    """Whoever waits in a lane is let go; with patience of an hour this would not end."""
    found = PatientFinder(PacSystem(port_of(dead)), patience_s=3_600)
    with ThreadPoolExecutor(1) as lane:
        looking = lane.submit(ProxySettings(tmp_path, None, (found,)).look, ANYWHERE)
        connection, _ = dead.accept()
        with connection:
            found.close()
            assert ("", None) == (looking.result().found, found(ANYWHERE))


def test_an_answer_that_came_late_is_there_for_the_next_question() -> None:
    """And the system is not asked a second time meanwhile."""
    asked: list[str] = []

    def slow(url: str) -> str:
        asked.append(url)
        with gate:
            return "http://proxy.kantor:8080"

    gate = Lock()
    found = PatientFinder(slow, patience_s=0)
    with gate:
        assert (None, None) == (found(ANYWHERE), found(ANYWHERE))
    while (proxy := found(ANYWHERE)) is None:
        pass
    assert ("http://proxy.kantor:8080", 1) == (proxy, len(asked))
