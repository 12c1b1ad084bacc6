# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files between the words: when they are tried again, and what a metered network lets through."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typing_extensions import override

from sync.cases.commands import FollowUp
from sync.cases.ids import CaseId
from sync.engine.files import FileExchange, FileService, Transfer
from sync.errors import SyncError, SyncErrorKind
from sync.services.carrying import Carrying
from tests.support.central import ManualClock
from tests.support.desks import Workplace

THIRTEEN_S = 13.0


class BrokenLine(FileService):
    """A line that breaks after a while, each time, until it is mended."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.attempts = 0
        self.mended = False

    @override
    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        self.attempts += 1
        if self.mended:
            return "place", transfer.size
        self._clock.advance(THIRTEEN_S)
        raise SyncError(SyncErrorKind.UNANSWERED)

    @override
    def arrived(self, token: str, url: str) -> int:
        return 0

    @override
    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        return at + len(piece)

    @override
    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        raise AssertionError

    @override
    def thumbnail(self, token: str, sha256: str) -> bytes:
        raise AssertionError


_DAY_S = 86_400.0


@pytest.fixture
def line(place: Workplace) -> BrokenLine:
    """A broken line for files."""
    return BrokenLine(place.office.clock)


@pytest.fixture
def carrying(place: Workplace, line: BrokenLine) -> Carrying:
    """The files of Agus's desk over that line."""
    desk, clock = place.desk, place.office.clock
    exchange = FileExchange(desk.store.transfers, line, desk.tokens, clock, lambda: 0.5)
    return Carrying(desk.store, exchange, desk.line, clock, lambda: 0.5)


def _filed(place: Workplace, case_id: CaseId, folder: Path, size: int = 900) -> None:
    source = folder / "bukti.pdf"
    source.write_bytes(b"%PDF " + bytes(size))
    file = place.desk.attachments.attach(source)
    place.act(case_id, FollowUp(text="Terlampir.", done_on=date(2026, 11, 24), evidence=(file,)))
    place.sync()


def test_the_pause_after_a_failure_begins_when_it_failed(
    place: Workplace, case_id: CaseId, carrying: Carrying, line: BrokenLine, tmp_path: Path
) -> None:
    """However long the attempt took: files are tried again by themselves, and then it is over."""
    assert carrying.next_wait_s() is None
    _filed(place, case_id, tmp_path)
    step = carrying.step()
    assert step is not None
    assert step.failure is not None
    wait_s = carrying.next_wait_s()
    assert wait_s is not None
    assert 2 <= wait_s <= 4
    assert carrying.step() is None  # words are not held up by files that break the line
    assert 1 == line.attempts
    place.office.clock.advance(10 * wait_s)
    assert 0 == carrying.next_wait_s()  # also when somebody else held the thread for long
    line.mended = True
    assert carrying.step() is not None
    assert carrying.next_wait_s() is None
    while carrying.step() is not None:
        assert carrying.next_wait_s() is None


def test_a_line_that_has_just_carried_something_is_tried_again_within_a_second(
    place: Workplace, case_id: CaseId, carrying: Carrying, line: BrokenLine, tmp_path: Path
) -> None:
    """It drops every half minute and is back at once; but one that stays down is left alone."""
    _filed(place, case_id, tmp_path)
    line.mended = True
    while carrying.step() is not None:
        pass
    line.mended = False
    (tmp_path / "lagi").mkdir()
    _filed(place, case_id, tmp_path / "lagi", size=901)
    waits = []
    for _ in range(2):
        carrying.step()
        waits.append(carrying.next_wait_s() or 0)
        place.office.clock.advance(60)
    assert 0.5 <= waits[0] <= 1
    assert 4 <= waits[1] <= 8


def test_what_need_not_move_any_more_is_not_asked_for_again_and_again(
    place: Workplace, case_id: CaseId, carrying: Carrying, tmp_path: Path
) -> None:
    """A file that failed and then went another way leaves no wish behind."""
    _filed(place, case_id, tmp_path)
    carrying.step()
    (file,) = place.desk.store.own_files.to_send()
    transfer = next(iter(place.desk.store.transfers.transfers(place.office.clock())))
    place.desk.store.transfers.sent(transfer, "place", file.size)
    place.office.clock.advance(60)
    assert carrying.step() is None
    assert carrying.next_wait_s() is None


def test_a_clock_that_is_set_right_does_not_stop_files(
    place: Workplace, case_id: CaseId, carrying: Carrying, line: BrokenLine, tmp_path: Path
) -> None:
    """It was ahead when the line broke, and is set back: nobody waits until it is there again."""
    _filed(place, case_id, tmp_path)
    carrying.step()
    place.office.clock.advance(-_DAY_S)
    line.mended = True
    step = carrying.step()
    assert step is not None
    assert step.failure is None
