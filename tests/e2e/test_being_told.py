# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a colleague does appears by itself: real windows, one real centre, nobody presses F5."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.cases.case import Case
from sync.cases.commands import Note
from sync.engine.loop import POLL_S
from sync.transports.http import HttpService
from tests.support.central import Device, Office
from tests.support.faults import FaultProxy
from tests.support.ledger import told
from tests.support.processes import PASSPHRASE, Tanggap, Window, window_process

LIST, HISTORY = "case-list.table", "case.history"
WORDS = "Sudah saya telepon, tim datang sore ini."
PROMISED_S = 2.0
"""Until another officer's entry is on the screen, over a good line."""


@pytest.fixture
def case(office: Office) -> Case:
    """The case that both work on."""
    return office.add_case()


@pytest.fixture
def wati(office: Office, centre_port: int) -> Iterator[Device]:
    """A colleague, whose line is always good."""
    service = HttpService(f"http://127.0.0.1:{centre_port}")
    yield office.device("wati", service)
    service.close()


@pytest.fixture
def window(agus: Tanggap, case: Case) -> Iterator[Window]:
    """The window of Agus, with the case open and news coming by themselves.

    It looks for news by itself only once a minute, which is longer than any wait in it may take.
    """
    assert POLL_S > 50
    with window_process(agus.data) as window:
        window.do("unlock", PASSPHRASE)
        window.do("wait_for", case.tracking_id, LIST)
        window.do("open", case.tracking_id)
        yield window


def _seconds_to_appear(window: Window, wati: Device, case: Case, words: str) -> float:
    begun = time.monotonic()
    assert "accepted" == wati.do(case.id, Note(text=words)).verdict
    window.do("wait_for", words, HISTORY)
    return time.monotonic() - begun


def test_a_colleagues_entry_appears_in_an_open_window(
    office: Office, line: FaultProxy, agus: Tanggap, tmp_path: Path, case: Case
) -> None:
    """Wati writes a note in a window of hers, and Agus reads it before he would have asked."""
    wati = Tanggap(tmp_path / "wati")
    wati("sign-in", line.url, "wati")
    with window_process(agus.data) as his, window_process(wati.data) as hers:
        for window in (his, hers):
            window.do("unlock", PASSPHRASE)
            window.do("wait_for", case.tracking_id, LIST)
            window.do("open", case.tracking_id)
        hers.do("note", WORDS)
        his.do("wait_for", WORDS, HISTORY)
        his.leave()
        hers.leave()
    assert [("noted", WORDS)] == told(office, case.id)


def test_it_appears_within_two_seconds(window: Window, wati: Device, case: Case) -> None:
    """From the colleague's act to the other screen; a busy machine may miss it, not always."""
    _seconds_to_appear(window, wati, case, WORDS)  # the window may still be opening its stream
    seconds = [_seconds_to_appear(window, wati, case, f"Catatan {n}.") for n in range(5)]
    assert min(seconds) <= PROMISED_S, seconds
    assert sorted(seconds)[2] <= 2 * PROMISED_S, seconds


def test_it_reaches_a_watching_command_line_as_fast(
    agus: Tanggap, wati: Device, case: Case, line: FaultProxy
) -> None:
    """``tanggap sync --watch`` listens as the window does, also after the line was away."""
    with agus.watching() as told:
        _seconds_to_arrive(agus, told, wati, case, WORDS)
        seconds = [_seconds_to_arrive(agus, told, wati, case, f"Catatan {n}.") for n in range(2)]
        assert min(seconds) <= PROMISED_S, seconds
        line.refuse()
        line.listen()
        _seconds_to_arrive(agus, told, wati, case, "Selama jalur putus.")
        seconds = [_seconds_to_arrive(agus, told, wati, case, f"Lagi {n}.") for n in range(2)]
        assert min(seconds) <= PROMISED_S, seconds


def _seconds_to_arrive(
    agus: Tanggap, told: Iterator[Any], wati: Device, case: Case, words: str
) -> float:
    begun = time.monotonic()
    assert "accepted" == wati.do(case.id, Note(text=words)).verdict
    for _ in told:
        seconds = time.monotonic() - begun
        if words in str(agus("show", case.tracking_id)):
            return seconds
    raise AssertionError("it has ended")


def test_also_when_the_line_has_just_come_back(
    window: Window, wati: Device, case: Case, line: FaultProxy
) -> None:
    """What was written meanwhile comes with the line, and the next one as fast as ever."""
    _seconds_to_appear(window, wati, case, WORDS)
    line.refuse()
    assert "accepted" == wati.do(case.id, Note(text="Selama jalur putus.")).verdict
    line.listen()
    window.do("wait_for", "Selama jalur putus.", HISTORY)
    seconds = [_seconds_to_appear(window, wati, case, f"Sesudahnya {n}.") for n in range(3)]
    assert min(seconds) <= PROMISED_S, seconds


def test_also_after_sleep(window: Window, wati: Device, case: Case) -> None:
    """The computer slept while the colleague wrote: the words are there when it is awake."""
    _seconds_to_appear(window, wati, case, WORDS)
    window.signal(signal.SIGSTOP)
    assert "accepted" == wati.do(case.id, Note(text="Selagi tidur.")).verdict
    begun = time.monotonic()
    window.signal(signal.SIGCONT)
    window.do("wait_for", "Selagi tidur.", HISTORY)
    assert time.monotonic() - begun <= 2 * PROMISED_S


def test_also_when_it_wakes_up_on_dead_connections(
    window: Window, wati: Device, case: Case, line: FaultProxy
) -> None:
    """Hours later the router has forgotten all it carried, and nobody says so: both are opened
    anew at once, instead of being waited for.
    """
    _seconds_to_appear(window, wati, case, WORDS)
    line.forget()
    assert "accepted" == wati.do(case.id, Note(text="Selagi tidur.")).verdict
    window.do("sleep", 8)
    window.do("wait_for", "Selagi tidur.", HISTORY)  # sooner than a silent stream is found dead
    seconds = [_seconds_to_appear(window, wati, case, f"Sesudahnya {n}.") for n in range(3)]
    assert min(seconds) <= PROMISED_S, seconds
