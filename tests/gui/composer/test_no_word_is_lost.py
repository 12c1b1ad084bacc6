# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever officer, lane and the rest of the program do, in any order: no word is lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from sync.cases.commands import words_of
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from tests.support.lanes import HeldLane
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace, workplace

CASES: Final = (1, 2)
KINDS: Final = ("respond", "note", "close")


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """One workplace for all examples: each has words of its own."""
    folder: Path = tmp_path_factory.mktemp("workplace")
    with workplace(folder, HeldLane()) as opened:
        yield opened


class Officer:
    """Does one thing after the other, and remembers every word."""

    numbers: Final = itertools.count(1)

    def __init__(self, place: Workplace) -> None:
        self.work = WorkWindow(place, quiet_ms=3_600_000, at_most_ms=3_600_000)
        self.typed: list[str] = []

    @property
    def lane(self) -> HeldLane:
        """The lane that works only when it is told to."""
        lane = self.work.place.lane
        assert isinstance(lane, HeldLane)
        return lane

    def type_word(self) -> None:
        """Write one more word, if the pane lets one write."""
        composer = self.work.composer
        draft = composer.state.draft
        if draft is not None and composer.state.can_write:
            composer.write(f"{draft.text} {self._new_word()}".strip())

    def begin_anew(self) -> None:
        """Delete everything and write a word: the deleted ones are lost on purpose."""
        composer = self.work.composer
        draft = composer.state.draft
        if draft is not None and composer.state.can_write:
            gone = set(draft.text.split())
            self.typed = [word for word in self.typed if word not in gone]
            composer.write(self._new_word())

    def send(self) -> None:
        """Send what is written, news or not."""
        self.work.composer.send_anyway()

    def elsewhere(self) -> None:
        """Something else puts words into the draft that is open, as a decision does."""
        draft = self.work.composer.state.draft
        if draft is not None:
            drafting = self.work.place.desk.drafting
            present = drafting.load(draft.case_id, draft.kind)
            text = f"{self._new_word()} {present.text if present else ''}".strip()
            changes = drafting.save(Draft(case_id=draft.case_id, kind=draft.kind, text=text))
            self.work.place.bus.announce(changes)

    def let_the_lane_work(self) -> None:
        """One piece of work is done and reported."""
        if len(self.lane):
            self.lane.run_next()

    def settle(self) -> None:
        """Wait until nothing is on its way."""
        for _ in range(4):
            self.work.keeper.flush()
            self.lane.run_all()

    def kept(self) -> set[str]:
        """Return every word of the drafts on the disk and of the outbox."""
        place = self.work.place
        drafts = [
            place.desk.drafting.load(CaseId(case_id), kind) for case_id in CASES for kind in KINDS
        ]
        texts = [draft.text for draft in drafts if draft is not None]
        texts += [words_of(item.command.body) for item in place.outbox()]
        return {word for text in texts for word in text.split()}

    def _new_word(self) -> str:
        self.typed.append(f"kata{next(self.numbers)}")
        return self.typed[-1]


def _open(case_id: int) -> Callable[[Officer], None]:
    return lambda officer: officer.work.open(case_id)


def _choose(kind: str) -> Callable[[Officer], None]:
    return lambda officer: officer.work.composer.choose(kind)


STEPS: Final = st.lists(
    st.one_of(
        st.sampled_from(
            [
                Officer.type_word,
                Officer.type_word,
                Officer.begin_anew,
                Officer.send,
                Officer.let_the_lane_work,
                Officer.let_the_lane_work,
            ]
        ),
        st.just(lambda officer: officer.work.keeper.flush()),
        st.sampled_from([_open(case_id) for case_id in CASES]),
        st.sampled_from([_choose(kind) for kind in KINDS]),
    ),
    min_size=4,
    max_size=40,
)


@given(steps=STEPS)
def test_no_word_is_lost(place: Workplace, steps: list[Callable[[Officer], None]]) -> None:
    """Typing, switching, sending and a slow lane, in any order: every word is somewhere."""
    officer = Officer(place)
    officer.work.open(1)
    for step in steps:
        step(officer)
    officer.settle()

    assert set() == set(officer.typed) - officer.kept()


@given(steps=STEPS)
def test_no_word_is_lost_when_the_program_is_killed(
    place: Workplace, steps: list[Callable[[Officer], None]]
) -> None:
    """After the last flush the lane finishes what it was handed, and nobody hears of it."""
    officer = Officer(place)
    officer.work.open(1)
    for step in steps:
        step(officer)
    officer.work.keeper.flush()
    for part in (officer.work.window, officer.work.composer, officer.work.keeper):
        delete(part)
    officer.lane.run_all()

    assert set() == set(officer.typed) - officer.kept()


def test_words_from_elsewhere_meet_words_being_typed(place: Workplace) -> None:
    """A decision puts words into the draft while the officer types into it: both stay."""
    officer = Officer(place)
    officer.work.open(2)
    officer.settle()
    officer.type_word()
    officer.work.keeper.flush()
    officer.elsewhere()
    officer.type_word()
    officer.let_the_lane_work()
    officer.elsewhere()
    officer.settle()

    assert set() == set(officer.typed) - officer.kept()
