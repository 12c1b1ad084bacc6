# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files at the window: chosen, dropped, done in a lane, and told in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop.commands.ids import WindowCommand
from desktop.ui.frame.courier import CourierResult
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.outbox_lines import OutboxLines
from sync.cases.changes import ChangeSet
from sync.cases.commands import Note
from sync.cases.projection import Delivery
from sync.errors import CourierRefused
from sync.services.courier import Carried, Imported
from tests.support.window_rig import DOUBLE_CHARGE, WindowRig

REPLY = "/media/usb/tanggap-balasan-0002-0191f0aa.kurir"


def result(rig: WindowRig) -> CourierResult:
    return rig.find(CourierResult, "courier.result")


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
    assert rig.desk.courier.folders == [Path("/media/usb")]
    assert "tanggap-ke-pusat-0003-0191f0aa.kurir" in told(rig)
    assert "2 acts were handed to the courier" in told(rig)


def test_a_reply_is_told_with_what_it_brought(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Imported(
        n=4, answers=3, settled=2, cases=1, is_old=False, missing=[2, 3],
        changes=ChangeSet(outbox=True),
    )  # fmt: skip
    tries = rig.desk.synchronizer.tries
    assert dropped(rig, REPLY)
    said = told(rig)
    assert "Reply number 4" in said
    assert "answered 2 acts" in said
    assert "1 complaint was" in said
    assert "Reply 2, 3 never came" in said
    assert rig.desk.synchronizer.tries == tries + 1
    result(rig).findChild(QPushButton, "courier.copy").click()  # type: ignore[union-attr]
    assert "Reply number 4" in QGuiApplication.clipboard().text()


def test_a_colleagues_file_names_the_reply(rig: WindowRig) -> None:
    rig.desk.courier.outcome = Carried(reply=Path(REPLY), missing=[], is_repeated=False)
    dropped(rig, "/media/usb/tanggap-ke-pusat-0001-aaaaaaaa.kurir")
    assert REPLY in told(rig)


def test_a_refusal_says_what_to_do(rig: WindowRig) -> None:
    rig.desk.courier.outcome = CourierRefused("courier.cut", have=3, want=9)
    dropped(rig, REPLY)
    assert "not copied completely" in told(rig)
    assert Path(REPLY).name in told(rig)


def test_another_key_of_the_centre_is_shown(rig: WindowRig) -> None:
    rig.desk.courier.outcome = CourierRefused("courier.centre-changed", fingerprint="12345 abcde")
    rig.workplace.courier.export("/media/usb")
    assert "12345 abcde" in told(rig)


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
