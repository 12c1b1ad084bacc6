# SPDX-License-Identifier: AGPL-3.0-or-later
"""From words to the outbox: what is sent, what waits for news, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from desktop.theme.looks import PROPERTY
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.chip import Chip
from sync.cases.case import Attachment
from sync.cases.commands import Close, FollowUp, Note, Reopen, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from tests.support.central import UNIT_B
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace, workplace

HELLO = "Petugas sudah dikirim."


def words(work: WorkWindow) -> QPlainTextEdit:
    """Return the editor."""
    return work.find(QPlainTextEdit, "composer.words")


def send_keys(work: WorkWindow, qtbot: QtBot) -> None:
    """Press what sends."""
    QTest.keyClick(words(work), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_response_goes_to_the_outbox(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Ctrl+Enter hands the words over, the editor is empty and the draft gone."""
    QTest.keyClicks(words(work), HELLO)
    with qtbot.waitSignal(work.composer.sent):
        send_keys(work, qtbot)
    (item,) = place.outbox()

    assert (Respond(text=HELLO), Delivery.STORED) == (item.command.body, item.delivery)
    assert ("", None) == (words(work).toPlainText(), work.stored(1))


@pytest.mark.parametrize(
    ("kind", "verb", "readers", "look"),
    [
        ("respond", "Send response", "The reporter will read this", "editor-public"),
        ("note", "Save internal note", "Only colleagues read this", "editor-internal"),
        (
            "follow_up",
            "Save follow-up",
            "Only colleagues read this; the reporter does not",
            "editor-internal",
        ),
        ("close", "Close the complaint", "The reporter will read this", "editor-public"),
    ],
)
def test_public_and_internal_cannot_be_confused(
    work: WorkWindow, kind: str, verb: str, readers: str, look: str
) -> None:
    """Button, line, look and spoken name say who will read the words."""
    work.composer.choose(kind)

    assert verb == work.find(QPushButton, "composer.send").text()
    assert readers == work.find(Chip, "composer.readers").text()
    assert look == words(work).property(PROPERTY)
    assert f"{verb}. {readers}." == words(work).accessibleName()


def test_nothing_to_send_without_words(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Blanks are no words."""
    QTest.keyClicks(words(work), "  ")
    send_keys(work, qtbot)

    assert not work.find(QPushButton, "composer.send").isEnabled()
    assert [] == place.outbox()


def test_too_many_words_are_told_before_sending(work: WorkWindow) -> None:
    """The limit shows where the count is, and the button waits."""
    work.composer.write("a" * 20_001)

    assert "20.001 characters; at most 20.000" == work.find(QLabel, "composer.length").text()
    assert not work.find(QPushButton, "composer.send").isEnabled()


def test_tab_leaves_the_editor_in_order(work: WorkWindow, qtbot: QtBot) -> None:
    """Tab goes from the words to the button, and writes no blanks."""
    work.composer.begin("respond")
    QTest.keyClicks(words(work), HELLO)
    QTest.keyClick(words(work), Qt.Key.Key_Tab)

    assert work.find(QPushButton, "composer.send").hasFocus()
    assert HELLO == words(work).toPlainText()


def test_a_follow_up_records_everything(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Day, next step, its date and the words are filled in by keyboard alone."""
    work.composer.begin("follow_up")
    QTest.keyClicks(words(work), "Log gerbang diminta.")
    done_on = work.find(QDateEdit, "composer.done-on")
    QTest.keyClick(done_on, Qt.Key.Key_Home)
    QTest.keyClick(done_on, Qt.Key.Key_Down)
    QTest.keyClicks(work.find(QLineEdit, "composer.next-step"), "Konfirmasi saldo")
    QTest.keyClick(work.find(QCheckBox, "composer.has-next-step-on"), Qt.Key.Key_Space)
    QTest.keyClick(work.find(QDateEdit, "composer.next-step-on"), Qt.Key.Key_Up)
    send_keys(work, qtbot)
    (item,) = place.outbox()

    expected = FollowUp(
        text="Log gerbang diminta.",
        done_on=date(2026, 11, 23),
        next_step="Konfirmasi saldo",
        next_step_on=date(2026, 11, 25),
    )
    assert expected == item.command.body


def test_work_is_not_done_tomorrow(work: WorkWindow, qtbot: QtBot) -> None:
    """The day of a follow-up cannot lie in the future."""
    work.composer.begin("follow_up")
    done_on = work.find(QDateEdit, "composer.done-on")
    QTest.keyClick(done_on, Qt.Key.Key_Up)

    assert date(2026, 11, 24) == done_on.date().toPython()


def test_evidence_is_copied_with_its_content(
    work: WorkWindow, place: Workplace, qtbot: QtBot, tmp_path: Path
) -> None:
    """A pasted file becomes a chip, and its content is copied: the original may go."""
    (tmp_path / "foto.jpg").write_bytes(b"x" * 2_048)
    work.composer.begin("follow_up")
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(tmp_path / "foto.jpg"))])
    QGuiApplication.clipboard().setMimeData(pasted)
    words(work).paste()
    QTest.keyClicks(words(work), "Diperbaiki.")
    chip = work.find(QToolButton, "composer.evidence")
    (tmp_path / "foto.jpg").unlink()
    send_keys(work, qtbot)
    (item,) = place.outbox()

    assert isinstance(item.command.body, FollowUp)
    (file,) = item.command.body.evidence
    assert ("foto.jpg", 2_048, "image/jpeg") == (file.name, file.size_bytes, file.media_type)
    assert b"x" * 2_048 == b"".join(place.desk.store.own_files.pieces(file.sha256))
    assert "foto.jpg · 2,0 kB" == chip.text()


def test_evidence_can_be_taken_off(work: WorkWindow, qtbot: QtBot) -> None:
    """A chip is a button that takes its file off again; the keyboard goes to a living place."""
    work.composer.choose("follow_up")
    work.composer.add_evidence(
        (CaseId(1), "follow_up"), (Attachment(name="salah.jpg", size_bytes=1),)
    )
    chip = work.find(QToolButton, "composer.evidence")
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Space)

    assert () == work.composer.state.evidence
    assert work.find(QToolButton, "composer.add-evidence").hasFocus()


def test_no_files_into_what_the_reporter_reads(work: WorkWindow, tmp_path: Path) -> None:
    """A response takes no files, and a path is not pasted as words either."""
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(tmp_path / "rahasia.xlsx"))])
    QGuiApplication.clipboard().setMimeData(pasted)
    words(work).paste()

    assert "" == words(work).toPlainText()


def test_sending_uses_the_version_the_officer_saw(work: WorkWindow, place: Workplace) -> None:
    """What a colleague noted since is not claimed to have been seen."""
    work.composer.write(HELLO)
    seen = place.desk.inbox.case(CaseId(1))
    place.colleague().do(1, Note(text="Sedang dicek."))
    place.sync()
    work.composer.choose("note")
    work.composer.choose("respond")

    assert seen is not None
    assert work.composer.state.draft is not None
    assert seen.confirmed.v == work.composer.state.draft.base_v


def test_news_hold_back_what_the_reporter_reads(
    work: WorkWindow, place: Workplace, qtbot: QtBot
) -> None:
    """The reporter wrote meanwhile: the banner says so and sending waits for a look."""
    QTest.keyClicks(words(work), HELLO)
    place.office.citizen_replies(1, "Sisi timur masih mati.")
    place.sync()
    banner = work.find(Banner, "composer.news")
    told = banner.notice
    send_keys(work, qtbot)

    assert told is not None
    assert "The reporter has written again since you began" == told.title
    assert "Sisi timur masih mati." in told.detail
    assert [] == place.outbox()
    qtbot.waitUntil(lambda: work.has_focus("step.look"))


def test_after_a_look_the_news_are_seen(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Looking shows the entry, takes the banner away, and the words go out as seen."""
    QTest.keyClicks(words(work), HELLO)
    reply = place.office.citizen_replies(1)
    place.sync()
    qtbot.waitUntil(lambda: work.shows(QPushButton, "step.look"))
    look = work.find(QPushButton, "step.look")
    with qtbot.waitSignal(work.composer.entry_requested) as asked:
        QTest.keyClick(look, Qt.Key.Key_Space)
    send_keys(work, qtbot)
    (item,) = place.outbox()

    assert [1, reply.v] == asked.args
    assert reply.v == item.command.base_v


def test_held_words_can_be_sent_as_they_are(
    work: WorkWindow, place: Workplace, qtbot: QtBot
) -> None:
    """Whoever has read the banner may send at once, and the centre takes it."""
    QTest.keyClicks(words(work), HELLO)
    place.office.citizen_replies(1)
    place.sync()
    send_keys(work, qtbot)
    qtbot.waitUntil(lambda: work.has_focus("step.look"))
    QTest.keyClick(work.find(QPushButton, "step.send-anyway"), Qt.Key.Key_Space)
    place.sync()
    (item,) = place.outbox()

    assert Delivery.ACCEPTED == item.delivery


def test_news_do_not_hold_back_a_note(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """What only colleagues read conflicts with nothing."""
    work.composer.choose("note")
    QTest.keyClicks(words(work), "Vendor datang Rabu.")
    place.office.citizen_replies(1)
    place.sync()
    send_keys(work, qtbot)

    assert [Note(text="Vendor datang Rabu.")] == [item.command.body for item in place.outbox()]


def test_own_entries_are_no_news(work: WorkWindow, place: Workplace) -> None:
    """A note of one's own does not hold back the response after it."""
    work.composer.write(HELLO)
    place.act(CaseId(1), Note(text="Catatan sendiri."))
    place.sync()

    assert work.composer.state.news is None


def test_a_refusal_keeps_the_words(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """The case went elsewhere a moment ago: the pane says so and the words stay."""
    QTest.keyClicks(words(work), HELLO)
    place.office.dispose(1, UNIT_B)
    place.desk.synchronizer.run_once(lambda _changes: None, lambda _status: None, lambda: False)
    send_keys(work, qtbot)
    notice = work.find(Banner, "composer.problem").notice

    assert notice is not None
    assert "This complaint is no longer with your unit" == notice.title
    assert (HELLO, []) == (words(work).toPlainText(), place.outbox())


def test_a_coordinator_sees_why_there_is_no_response(tmp_path: Path, qtbot: QtBot) -> None:
    """Who only watches begins with the note; the other kinds say that the role forbids them."""
    with workplace(tmp_path, username="rina") as place:
        work = WorkWindow(place)
        qtbot.addWidget(work.window)
        work.window.show()
        work.open(1)
        first = work.composer.state.kind
        work.composer.choose("respond")
        notice = work.find(Banner, "composer.problem").notice

        assert "note" == first
        assert notice is not None
        assert "Your role does not allow this" == notice.title
        assert words(work).isReadOnly()


def test_closing_needs_last_words(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """Closing opens a tab for the last words, which the reporter reads; it ends with them."""
    QTest.keyClick(work.find(QPushButton, "case.close"), Qt.Key.Key_Space)
    begins_disabled = not work.find(QPushButton, "composer.send").isEnabled()
    has_focus = words(work).hasFocus()
    QTest.keyClicks(words(work), "Eskalator sudah berfungsi.")
    send_keys(work, qtbot)
    tabs = work.find(QTabBar, "composer.tabs")

    assert (True, True) == (begins_disabled, has_focus)
    assert [Close(text="Eskalator sudah berfungsi.")] == [i.command.body for i in place.outbox()]
    assert 3 == tabs.count()


def test_a_closed_case_can_be_reopened(work: WorkWindow, place: Workplace, qtbot: QtBot) -> None:
    """A closed case offers to be reopened, with a reason that colleagues read."""
    place.act(CaseId(1), Close(text="Selesai."))
    QTest.keyClick(work.find(QPushButton, "case.reopen"), Qt.Key.Key_Space)
    internal = not work.composer.state.is_public
    QTest.keyClicks(words(work), "Ternyata mati lagi.")
    send_keys(work, qtbot)

    assert internal
    assert Reopen(text="Ternyata mati lagi.") in [i.command.body for i in place.outbox()]


def test_own_work_on_another_computer_is_news_here(work: WorkWindow, place: Workplace) -> None:
    """What the officer did elsewhere holds the words back, and the history says where it was."""
    work.composer.write(HELLO)
    laptop = place.colleague("agus")
    laptop.do(1, Respond(text="Sudah dijawab dari laptop."))
    place.sync()
    news = work.composer.state.news
    text = work.cases.state.text

    assert news is not None
    assert "You have worked on this complaint on another computer since you began" == news.title
    assert text is not None
    assert "You, from your other computer" == text.entries[-1].author


def test_what_was_done_here_stays_so_when_it_comes_back(work: WorkWindow, place: Workplace) -> None:
    """An act of this computer does not turn into one of another by being delivered."""
    place.act(CaseId(1), Note(text="Catatan sendiri."))
    place.sync()
    place.sync()
    text = work.cases.state.text

    assert text is not None
    assert ("You", None) == (text.entries[-1].author, text.entries[-1].delivery)
