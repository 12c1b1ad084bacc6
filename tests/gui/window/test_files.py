# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in the window: every state in words, by keyboard alone, and never a lie while they move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.commands.ids import WindowCommand
from desktop.ui.cases.file_tile import FileTile
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import MovingFiles, OutboxLine
from sync.cases.ids import CaseId
from sync.services.attachments import FileState, Whereabouts
from tests.support.file_scene import (
    LONG_NAME,
    a_file,
    every_state,
    in_the_outbox,
    show_files,
    tell,
)
from tests.support.window_rig import DOUBLE_CHARGE, ESCALATOR, WindowRig


def tiles(rig: WindowRig) -> dict[str, FileTile]:
    """Return the tiles by the names of their files."""
    return {tile.file.name: tile for tile in rig.window.findChildren(FileTile)}


def said(tile: FileTile) -> str:
    """Return what a tile says of its file besides its size; empty for nothing."""
    (label,) = (
        part for part in tile.findChildren(QLabel) if part.objectName() == "timeline.file-standing"
    )
    return label.text().removeprefix(tile.file.size).removeprefix(" · ")


def steps(tile: FileTile) -> list[str]:
    """Return what a tile offers, as a screen reader says it."""
    buttons = tile.findChildren(QPushButton)
    return [button.accessibleName() for button in buttons if button.isVisibleTo(tile)]


def test_every_state_says_where_the_file_is(rig: WindowRig) -> None:
    """In words, not by colour or bar alone; and what cannot be done is not offered."""
    show_files(rig, every_state())
    shown = tiles(rig)
    assert {
        "foto-eskalator.jpg": "on this computer, goes with your words",
        "menunggu.pdf": "on this computer, waits for a better line",
        "mengirim.jpg": "uploading, 40%",
        "menyusul.pdf": "file follows",
        "di-pusat.jpg": "at the centre",
        "diminta.pdf": "asked for, comes next",
        "nanti.pdf": "asked for, comes when the line may be used",
        "mengambil.pdf": "downloading, 40%",
        LONG_NAME: "at the centre and on this computer",
        "disimpan.pdf": "kept on this computer for offline work",
        "lampiran-lapor.docx": "only its name is here, not its content",
    }.items() <= {name: said(tile) for name, tile in shown.items()}.items()
    assert said(shown["terlalu-besar.pdf"]).startswith("The file is too large.")
    assert said(shown["jatah.pdf"]).startswith("The centre takes no more files from you today.")
    assert said(shown["hilang.pdf"]).startswith("The file is not at the centre.")
    assert [] == steps(shown["menyusul.pdf"])
    assert [] == steps(shown["lampiran-lapor.docx"])
    assert ["Open: rusak.pdf", "Save…: rusak.pdf", "Try again: rusak.pdf"] == steps(
        shown["rusak.pdf"]
    )
    for name, tile in shown.items():
        assert tile.accessibleName().startswith(name)
        assert said(tile) in tile.accessibleName()


def test_a_long_name_keeps_its_ending(rig: WindowRig, qtbot: QtBot) -> None:
    """The middle goes; the window is not widened, and all of it can be read."""
    show_files(rig, every_state())
    (name,) = tiles(rig)[LONG_NAME].findChildren(ElidedLabel)
    qtbot.waitUntil(lambda: name.shown_text().endswith(".pdf"))
    assert "…" in name.shown_text()
    assert LONG_NAME == name.toolTip()
    assert rig.window.width() == 1366


def test_who_is_on_a_button_stays_there_while_the_file_moves(rig: WindowRig) -> None:
    """Each piece that comes changes the words and the bar, and nothing else."""
    coming = FileState(file=a_file("surat.pdf"), where=Whereabouts.FETCHING, moved=240_000)
    show_files(rig, [coming])
    tile = tiles(rig)["surat.pdf"]
    save = tile.findChild(QPushButton, "timeline.file-save")
    assert isinstance(save, QPushButton)
    save.setFocus()
    for moved in (480_000, 1_200_000):
        tell(rig, [replace(coming, moved=moved)])
    assert (tile, True) == (tiles(rig)["surat.pdf"], save.hasFocus())
    bar = tile.findChild(QProgressBar, "timeline.file-progress")
    assert isinstance(bar, QProgressBar)
    assert ("downloading, 50%", 500) == (said(tile), bar.value())
    tell(rig, [replace(coming, where=Whereabouts.HERE, moved=coming.file.size_bytes)])
    assert (True, False) == (save.hasFocus(), bar.isVisibleTo(tile))


def test_a_file_is_opened_fetched_and_tried_again_by_keyboard(
    rig: WindowRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is here is opened; what is not is asked for, and opened when it has come."""
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.fileName()))
    there = FileState(file=a_file("surat.pdf"), where=Whereabouts.CENTRE)
    broken = FileState(file=a_file("rusak.pdf"), where=Whereabouts.CENTRE, problem="file.checksum")
    show_files(rig, [there, broken])
    _press(rig, "surat.pdf", "timeline.file-open")
    assert [("fetch", there.file.sha256)] == rig.desk.attachments.asked
    assert [] == shown
    tell(rig, [replace(there, where=Whereabouts.HERE, can_open=True)])
    assert ["surat.pdf"] == shown
    _press(rig, "rusak.pdf", "timeline.file-retry")
    assert ("again", broken.file.sha256) == rig.desk.attachments.asked[-1]


def test_a_case_is_kept_for_offline_work_by_keyboard(rig: WindowRig) -> None:
    """P keeps the files of the open case and lets them go again; its head and menu say which."""
    show_files(rig, every_state())
    rig.focus("case-list.table")
    pin = rig.built.registry.action(WindowCommand.PIN)
    rig.press("p")
    assert ({ESCALATOR}, True) == (rig.desk.attachments.pinned, pin.isChecked())
    rig.open(DOUBLE_CHARGE)
    assert not pin.isChecked()
    rig.open(ESCALATOR)
    assert pin.isChecked()
    rig.press("p")
    assert (set[CaseId](), False) == (rig.desk.attachments.pinned, pin.isChecked())


def in_lines(shown: Iterable[FileTile]) -> list[list[FileTile]]:
    """Return the tiles that stand beside each other, from top to bottom."""
    lines: dict[int, list[FileTile]] = {}
    for tile in shown:
        lines.setdefault(tile.y(), []).append(tile)
    return list(lines.values())


def test_many_files_stand_side_by_side(rig: WindowRig, qtbot: QtBot) -> None:
    """In columns of one width; those of a line are equally tall, and no word is cut off."""
    show_files(rig, every_state())
    shown = list(tiles(rig).values())
    qtbot.waitUntil(lambda: len(in_lines(shown)) == 8)  # fifteen files, two in a line
    assert 1 == len({tile.width() for tile in shown})
    for line in in_lines(shown):
        assert 1 == len({tile.height() for tile in line})
    for tile in shown:
        assert tile.height() >= tile.heightForWidth(tile.width())


def test_arrows_go_from_file_to_file_and_tab_goes_on(rig: WindowRig, qtbot: QtBot) -> None:
    """Thirty stops for Tab between two entries would be a trap; Return does the usual."""
    here = [
        FileState(file=a_file(f"foto-{n}.jpg"), where=Whereabouts.HERE, can_open=True)
        for n in range(4)
    ]
    show_files(rig, here)
    shown = tiles(rig)
    qtbot.waitUntil(lambda: len(in_lines(shown.values())) == 3)
    shown["foto-0.jpg"].setFocus(Qt.FocusReason.TabFocusReason)
    reached = []
    for way in ("Right", "Down", "Left", "Left", "Up"):
        rig.press(Qt.Key[f"Key_{way}"])
        reached += [name for name, tile in shown.items() if tile.hasFocus()]
    assert ["foto-1.jpg", "foto-3.jpg", "foto-2.jpg", "foto-1.jpg", "foto-1.jpg"] == reached
    stops = []
    for _ in range(3):
        rig.press(Qt.Key.Key_Tab)
        stops.append(rig.focused)
    assert ["timeline.file-open", "timeline.file-save"] == stops[:2]
    assert not stops[2].startswith("timeline.file")


def test_return_on_a_file_opens_it(rig: WindowRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a double click; where it cannot be opened but tried again, that is the usual thing."""
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.fileName()))
    here = FileState(file=a_file("surat.pdf"), where=Whereabouts.HERE, can_open=True)
    gone = FileState(file=a_file("hilang.pdf"), where=Whereabouts.AWAITED, problem="file.gone")
    show_files(rig, [here, gone])
    for name in ("surat.pdf", "hilang.pdf", "lampiran-lapor.docx"):
        tiles(rig)[name].setFocus(Qt.FocusReason.TabFocusReason)
        rig.press(Qt.Key.Key_Return)
    QTest.mouseDClick(tiles(rig)["surat.pdf"], Qt.MouseButton.LeftButton)
    assert ["surat.pdf", "surat.pdf"] == shown
    assert [("again", gone.file.sha256)] == rig.desk.attachments.asked


def test_the_outbox_tells_how_far_files_are(rig: WindowRig) -> None:
    """Where they wait without anybody's fault, nothing is in the colour of trouble."""
    own = [
        state
        for state in every_state()
        if state.where in {Whereabouts.WAITING, Whereabouts.SENDING}
    ]
    in_the_outbox(rig, own)
    moving = {
        line.files.text.split(" · ")[0]: line.files
        for line in _lines(rig)
        if isinstance(line.files, MovingFiles)
    }
    assert "+ mengirim.jpg · 937.5 kB of 2.3 MB" == moving["+ mengirim.jpg"].text
    assert 0.4 == pytest.approx(moving["+ mengirim.jpg"].share)
    assert moving["+ menunggu.pdf"].text.endswith("waits for a better line")
    assert not moving["+ jatah.pdf"].is_troubled
    assert moving["+ terlalu-besar.pdf"].is_troubled


def test_a_file_is_saved_through_the_dialog_by_keyboard(rig: WindowRig, tmp_path: Path) -> None:
    """It suggests the file's name; Escape leaves everything as it was, Return writes."""
    here = FileState(file=a_file("surat.pdf"), where=Whereabouts.HERE, can_open=True)
    show_files(rig, [here])
    _press(rig, "surat.pdf", "timeline.file-save")
    dialog = rig.find(QFileDialog, "save-dialog")
    assert ["surat.pdf"] == [Path(name).name for name in dialog.selectedFiles()]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (False, []) == (dialog.isVisible(), rig.desk.attachments.asked)
    delete(dialog)

    _press(rig, "surat.pdf", "timeline.file-save")
    dialog = rig.find(QFileDialog, "save-dialog")
    (name,) = dialog.findChildren(QLineEdit, "fileNameEdit")
    name.setText(str(tmp_path / "salinan.pdf"))
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert [("save", str(tmp_path / "salinan.pdf"))] == rig.desk.attachments.asked


def _press(rig: WindowRig, name: str, button: str) -> None:
    found = tiles(rig)[name].findChild(QWidget, button)
    assert isinstance(found, QWidget)
    found.setFocus(Qt.FocusReason.TabFocusReason)
    rig.press(Qt.Key.Key_Space)


def _lines(rig: WindowRig) -> list[OutboxLine]:
    model = rig.workplace.outbox.model
    found = (model.index(row).data(OutboxRole.LINE) for row in range(model.rowCount()))
    return [line for line in found if isinstance(line, OutboxLine)]
