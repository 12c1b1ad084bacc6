# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in the window: every state in words, by keyboard alone, and never a lie while they move."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.cases.file_tile import FileTile
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import MovingFiles, OutboxLine
from sync.services.attachments import FileState, Whereabouts
from tests.support.file_scene import (
    LONG_NAME,
    a_file,
    every_state,
    in_the_outbox,
    show_files,
    tell,
)
from tests.support.window_rig import ESCALATOR, WindowRig


def tiles(rig: WindowRig) -> dict[str, FileTile]:
    """Return the tiles by the names of their files."""
    return {tile.file.name: tile for tile in rig.window.findChildren(FileTile)}


def said(tile: FileTile) -> str:
    """Return what a tile says of its file; empty for nothing."""
    (label,) = (
        part for part in tile.findChildren(QLabel) if part.objectName() == "timeline.file-standing"
    )
    return label.text() if label.isVisibleTo(tile) else ""


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
    assert ["Open: rusak.pdf", "Save as…: rusak.pdf", "Try again: rusak.pdf"] == steps(
        shown["rusak.pdf"]
    )
    for name, tile in shown.items():
        assert tile.accessibleName().startswith(name)
        assert said(tile) in tile.accessibleName()


def test_a_long_name_keeps_its_ending(rig: WindowRig, qtbot: QtBot) -> None:
    """The middle goes; the window is not widened, and all of it can be read."""
    show_files(rig, every_state())
    (name,) = tiles(rig)[LONG_NAME].findChildren(ElidedLabel)
    qtbot.waitUntil(lambda: name.shown_text().endswith(".pdf · 2.3 MB"))
    assert "…" in name.shown_text()
    assert name.toolTip().startswith(LONG_NAME)
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
    """The button in the head of the case says what it will do."""
    show_files(rig, every_state())
    rig.workplace.files.toggle_pin()
    assert {ESCALATOR} == rig.desk.attachments.pinned


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


def test_a_save_is_asked_for_its_place(rig: WindowRig, tmp_path: Path) -> None:
    """The dialog of the system; Escape leaves everything as it was."""
    here = FileState(file=a_file("surat.pdf"), where=Whereabouts.HERE, can_open=True)
    show_files(rig, [here])
    rig.workplace.files.save(here.file.sha256, tmp_path / "salinan.pdf")
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
