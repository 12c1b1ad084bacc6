# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox tells the truth about each act, and what can still be done with it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QListView, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import OutboxLine
from sync.cases.changes import ChangeSet
from sync.cases.commands import Close, Note, Respond
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from tests.support.central import UNIT_B
from tests.support.outbox_window import OutboxWindow
from tests.support.workplace import Workplace

HELLO = "Petugas sudah dikirim."


def acts(work: OutboxWindow) -> QListView:
    """Return the list."""
    return work.find(QListView, "outbox.acts")


def acts_are_shown(work: OutboxWindow) -> bool:
    """Return whether the list can be seen."""
    return any(part.isVisible() for part in work.outbox_pane.findChildren(QListView))


def lines(work: OutboxWindow) -> list[OutboxLine]:
    """Return the words of all acts, from top to bottom."""
    model = work.outbox.model
    found = (model.index(row).data(OutboxRole.LINE) for row in range(model.rowCount()))
    return [line for line in found if isinstance(line, OutboxLine)]


def leave_unanswered(place: Workplace, command_id: CommandId) -> None:
    """Let an act go out and its answer get lost."""
    place.desk.store.journal.outgoing(1_000_000, place.clock())
    place.bus.announce(place.desk.store.journal.unanswered([command_id]) | ChangeSet(outbox=True))


def test_an_empty_outbox_says_what_it_is_for(work: OutboxWindow) -> None:
    """Before the first act there is an explanation instead of an empty list."""
    states = [part.accessibleName() for part in work.outbox_pane.findChildren(EmptyState)]

    assert ["Nothing has been sent yet"] == states
    assert not acts_are_shown(work)


def test_a_new_act_is_on_this_computer(work: OutboxWindow, place: Workplace) -> None:
    """Kind, number, words and state are told as soon as the act is recorded."""
    place.act(CaseId(1), Respond(text=HELLO))
    (line,) = lines(work)

    assert ("Response", "#7000001", HELLO) == (line.what, line.number, line.words)
    assert "kept on this computer, not sent yet" == line.tag.text


def test_the_second_step_waits_for_the_first(work: OutboxWindow, place: Workplace) -> None:
    """Order holds within a case, and the outbox says so."""
    place.act(CaseId(1), Note(text="Satu."))
    place.act(CaseId(1), Note(text="Dua."))
    place.act(CaseId(2), Note(text="Laporan lain."))

    expected = ["written 13.00", "waits for the step before it on this complaint", "written 13.00"]
    assert expected == [line.detail for line in lines(work)]


def test_a_receipt_is_shown(work: OutboxWindow, place: Workplace) -> None:
    """What the centre has accepted carries its number and moves below the heading."""
    place.act(CaseId(1), Respond(text=HELLO))
    place.sync()
    (item,) = place.outbox()
    (line,) = lines(work)

    assert "Settled" == work.outbox.model.index(0).data()
    assert "accepted by the centre" == line.tag.text
    assert f"received 13.00 · receipt {item.receipt}" == line.detail


def test_an_unknown_answer_is_not_called_sent(work: OutboxWindow, place: Workplace) -> None:
    """An act whose answer got lost says that, and cannot be withdrawn, and says why."""
    leave_unanswered(place, place.act(CaseId(1), Respond(text=HELLO)))
    (line,) = lines(work)

    assert "sent, answer not known yet" == line.tag.text
    assert not work.find(QPushButton, "outbox.withdraw").isEnabled()
    hint = work.find(QLabel, "outbox.hint").text()
    assert hint.startswith("It may have reached the centre already.")


def test_a_refusal_tells_its_reason(work: OutboxWindow, place: Workplace) -> None:
    """The case went elsewhere before the act arrived: the reason stands in the row."""
    place.act(CaseId(1), Respond(text=HELLO))
    place.office.dispose(1, UNIT_B)
    place.sync()
    (line,) = lines(work)

    assert "refused by the centre" == line.tag.text
    assert "This complaint is no longer with your unit" == line.detail


def test_withdrawing_by_keyboard(work: OutboxWindow, place: Workplace) -> None:
    """The chosen act is taken back and stays visible with its words."""
    place.act(CaseId(1), Respond(text=HELLO))
    QTest.keyClick(work.find(QPushButton, "outbox.withdraw"), Qt.Key.Key_Space)
    (line,) = lines(work)

    assert ("withdrawn", HELLO) == (line.tag.text, line.words)


def test_withdrawing_too_late_is_told(work: OutboxWindow, place: Workplace) -> None:
    """An act that left in the meantime stays, and the pane says why."""
    command_id = place.act(CaseId(1), Respond(text=HELLO))
    place.desk.store.journal.outgoing(1_000_000, place.clock())
    place.desk.store.journal.unanswered([command_id])
    QTest.keyClick(work.find(QPushButton, "outbox.withdraw"), Qt.Key.Key_Space)
    notices = [banner.notice for banner in work.window.findChildren(Banner)]

    assert ["It may have reached the centre already"] == [n.title for n in notices if n is not None]


def test_editing_brings_the_words_back(work: OutboxWindow, place: Workplace, qtbot: QtBot) -> None:
    """An unsent act becomes a draft again."""
    place.act(CaseId(1), Respond(text=HELLO))
    with qtbot.waitSignal(work.taking_back.edit_requested):
        QTest.keyClick(work.find(QPushButton, "outbox.edit"), Qt.Key.Key_Space)
    draft = place.desk.drafting.load(CaseId(1), "respond")

    assert draft is not None
    assert (HELLO, Delivery.WITHDRAWN) == (draft.text, place.outbox()[0].delivery)


def test_copying_takes_every_word(work: OutboxWindow, place: Workplace) -> None:
    """The clipboard gets kind, number, title, state and all words, with their lines."""
    place.act(CaseId(1), Respond(text="Satu.\nDua."))
    QTest.keyClick(work.find(QPushButton, "outbox.copy"), Qt.Key.Key_Space)

    expected = (
        "Response · #7000001 · Lampu jalan padam\n"
        "kept on this computer, not sent yet · written 13.00\n\n"
        "Satu.\nDua."
    )
    assert expected == QGuiApplication.clipboard().text()


def test_send_now_asks_the_line(work: OutboxWindow, place: Workplace) -> None:
    """The button contacts the centre at once."""
    place.act(CaseId(1), Respond(text=HELLO))
    QTest.keyClick(work.find(QPushButton, "outbox.now"), Qt.Key.Key_Space)

    assert 1 == work.asked_for_now


def test_enter_goes_on(work: OutboxWindow, place: Workplace, qtbot: QtBot) -> None:
    """Enter on an ordinary act shows its case."""
    place.act(CaseId(2), Note(text="Sudah ditelepon."))
    with qtbot.waitSignal(work.outbox.case_requested) as asked:
        QTest.keyClick(acts(work), Qt.Key.Key_Return)

    assert [CaseId(2)] == asked.args


def test_enter_on_what_needs_a_decision_asks_for_it(
    work: OutboxWindow, place: Workplace, qtbot: QtBot
) -> None:
    """Enter on a conflict leads to the decision."""
    command_id = place.act(CaseId(1), Close(text="Selesai."))
    place.office.citizen_replies(1)
    place.sync()
    with qtbot.waitSignal(work.outbox.decision_requested) as asked:
        QTest.keyClick(acts(work), Qt.Key.Key_Return)

    assert [command_id] == asked.args


def test_arrows_pass_over_the_heading(work: OutboxWindow, place: Workplace) -> None:
    """The keyboard walks from what waits to what is settled."""
    settled = place.act(CaseId(1), Note(text="Lama."))
    place.sync()
    waiting = place.act(CaseId(2), Note(text="Baru."))
    acts(work).setFocus()
    work.outbox.choose(waiting)
    QTest.keyClick(acts(work), Qt.Key.Key_Down)

    assert work.outbox.state.chosen is not None
    assert settled == work.outbox.state.chosen.command_id


def test_the_choice_stays_with_its_act(work: OutboxWindow, place: Workplace) -> None:
    """News above or below do not move the choice to another act."""
    place.act(CaseId(1), Note(text="Satu."))
    chosen = place.act(CaseId(2), Note(text="Dua."))
    work.outbox.choose(chosen)
    place.act(CaseId(3), Note(text="Tiga."))
    place.sync()

    assert work.outbox.state.chosen is not None
    assert chosen == work.outbox.state.chosen.command_id


def test_a_row_is_spoken_as_one_sentence(work: OutboxWindow, place: Workplace) -> None:
    """A screen reader hears kind, number, title, state, detail and words."""
    place.act(CaseId(1), Respond(text=HELLO))
    spoken = work.outbox.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    expected = (
        "Response, #7000001, Lampu jalan padam, kept on this computer, not sent yet, "
        "written 13.00, Petugas sudah dikirim."
    )
    assert expected == spoken


def test_the_model_is_sound(work: OutboxWindow, place: Workplace) -> None:
    """Adding, delivering and withdrawing keep the model consistent for any view."""
    # Reports as a Qt warning, which fails the test.
    warns = QAbstractItemModelTester.FailureReportingMode.Warning
    tester = QAbstractItemModelTester(work.outbox.model, warns, work.window)
    place.act(CaseId(1), Note(text="Satu."))
    place.sync()
    command_id = place.act(CaseId(2), Note(text="Dua."))
    place.bus.announce(place.desk.casework.withdraw(command_id))

    assert tester.model() is work.outbox.model
    assert 3 == work.outbox.model.rowCount(QModelIndex())
