# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files at the window: chosen, dropped, done in a lane, and told in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QPushButton, QWidget

from desktop.commands.ids import WindowCommand
from desktop.ui.frame.courier import CourierResult
from desktop.ui.frame.courier_questions import CentreKeyDialog, FreightDialog
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.outbox_lines import OutboxLines
from sync.cases.changes import EVERYTHING, ChangeSet
from sync.cases.commands import Note
from sync.cases.projection import Delivery
from sync.engine.status import LinkState, SyncStatus
from sync.errors import CourierRefused, StoreUnavailable
from sync.services.courier import Freight, Imported
from sync.services.courier_files import Brought
from sync.services.relaying import Carried, Waiting, WaitsFor
from sync.store.editions import Shelved
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig

REPLY = "/media/usb/tanggap-balasan-0002-0191f0aa.kurir"


def result(rig: WindowRig) -> CourierResult:
    return rig.find(CourierResult, "courier.result")


def keyed(widget: QWidget, key: Qt.Key) -> None:
    """Press a key in a dialog: it goes to the part that has the keyboard there."""
    focused: QWidget | None = widget.focusWidget()
    QTest.keyClick(widget if focused is None else focused, key)


def result_is_open(rig: WindowRig) -> bool:
    return any(each.isVisible() for each in rig.window.findChildren(CourierResult))


def results(rig: WindowRig) -> list[CourierResult]:
    return rig.window.findChildren(CourierResult)


def told(rig: WindowRig) -> str:
    dialog = result(rig)
    return f"{dialog.accessibleName()}\n{dialog.accessibleDescription()}"


def dragged(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def dropped(rig: WindowRig, *paths: str) -> bool:
    """Drop files on the window; return whether it wanted them."""
    data, nothing = dragged(*paths), Qt.KeyboardModifier.NoModifier
    buttons, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, buttons, nothing)
    enter.ignore()
    rig.window.dragEnterEvent(enter)
    if enter.isAccepted():
        rig.window.dropEvent(QDropEvent(QPoint(5, 5), copy, data, buttons, nothing))
    return enter.isAccepted()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (WindowCommand.COURIER_EXPORT, "courier.folder"),
        (WindowCommand.COURIER_TAKE, "courier.files"),
    ],
)
def test_the_commands_ask_first(rig: WindowRig, command: WindowCommand, name: str) -> None:
    rig.built.registry.run(command)
    assert rig.find(QFileDialog, name).isVisible()
    rig.find(QFileDialog, name).reject()


def test_the_outbox_offers_the_export(rig: WindowRig) -> None:
    rig.window.show_place(Place.OUTBOX)
    rig.find(QPushButton, "outbox.usb").click()
    dialog = rig.find(QFileDialog, "courier.folder")
    dialog.fileSelected.emit("/media/usb")
    dialog.reject()
    asked = rig.find(FreightDialog, "courier.freight")
    assert "3 attached files (240.0 MB) are not at the centre yet" in asked.accessibleDescription()
    assert rig.desk.courier.folders == []
    keyed(asked, Qt.Key.Key_Return)
    assert rig.desk.courier.folders == [Path("/media/usb")]
    assert rig.desk.courier.freights == [Freight()]
    assert "tanggap-ke-pusat-0003-0191f0aa.kurir" in told(rig)
    assert "2 acts were handed to the courier" in told(rig)


def test_a_reply_is_told_with_what_it_brought(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Imported(
        n=4, answers=3, settled=2, cases=1, is_old=False, missing=[2, 3],
        changes=ChangeSet(outbox=True), edition=Shelved.OLDER,
    )  # fmt: skip
    tries = rig.desk.synchronizer.tries
    assert dropped(rig, REPLY)
    said = told(rig)
    assert "Reply number 4" in said
    assert "answered 2 acts" in said
    assert "1 complaint was" in said
    assert "Reply 2, 3 never came" in said
    assert "rules in it are older" in said
    assert rig.desk.synchronizer.tries == tries + 1
    result(rig).findChild(QPushButton, "courier.copy").click()  # type: ignore[union-attr]
    assert "Reply number 4" in QGuiApplication.clipboard().text()


def test_a_colleagues_file_names_the_reply(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Carried(reply=Path(REPLY), missing=[], is_repeated=False)
    dropped(rig, "/media/usb/tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    assert REPLY in told(rig)


def test_what_could_not_go_where_it_should_is_told(rig: WindowRig) -> None:
    """A reply that the stick did not take, and a file that the centre has no room for."""
    rig.desk.courier.outcome = Carried(
        reply=Path(REPLY), missing=[], is_repeated=False, is_aside=True
    )
    dropped(rig, "/media/usb/tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    assert "could not be put to where the file came from" in told(rig)
    keyed(result(rig), Qt.Key.Key_Return)
    rig.desk.courier.outcome = Waiting(
        name="tanggap-ke-pusat-0001.kurir", waits_for=WaitsFor.CENTRE
    )
    dropped(rig, "/media/usb/tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    assert any("takes no more for now" in each.accessibleName() for each in results(rig))


def test_a_refusal_says_what_to_do(rig: WindowRig) -> None:
    rig.desk.courier.outcome = CourierRefused("courier.cut", have=3, want=9)
    heard: list[ChangeSet] = []
    rig.bus.changed.connect(lambda changes, _: heard.append(changes))
    dropped(rig, REPLY)
    assert "not copied completely" in told(rig)
    assert Path(REPLY).name in told(rig)
    assert heard == [EVERYTHING]  # one that broke in the middle has brought a part


def test_the_officer_chooses_how_much_goes_along(rig: WindowRig) -> None:
    """By keyboard alone: the second choice of what goes, and nothing in the reply."""
    rig.workplace.courier.look("/media/usb")
    asked = rig.find(FreightDialog, "courier.freight")
    out, back = (rig.find(QComboBox, name) for name in ("courier.out", "courier.back"))
    assert [out.itemText(row) for row in range(out.count())] == [
        "all files", "up to 100.0 MB", "up to 25.0 MB", "up to 5.0 MB", "words only, no files",
    ]  # fmt: skip
    out.setFocus()
    keyed(out, Qt.Key.Key_Down)
    back.setFocus()
    keyed(back, Qt.Key.Key_End)
    keyed(asked, Qt.Key.Key_Return)
    assert rig.desk.courier.freights == [Freight(out_bytes=100 * 1024 * 1024, back_bytes=0)]


def test_leaving_the_question_writes_nothing(rig: WindowRig) -> None:
    rig.workplace.courier.look("/media/usb")
    keyed(rig.find(FreightDialog, "courier.freight"), Qt.Key.Key_Escape)
    assert rig.desk.courier.folders == []


def test_another_key_of_the_centre_is_compared_before_it_is_accepted(rig: WindowRig) -> None:
    rig.desk.courier.outcome = CourierRefused(
        "courier.centre-changed", fingerprint="1a2b3 c4d5e 6f708 192a3", known="00000 11111 22222 3"
    )
    rig.workplace.courier.export("/media/usb", 0, 0)
    dialog = rig.find(CentreKeyDialog, "courier.key")
    assert "1a2b3   c4d5e   6f708   192a3" == rig.find(QLabel, "courier.key.told").text()
    assert rig.find(QLabel, "courier.key.known").text().startswith("00000   11111")
    accept = rig.find(QPushButton, "courier.key.accept")
    keyed(dialog, Qt.Key.Key_Return)
    assert (accept.isEnabled(), rig.desk.courier.trusted) == (False, [])
    sure = rig.find(QCheckBox, "courier.key.sure")
    assert sure.hasFocus() or dialog.focusWidget() is sure
    keyed(sure, Qt.Key.Key_Space)
    assert accept.isEnabled()
    keyed(dialog, Qt.Key.Key_Return)
    assert rig.desk.courier.trusted == ["1a2b3 c4d5e 6f708 192a3"]
    assert "new key is accepted" in told(rig)


REFUSALS = {
    "courier.cut": "not copied completely",
    "courier.damaged": "damaged",
    "courier.wrong-recipient": "for somebody else",
    "courier.other-device": "another computer",
    "courier.no-room": "not enough room",
    "courier.stick-gone": "pulled out",
    "courier.stick-locked": "cannot be written",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_told_where_the_file_was_chosen(rig: WindowRig, code: str) -> None:
    """Taken in by the keyboard: command, file, refusal, closed with Enter, nothing changed."""
    rig.desk.courier.outcome = CourierRefused(code, have=3, want=9, need=9, free=3)
    rig.built.registry.run(WindowCommand.COURIER_TAKE)
    chooser = rig.find(QFileDialog, "courier.files")
    chooser.filesSelected.emit([REPLY])
    chooser.reject()
    assert REFUSALS[code] in told(rig).lower()
    keyed(result(rig), Qt.Key.Key_Return)
    assert not result_is_open(rig)


def test_taking_in_twice_says_that_nothing_changed(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Imported(
        n=4, answers=3, settled=0, cases=0, is_old=True, missing=[], changes=ChangeSet()
    )
    dropped(rig, REPLY)
    assert "was here already; nothing was changed" in told(rig)


def test_a_colleagues_file_waits_for_the_line_and_its_reply_is_told(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Waiting(name="tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    dropped(rig, "/media/usb/tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    assert "waits here for the connection" in told(rig)
    keyed(result(rig), Qt.Key.Key_Return)
    rig.desk.courier.relay.files = [Carried(reply=Path(REPLY), missing=[], is_repeated=False)]
    online = SyncStatus(link=LinkState.ONLINE)
    rig.workplace.courier.on_status(online)
    assert any(REPLY in each.accessibleDescription() for each in results(rig))
    count = len(results(rig))
    rig.workplace.courier.on_status(online)
    assert len(results(rig)) == count


def test_a_disk_that_keeps_no_reply_is_told_once_and_tried_again(rig: WindowRig) -> None:
    tray, online = rig.desk.courier.relay, SyncStatus(link=LinkState.ONLINE)
    tray.files = [Carried(reply=Path(REPLY), missing=[], is_repeated=False)]
    tray.error = StoreUnavailable("store.disk-full")
    for _ in range(3):
        rig.workplace.courier.on_status(online)
    assert ["The disk is full"] == [each.accessibleName() for each in results(rig)]
    tray.error = None
    rig.workplace.courier.on_status(online)
    assert any(REPLY in each.accessibleDescription() for each in results(rig))


def test_files_that_came_and_that_did_not_are_told(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Imported(
        n=4, answers=3, settled=1, cases=1, is_old=False, missing=[], changes=ChangeSet(),
        brought=Brought(files=12, damaged=1, at_centre=3, refused=1),
    )  # fmt: skip
    dropped(rig, REPLY)
    said = told(rig)
    assert "12 attached files came along" in said
    assert "3 of your files are at the centre now" in said
    assert "2 attached files were damaged on the way or could not be kept" in said


def test_other_files_are_not_taken(rig: WindowRig) -> None:
    assert not dropped(rig, "/media/usb/foto.jpg")
    assert not dropped(rig, REPLY, "/media/usb/foto.jpg")
    assert rig.desk.courier.files == []


def test_files_are_taken_in_the_order_of_their_numbers(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Carried(reply=Path(REPLY), missing=[], is_repeated=False)
    second, first = (f"/media/usb/tanggap-balasan-000{n}-{n}.kurir" for n in (2, 1))
    dropped(rig, second, first)
    assert rig.desk.courier.files == [Path(first), Path(second)]


def test_an_act_with_the_courier_is_called_that(rig: WindowRig) -> None:
    lines: OutboxLines = rig.workplace.outbox._lines  # noqa: SLF001 - the words of one act
    rig.act(DOUBLE_CHARGE, Note(text="Satu"))
    item = rig.desk.inbox.outbox()[0]
    out = replace(item, delivery=Delivery.UNKNOWN, courier_at=item.command.at + 1)
    assert lines.line(out).tag.text == "with the courier"
    assert not lines.line(out).can_withdraw
    sent = replace(out, sent_at=item.command.at + 2)
    assert lines.line(sent).tag.text != "with the courier"
