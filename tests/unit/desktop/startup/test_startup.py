# SPDX-License-Identifier: AGPL-3.0-or-later
"""Before there is a window: command line, checks, and one window for each profile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.startup.checks import check_data_folder
from desktop.startup.cli import Options, parse
from desktop.startup.qt_words import QtWords
from desktop.startup.single_instance import ProfileLock
from sync.errors import StoreUnavailable
from sync.services.profiles import new_profile, write_profile
from tests.support.disks import small_disk

_HOLD = """
import sys
from pathlib import Path
from desktop.startup.single_instance import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_command_line_is_read() -> None:
    """What is not ours is left for Qt."""
    options, rest = parse(["--profile", "p1", "--lang", "en", "--theme", "dark", "-style", "x"])

    assert Options(profile="p1", language="en", theme="dark") == options
    assert ["-style", "x"] == rest


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The languages to choose from are named."""
    with pytest.raises(SystemExit):
        parse(["--lang", "xx"])

    assert "'en', 'id'" in capsys.readouterr().err or "en, id" in capsys.readouterr().err


def test_the_folder_is_made(tmp_path: Path) -> None:
    """The first start needs no preparation, and nobody else may look in."""
    folder = tmp_path / "a" / "b"
    check_data_folder(folder)

    assert 0o700 == folder.stat().st_mode & 0o777


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """What is no folder cannot hold profiles."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(StoreUnavailable) as caught:
        check_data_folder(blocked)

    assert "store.io" == caught.value.code


def test_room_is_asked_for_only_where_nobody_has_worked(tmp_path: Path) -> None:
    """A full disk keeps no officer from the words that they have here."""
    with small_disk(tmp_path / "data", megabytes=4) as disk:
        with pytest.raises(StoreUnavailable) as caught:
            check_data_folder(disk.path)
        write_profile(new_profile(disk.path, "p1", "https://pusat.example.go.id", "agus"))
        check_data_folder(disk.path)

    assert "store.disk-full" == caught.value.code


def test_one_window_for_each_profile(tmp_path: Path) -> None:
    """A second one is refused until the first one is closed."""
    first = ProfileLock(tmp_path)
    with pytest.raises(StoreUnavailable) as caught:
        ProfileLock(tmp_path)
    first.release()
    ProfileLock(tmp_path).release()

    assert "store.open-elsewhere" == caught.value.code


def test_a_crashed_window_leaves_no_lock(tmp_path: Path) -> None:
    """The lock of a process that was killed does not count."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert b"held\n" == holder.stdout.readline()
        with pytest.raises(StoreUnavailable):
            ProfileLock(tmp_path)
        holder.kill()

    ProfileLock(tmp_path).release()


def test_qts_own_words_are_indonesian(qapp: QApplication, qtbot: QtBot, indonesian: None) -> None:
    """The menu of a text field speaks the language of the window."""
    words = QtWords()
    QCoreApplication.installTranslator(words)
    field = QLineEdit()
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    menu.deleteLater()
    QCoreApplication.removeTranslator(words)

    assert ["&Urungkan", "U&langi", "Po&tong", "&Salin", "&Tempel", "Hapus", "Pilih semua"] == texts


def test_what_has_no_translation_stays_as_it_is(qapp: QApplication, indonesian: None) -> None:
    """Qt asks for the names of keys as well; those without a translation are not lost."""
    words = QtWords()
    QCoreApplication.installTranslator(words)
    shown = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
    QCoreApplication.removeTranslator(words)

    assert "Ctrl+K" == shown
