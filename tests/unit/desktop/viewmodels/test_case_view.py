# SPDX-License-Identifier: AGPL-3.0-or-later
"""The open case and its history in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_view import AbsenceText, CasePresenter, CaseText, CaseWords
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark
from desktop.viewmodels.timeline import EntryKind, EntryText, Timeline
from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody, Note, Respond
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from tests.support.clockface import Clock
from tests.support.fake_desk import FakeDesk
from tests.support.fake_office import NOW
from tests.support.lanes import HeldLane, InlineLane
from tests.support.left_shelf import left_work
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WIB


class Desk:
    """A presenter over the invented office, in Bahasa Indonesia."""

    def __init__(self, lane: InlineLane | HeldLane | None = None) -> None:
        self.fake = FakeDesk()
        self.bus = ChangeBus()
        formats = Formats("id", WIB)
        timeline = Timeline(formats, self.fake.officer.id, lambda: NOW)
        words = CaseWords(formats, timeline, self.fake.rulebook.calendar, Clock(lambda: NOW))
        self.case = CasePresenter(
            self.fake.inbox,
            self.fake.attachments,
            self.fake.casework,
            InlineLane() if lane is None else lane,
            self.bus,
            words,
            MinuteTick(),
        )

    @property
    def text(self) -> CaseText:
        """The open case in words."""
        assert self.case.state.text is not None
        return self.case.state.text

    @property
    def last(self) -> EntryText:
        """The newest entry of its history."""
        return self.text.entries[-1]

    def act(self, case_id: CaseId, body: CommandBody) -> CommandId:
        """Act on a case and tell everybody."""
        command_id, changes = self.fake.casework.act(case_id, body, 0)
        self.bus.announce(changes, self)
        return command_id


@pytest.fixture
def desk(qapp: object, indonesian: None) -> Desk:
    """The case of the card that was charged twice."""
    desk = Desk()
    desk.case.show(DOUBLE_CHARGE)
    return desk


def test_the_head_tells_number_way_and_deadline(desk: Desk) -> None:
    """What matters at a glance is in the head."""
    text = desk.text

    assert "#4021902" == text.number
    assert "diterima 19 Nov 2026 09.14 lewat Loket" == text.received
    assert "KemenBUMN › KAI › KAI Commuter › Area Bogor" == text.path
    assert text.due is not None
    assert ("Tenggat Kam 26 Nov · Sisa 2 hari kerja", Mark.DUE_SOON) == (
        text.due.text,
        text.due.mark,
    )


def test_the_deadline_of_the_chip_is_explained_first(desk: Desk) -> None:
    """Clocks that run come before those that have stopped."""
    assert ["Tindak lanjut pertama", "Penyelesaian", "Verifikasi"] == [
        deadline.name for deadline in desk.text.deadlines
    ]


def test_facts_never_leave_a_gap(desk: Desk) -> None:
    """Whatever is not known is said to be unknown."""
    facts = {fact.label: fact.value for fact in desk.text.facts}

    assert "Rina A. · 0812-xxxx-771" == facts["Pelapor"]
    assert "Sari Wulandari" == facts["Penanggung jawab"]
    assert ("Belum direncanakan", "Terverifikasi") == (
        facts["Tindak lanjut berikutnya"],
        facts["Status di pusat"],
    )
    assert all(facts.values())


def test_an_anonymous_reporter_is_nowhere_named(desk: Desk) -> None:
    """Head, facts and history say that the name is concealed."""
    desk.case.show(ESCALATOR)
    facts = {fact.label: fact.value for fact in desk.text.facts}
    citizens = [entry for entry in desk.text.entries if entry.kind is EntryKind.CITIZEN]

    assert "Disembunyikan (anonim)" == facts["Pelapor"]
    assert {"Disembunyikan (anonim)"} == {entry.author for entry in citizens}
    assert Mark.ANONYMOUS in {tag.mark for tag in desk.text.tags}


def test_the_history_begins_with_the_complaint(desk: Desk) -> None:
    """Then comes what happened, and who did it."""
    told = [(entry.author, entry.what, entry.when) for entry in desk.text.entries]

    assert [
        ("Rina A. · 0812-xxxx-771", "laporan", "19 Nov 09.14"),
        ("Admin KAI", "disposisi ke Area Bogor", "19 Nov 11.02"),
        ("Budi S.", "menugaskan ke Sari Wulandari", "19 Nov 13.00"),
        ("Budi Santoso", "catatan internal", "20 Nov 15.40"),
    ] == told


def test_the_citizens_own_words_are_kept(desk: Desk) -> None:
    """A corrected complaint can be read as it was written."""
    assert desk.text.entries[0].original.startswith("saldo kartu kepotong 2x")


def test_public_and_internal_are_told_apart(desk: Desk) -> None:
    """Who reads an entry is said in words, not only in colour."""
    desk.act(DOUBLE_CHARGE, Respond(text="Saldo dikembalikan."))
    public = desk.last
    desk.act(DOUBLE_CHARGE, Note(text="Cek lagi besok."))
    internal = desk.last

    assert (EntryKind.PUBLIC, "dibaca pelapor") == (public.kind, public.readers)
    assert (EntryKind.INTERNAL, "hanya rekan") == (internal.kind, internal.readers)


@pytest.mark.parametrize(
    ("delivery", "words", "can_change", "needs_decision"),
    [
        (Delivery.STORED, "tersimpan di komputer ini", True, False),
        (Delivery.SENDING, "mengirim", False, False),
        (Delivery.UNKNOWN, "terkirim, jawaban belum diketahui", False, False),
        (Delivery.ACCEPTED, "diterima pusat", False, False),
        (Delivery.CONFLICT, "perlu keputusan Anda", False, True),
        (Delivery.REJECTED, "ditolak pusat", False, True),
    ],
)
def test_own_work_says_where_it_stands(
    desk: Desk, delivery: Delivery, words: str, can_change: bool, needs_decision: bool
) -> None:
    """Only what has not left can be changed; only what was refused needs a decision."""
    command_id = desk.act(DOUBLE_CHARGE, Respond(text="Saldo dikembalikan."))
    desk.bus.announce(desk.fake.casework.deliver(command_id, delivery))
    entry = desk.last

    assert entry.delivery is not None
    assert ("Anda", words) == (entry.author, entry.delivery.text)
    assert (can_change, needs_decision) == (entry.can_change, entry.needs_decision)
    assert command_id == entry.command_id


def test_what_cannot_be_done_is_known_beforehand(desk: Desk) -> None:
    """An open case cannot be reopened."""
    assert (False, True) == (desk.case.state.allows("reopen"), desk.case.state.allows("respond"))


def test_a_case_that_has_left_is_said_to_be_gone(desk: Desk) -> None:
    """The pane does not go on showing what may not be seen any more."""
    del desk.fake.memory.cases[DOUBLE_CHARGE]
    desk.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))

    absence = AbsenceText(story="", is_work_left=False)
    assert (absence, None) == (desk.case.state.absence, desk.case.state.text)


def test_why_it_left_is_said_only_as_far_as_it_is_known(desk: Desk) -> None:
    """And nobody is sent to look for words that were never written."""
    memory = desk.fake.memory
    del memory.cases[DOUBLE_CHARGE]
    memory.left.append(replace(left_work()[0], case_id=DOUBLE_CHARGE, reason="merged", to=""))
    desk.bus.announce(ChangeSet(cases=frozenset({DOUBLE_CHARGE})))

    assert desk.case.state.absence == AbsenceText(
        story="Digabungkan dengan laporan lain. "
        "Tulisan Anda tentangnya yang belum terkirim menunggu di “Pekerjaan tertinggal”.",
        is_work_left=True,
    )


def test_other_cases_do_not_matter(desk: Desk, qtbot: QtBot) -> None:
    """A change elsewhere does not touch the open case."""
    with qtbot.assertNotEmitted(desk.case.state_changed):
        desk.bus.announce(ChangeSet(cases=frozenset({ESCALATOR})))


def test_a_case_that_comes_late_does_not_show(qapp: object) -> None:
    """Whoever walks quickly sees the last case, never the one before."""
    lane = HeldLane()
    desk = Desk(lane)
    desk.case.show(DOUBLE_CHARGE)
    desk.case.show(ESCALATOR)
    lane.run_next()
    before = desk.case.state.case_id
    lane.run_all()

    assert (None, ESCALATOR) == (before, desk.case.state.case_id)


def test_a_veiled_case_says_why_it_is_empty(desk: Desk) -> None:
    """Whoever may not read a secret case is told so."""
    history = desk.fake.memory.cases[DOUBLE_CHARGE]
    history.case = replace(history.case, title="", text="", secret=True)
    desk.case.refresh()

    assert "(tidak terbuka untuk Anda)" == desk.text.title
    assert Mark.SECRET in {tag.mark for tag in desk.text.tags}
