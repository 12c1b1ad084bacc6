# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real window over real files: wherever the officer looks, the same is true of their work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from desktop.theme.application import apply_theme
from desktop.ui.cases.case_table import CaseTable
from desktop.ui.widgets.chip import Chip
from desktop.viewmodels.navigation import Place
from sync.cases.commands import Close, Note, Respond
from sync.cases.ids import CaseId
from tests.simulation.link import Fault
from tests.support.catalogue import speak
from tests.support.real_window import RealWindow, real_window

CASE = CaseId(1)
LAST_WORD = "Lampu sudah menyala. Laporan kami tutup."


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[RealWindow]:
    """The window of an officer with two complaints."""
    speak("id")
    apply_theme(qapp, "light")
    with real_window(tmp_path) as opened:
        with qtbot.waitActive(opened.window):
            opened.window.show()
        opened.workplace.navigation.go(Place.ALL)
        opened.workplace.cases.select(CASE)
        opened.sync()
        yield opened


def places(rig: RealWindow, qtbot: QtBot) -> dict[str, str]:
    """Return what every place says about the only act."""
    QApplication.processEvents()
    table = rig.find(CaseTable, "case-list.table")
    model = rig.workplace.cases.model
    qtbot.waitUntil(lambda: "Memuat" not in str(model.index(0).data()))
    row = model.row_of(CASE)
    assert row is not None
    acts = rig.find(QListView, "outbox.acts").model()
    return {
        "list": str(table.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)),
        "head": ", ".join(
            chip.accessibleName()
            for chip in rig.window.panes.case.findChildren(Chip)
            if chip.isVisible()
        ),
        "history": rig.spoken("timeline.entry")[-1],
        "outbox": str(acts.index(0, 0).data()),
        "status": f"{rig.text('status-line.waiting')} {rig.text('status-line.decisions')}",
    }


@pytest.mark.parametrize(
    ("fault", "short", "long", "status"),
    [
        (None, "belum terkirim", "tersimpan di komputer ini", "1 menunggu kirim"),
        (Fault.OFFLINE, "belum terkirim", "tersimpan di komputer ini", "1 menunggu kirim"),
        (
            Fault.UNANSWERED,
            "jawaban belum diketahui",
            "jawaban belum diketahui",
            "1 terkirim, jawaban belum diketahui",
        ),
    ],
)
def test_every_place_says_the_same(
    rig: RealWindow, qtbot: QtBot, fault: Fault | None, short: str, long: str, status: str
) -> None:
    """List, head, history, outbox and status line; and nothing of it is left once it is over."""
    rig.act(CASE, Respond(text="Petugas sudah dikirim."))
    if fault is not None:
        rig.sync(fault)
    rig.workplace.navigation.refresh()
    rig.workplace.cases.refresh()
    shown = places(rig, qtbot)
    rig.sync()
    after = places(rig, qtbot)

    assert short in shown["list"], shown
    assert short in shown["head"], shown
    assert long in shown["history"], shown
    assert long in shown["outbox"], shown
    assert status == shown["status"].strip(), shown
    assert "semua terkirim" in rig.workplace.sync.state.short
    assert all(short not in words for words in after.values()), after


def test_words_are_edited_beside_what_came_since(rig: RealWindow, qtbot: QtBot) -> None:
    """By keyboard: the draft is open, and the newer entry stands out in the history."""
    rig.act(CASE, Close(text=LAST_WORD))
    rig.office.citizen_replies(CASE, "Masih padam.")
    rig.sync()
    rig.built.registry.run(WindowCommand.GO_DECISIONS)
    edit = rig.find(QRadioButton, "decision.edit")
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Space)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QApplication.processEvents()
    newest = rig.spoken("timeline.entry")[-1]

    assert LAST_WORD == rig.find(QPlainTextEdit, "composer.words").toPlainText()
    assert newest.startswith("baru sejak Anda menulis"), newest
    assert "Masih padam." in newest

    rig.workplace.cases.select(CaseId(2))
    rig.workplace.cases.select(CASE)
    assert not rig.spoken("timeline.entry")[-1].startswith("baru sejak")


def test_a_locked_list_says_why_and_leads_to_what_is_unsent(rig: RealWindow, qtbot: QtBot) -> None:
    """After weeks without the centre the list is no "all done", and own words stay in reach."""
    rig.act(CASE, Respond(text="Petugas sudah dikirim."))
    rig.office.clock.advance(40 * 86_400)
    rig.sync(Fault.OFFLINE)
    shown = [
        label
        for pane in (rig.window.panes.cases, rig.window.panes.case)
        for label in pane.findChildren(QLabel, "empty.title")
    ]
    titles = [label.text() for label in shown]
    steps = [b for b in rig.window.panes.cases.findChildren(QPushButton) if b.isVisible()]
    unsent = next(b for b in steps if b.text() == "Tampilkan pekerjaan yang belum terkirim")
    unsent.setFocus()
    QTest.keyClick(unsent, Qt.Key.Key_Space)
    place = rig.workplace.navigation.place
    rig.sync()

    assert ["Laporan di komputer ini terkunci"] * 2 == titles
    assert Place.LEFT is place
    assert [CASE] == [item.command.case_id for item in rig.desk.inbox.outbox()]
    assert rig.workplace.cases.state.empty is None


def test_what_was_delivered_is_found_and_taken_along(
    rig: RealWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    """Number, time and words of everything that the centre received from here."""
    rig.act(CASE, Respond(text="Petugas sudah dikirim."))
    rig.act(CaseId(2), Note(text="Sudah ditelepon."))
    rig.sync()
    rig.built.registry.run(WindowCommand.GO_HISTORY)
    acts = rig.find(QListView, "history.acts").model()
    both = acts.rowCount() - 1
    with qtbot.waitSignal(rig.workplace.history.state_changed):
        QTest.keyClicks(rig.find(QLineEdit, "history.search"), "petugas")
    found = [str(acts.index(row, 0).data()) for row in range(1, acts.rowCount())]
    with qtbot.waitSignal(rig.workplace.history.exported):
        rig.workplace.history.export(str(tmp_path / "riwayat.txt"))
    written = (tmp_path / "riwayat.txt").read_text(encoding="utf-8")
    receipts = {item.command.case_id: item.receipt for item in rig.desk.inbox.outbox()}

    assert (2, 1) == (both, len(found))
    assert receipts[CASE] in found[0]
    assert receipts[CASE] in written
    assert "Petugas sudah dikirim." in written
    assert "90 hari" in rig.find(QLabel, "history.kept").text()


def test_an_open_case_that_is_not_in_the_list_is_named(rig: RealWindow, qtbot: QtBot) -> None:
    """After work from another queue nobody takes the first row for the open case."""
    rig.act(CASE, Respond(text="Petugas sudah dikirim."))
    rig.workplace.cases.open_place(Place.NOT_STARTED)
    rig.workplace.cases.select(CASE)
    number = rig.workplace.case.state.text
    shown = rig.text("case-list.pinned")
    rig.workplace.cases.open_place(Place.ALL)

    assert number is not None
    assert f"Terbuka: {number.number}, tidak di daftar ini" == shown
    assert "" == rig.text("case-list.pinned")


def test_the_list_is_narrowed_by_channel_and_unit(rig: RealWindow, qtbot: QtBot) -> None:
    """By keyboard; what can be chosen is what there is."""
    rig.built.registry.run(WindowCommand.FILTER)
    channel = rig.find(QComboBox, "filter.channel")
    unit = rig.find(QComboBox, "filter.unit")
    offered = [channel.itemText(place) for place in range(channel.count())]
    channel.setFocus()
    QTest.keyClick(channel, Qt.Key.Key_Down)
    QTest.keyClick(unit, Qt.Key.Key_End)
    narrowed = rig.workplace.cases.state.narrowed

    assert ["Semua kanal", "Website"] == offered
    assert "Website" == narrowed.channel
    assert unit.currentData() == narrowed.unit_id is not None
    assert "Saring (2)" == rig.workplace.cases.state.narrowing_label


def test_sync_details_say_when_all_was_compared(rig: RealWindow) -> None:
    """The digest is a promise to the officer: everything here is what the centre has."""
    rig.office.clock.advance(2 * 3_600)
    rig.sync()
    rig.sync()
    facts = dict(rig.workplace.details.state.facts)

    assert facts["Dicocokkan"].startswith("dengan pusat ")
    assert facts["Dicocokkan"].endswith("semua cocok")
