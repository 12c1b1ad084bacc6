# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding files: chosen, dropped, or pasted as officers paste their screens all day."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QToolButton

from desktop.ui.composer.pane import ComposerPane
from desktop.viewmodels.evidence import EvidencePicker
from desktop.viewmodels.problems import Problem
from sync.cases.case import Attachment
from sync.cases.ids import CaseId
from sync.store.own_files import MAX_FILE_BYTES
from tests.support.lanes import HeldLane
from tests.support.work_window import WorkWindow
from tests.support.workplace import Workplace

KEY = (CaseId(1), "follow_up")


def pasted(work: WorkWindow, data: QMimeData) -> None:
    """Paste into the words."""
    QGuiApplication.clipboard().setMimeData(data)
    work.find(QPlainTextEdit, "composer.words").paste()


def a_screen() -> QMimeData:
    """Return a picture as the clipboard has it after a screenshot."""
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    data = QMimeData()
    data.setImageData(image)
    return data


def files(*paths: Path) -> QMimeData:
    """Return files as a drop or the clipboard has them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def evidence(work: WorkWindow) -> tuple[Attachment, ...]:
    """Return what the follow-up of case 1 has."""
    return work.keeper.shown(*KEY).evidence


def told(work: WorkWindow) -> Problem:
    """Return the problem that is shown."""
    problem = work.composer.state.problem
    assert problem is not None
    return problem


def test_a_picture_of_the_screen_is_pasted(work: WorkWindow, place: Workplace) -> None:
    """It becomes a PNG file with a name of its own; its content is kept at once."""
    work.composer.begin("follow_up")
    pasted(work, a_screen())
    (file,) = evidence(work)
    assert file.name.startswith("Screen ")
    assert "image/png" == file.media_type
    content = b"".join(place.desk.store.own_files.pieces(file.sha256))
    assert (640, 400) == Image.open(io.BytesIO(content)).size
    assert work.find(QToolButton, "composer.evidence").text().startswith(file.name)
    stored = work.stored(1, "follow_up")
    assert stored is not None
    assert (file,) == stored.evidence


def test_words_that_come_with_a_picture_are_words(work: WorkWindow) -> None:
    """Office programs put a picture beside every text they copy."""
    work.composer.begin("follow_up")
    data = a_screen()
    data.setText("Kutipan dari surat")
    pasted(work, data)
    assert () == evidence(work)
    assert "Kutipan dari surat" == work.find(QPlainTextEdit, "composer.words").toPlainText()


def test_files_are_dropped_anywhere_on_the_composer(work: WorkWindow, tmp_path: Path) -> None:
    """Not on the words alone."""
    (tmp_path / "satu.pdf").write_bytes(b"satu")
    (tmp_path / "dua.pdf").write_bytes(b"dua")
    work.composer.begin("follow_up")
    data = files(tmp_path / "satu.pdf", tmp_path / "dua.pdf")
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    nothing = Qt.KeyboardModifier.NoModifier
    pane = work.find(ComposerPane, "composer")
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, nothing)
    pane.dragEnterEvent(enter)
    assert enter.isAccepted()
    pane.dropEvent(QDropEvent(QPoint(5, 5), copy, data, left, nothing))
    assert ["satu.pdf", "dua.pdf"] == [file.name for file in evidence(work)]


def test_where_no_files_belong_that_is_said(work: WorkWindow) -> None:
    """A response reaches a citizen and carries none; nothing is pasted silently into nowhere."""
    pasted(work, a_screen())
    assert "file.not-with-these" == told(work).code


def test_each_file_that_cannot_be_added_is_named_with_its_reason(
    work: WorkWindow, tmp_path: Path
) -> None:
    """The others are added all the same."""
    good, empty, large = (tmp_path / name for name in ("baik.pdf", "kosong.pdf", "besar.mp4"))
    good.write_bytes(b"isi")
    empty.touch()
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    (tmp_path / "map").mkdir()
    work.composer.begin("follow_up")
    pasted(work, files(good, empty, large, tmp_path / "map", tmp_path / "hilang.pdf"))
    assert ["baik.pdf"] == [file.name for file in evidence(work)]
    assert "4 files were not added" == told(work).title
    assert [
        "kosong.pdf: The file is empty",
        "besar.mp4: The file is too large",
        "map: A folder cannot be added",
        "hilang.pdf: The file is not there any more",
    ] == told(work).detail.splitlines()
    pasted(work, files(empty))
    assert "The file is empty: kosong.pdf" == told(work).title


@pytest.mark.parametrize("kind", ["follow_up", "respond"])
def test_a_slow_copy_comes_to_the_draft_it_was_for(
    work: WorkWindow, place: Workplace, tmp_path: Path, kind: str
) -> None:
    """Whatever the officer has turned to meanwhile; and that draft is not sent without it."""
    (tmp_path / "lama.pdf").write_bytes(b"isi")
    lane = HeldLane()
    slow = EvidencePicker(place.desk.attachments, lane)
    slow.picked.connect(work.composer.add_evidence)
    slow.copying_changed.connect(work.composer.show_copying)
    work.composer.begin("follow_up")
    work.composer.write("Bukti terlampir.")
    assert work.find(QPushButton, "composer.send").isEnabled()
    slow.pick(work.composer.evidence_key(), [str(tmp_path / "lama.pdf")])
    assert not work.find(QPushButton, "composer.send").isEnabled()
    assert "Copying files…" == work.composer.state.saved
    work.open(2)
    work.composer.choose(kind)
    lane.run_all()
    assert ["lama.pdf"] == [file.name for file in evidence(work)]
    assert () == work.keeper.shown(CaseId(2), kind).evidence
    stored = work.stored(1, "follow_up")
    assert stored is not None
    assert ["lama.pdf"] == [file.name for file in stored.evidence]
    work.open(1)
    assert work.find(QPushButton, "composer.send").isEnabled()
