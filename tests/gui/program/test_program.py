# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program from its start to its end: entrance, window, languages, second window, failures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.app import Program
from desktop.bridge import settings as remembered
from desktop.bridge.lanes import ThreadLane
from desktop.bridge.network import Network
from desktop.bridge.patience import PatientFinder
from desktop.bridge.settings import Settings
from desktop.commands.ids import WindowCommand
from desktop.commands.registry import CommandRegistry
from desktop.office import House
from desktop.startup.cli import Options
from desktop.startup.crash import CrashRoad
from desktop.startup.single_instance import ProfileLock
from desktop.theme.application import apply_theme
from desktop.ui.frame.fatal import FatalDialog
from desktop.ui.frame.proxy import ProxyDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.signin.window import SignInWindow
from sync import i18n
from sync.services.profiles import profiles
from sync.services.proxy_settings import DIRECT, ProxySettings
from sync.services.session import SignIn
from tests.support.catalogue import indonesian
from tests.support.central import PASSWORD, Office, embedded_centre
from tests.support.disks import Disk, small_disk
from tests.support.workplace import SERVER, MemoryKeyring, door


class FakeNetwork(Network):
    """A network that becomes what a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.metered = False

    @property
    @override
    def is_metered(self) -> bool:
        return self.metered

    def becomes(self, *, metered: bool) -> None:
        """Another network: the telephone's, or the office's."""
        self.metered = metered
        self.metered_changed.emit()


class Computer:
    """A computer of an office, on which the program is started and ended."""

    def __init__(self, folder: Path, qt: QApplication) -> None:
        self.data = folder / "data"
        self.centre: Office = embedded_centre(folder)
        for _ in range(3):
            self.centre.add_case()
        self.network = FakeNetwork()
        self._qt = qt
        self._keyring = MemoryKeyring()
        self._running: list[Program] = []

    def start(self) -> Program:
        """Start the program."""
        clock = self.centre.clock
        house = House(
            data=self.data,
            door=self._door(),
            settings=Settings(self.data / "window.ini"),
            theme=apply_theme(self._qt, "light"),
            crashes=CrashRoad(self.data / "crashes", "0", clock),
            io=ThreadLane("io", threads=2),
            network=self.network,
            proxy=ProxySettings(self.data, self._keyring),
            system_proxy=PatientFinder(lambda _url: ""),
            clock=clock,
            version="0",
        )
        program = Program(house, Options())
        program.begin()
        self._running.append(program)
        return program

    def move_in(self, username: str) -> None:
        """Let an officer have worked here before."""
        self._door().sign_in(SERVER, username, PASSWORD).close()

    def drafts(self) -> list[str]:
        """Return the words on the disk of the only officer here; nobody may be at work."""
        desk = self._door().open(profiles(self.data)[0])
        texts = [listed.draft.text for listed in desk.store.drafts.all()]
        desk.close()
        return texts

    def _door(self) -> SignIn:
        return door(self.data, self.centre.centre, self.centre.clock, self._keyring)

    def end(self, program: Program) -> None:
        """End the program."""
        self._running.remove(program)
        program.close()

    def shut_down(self) -> None:
        """End everything."""
        for program in list(self._running):
            self.end(program)
        for widget in QApplication.topLevelWidgets():
            widget.hide()
            widget.deleteLater()
        self.centre.database.close()


@pytest.fixture
def computer(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Computer]:
    """A computer that nobody has worked on."""
    computer = Computer(tmp_path, qapp)
    yield computer
    computer.shut_down()


def shown(kind: type[QWidget]) -> QWidget | None:
    """Return the visible window of a kind."""
    windows = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
    return next(windows, None)


def wait_for(qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    """Wait for a window of a kind."""
    qtbot.waitUntil(lambda: shown(kind) is not None)
    window = shown(kind)
    assert window is not None
    return window


def heading(window: QWidget) -> str:
    """Return what is said above the list."""
    label = window.findChild(QLabel, "case-list.heading")
    assert label is not None
    return label.text()


def sign_in(qtbot: QtBot) -> QWidget:
    """Answer the questions of the entrance by keyboard; return the window that opens."""
    wait_for(qtbot, SignInWindow)
    for words in (SERVER, "agus", PASSWORD):
        qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, words)
        QTest.keyClick(field, Qt.Key.Key_Tab if words == "agus" else Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(SignInWindow) is None)
    return wait_for(qtbot, MainWindow)


def test_a_new_officer_gets_from_nothing_to_a_queue(computer: Computer, qtbot: QtBot) -> None:
    """Two questions at the entrance, then the complaints are there."""
    computer.start()
    window = sign_in(qtbot)

    qtbot.waitUntil(lambda: heading(window) == "3 complaints")


def test_the_proxy_is_asked_for_before_anybody_is_in_and_after(
    computer: Computer, qtbot: QtBot
) -> None:
    """The same dialog over the entrance and over the window; what is chosen holds for both."""
    computer.start()
    entrance = wait_for(qtbot, SignInWindow)
    button = entrance.findChild(QPushButton, "sign-in.proxy")
    assert button is not None
    button.click()
    _choose_no_proxy(qtbot)
    assert DIRECT == ProxySettings(computer.data, None).chosen()
    entrance.activateWindow()  # there is no window manager here that would do it
    window = sign_in(qtbot)
    assert isinstance(window, MainWindow)
    window.proxy_requested.emit()
    _choose_no_proxy(qtbot)


def test_words_that_the_disk_does_not_take_keep_the_window_open(
    computer: Computer, qtbot: QtBot
) -> None:
    """A full disk lets officers in, says why it does not let them go, and loses nothing."""
    with small_disk(computer.data, megabytes=16) as disk:
        computer.move_in("agus")
        program = computer.start()
        window = wait_for(qtbot, MainWindow)
        qtbot.waitUntil(lambda: heading(window) == "3 complaints")
        _type_on_a_full_disk(qtbot, window, disk)
        with qtbot.waitSignal(program.ended):
            window.close()
        computer.end(program)
        assert ["Petugas sudah ke lokasi."] == computer.drafts()


def _type_on_a_full_disk(qtbot: QtBot, window: QWidget, disk: Disk) -> None:
    """Type, try to leave, and be told; afterwards there is room again."""
    words = window.findChild(QPlainTextEdit, "composer.words")
    assert words is not None
    qtbot.waitUntil(words.isEnabled)
    with disk.full():
        QTest.keyClicks(words, "Petugas sudah ke lokasi.")
        window.close()
        qtbot.waitUntil(lambda: window.findChild(QPushButton, "step.leave") is not None)
        assert window.isVisible()


def _choose_no_proxy(qtbot: QtBot) -> None:
    dialog = wait_for(qtbot, ProxyDialog)
    save = dialog.findChild(QPushButton, "proxy.save")
    direct = dialog.findChild(QRadioButton, "proxy.way.direct")
    assert save is not None
    assert direct is not None
    qtbot.waitUntil(save.isEnabled)
    direct.click()
    save.click()
    qtbot.waitUntil(lambda: shown(ProxyDialog) is None)


def test_the_next_start_asks_nothing(computer: Computer, qtbot: QtBot) -> None:
    """The queue is there at once, without the centre."""
    first = computer.start()
    window = sign_in(qtbot)
    qtbot.waitUntil(lambda: heading(window) == "3 complaints")
    window.close()
    computer.end(first)
    computer.start()
    again = wait_for(qtbot, MainWindow)

    qtbot.waitUntil(lambda: heading(again) == "3 complaints")
    assert shown(SignInWindow) is None


def test_a_shared_computer_asks_who_is_working(computer: Computer, qtbot: QtBot) -> None:
    """Nobody finds a colleague's complaints open; the name is enough."""
    computer.move_in("sari")
    computer.move_in("agus")
    computer.start()
    wait_for(qtbot, SignInWindow)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QListView))
    names = QApplication.focusWidget()
    assert names is not None
    QTest.keyClick(names, Qt.Key.Key_Return)
    window = wait_for(qtbot, MainWindow)

    qtbot.waitUntil(lambda: heading(window) == "3 complaints")


def test_officers_take_turns_without_ending_the_program(computer: Computer, qtbot: QtBot) -> None:
    """The window goes, the entrance comes, and whoever is picked there goes on."""
    computer.move_in("agus")
    computer.start()
    window = wait_for(qtbot, MainWindow)
    registry = window.findChild(CommandRegistry)
    assert registry is not None
    registry.run(WindowCommand.SWITCH)
    entrance = wait_for(qtbot, SignInWindow)
    assert shown(MainWindow) is None
    names = entrance.findChild(QListView, "sign-in.profiles")
    assert names is not None
    QTest.keyClick(names, Qt.Key.Key_Return)
    wait_for(qtbot, MainWindow)


def test_the_language_changes_at_run_time(
    computer: Computer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window speaks Indonesian at once, shows the same case and keeps what was typed."""
    use = i18n.use
    monkeypatch.setattr(i18n, "use", lambda code: use(code, indonesian()))
    program = computer.start()
    window = sign_in(qtbot)
    qtbot.waitUntil(lambda: heading(window) == "3 complaints")
    words = window.findChild(QPlainTextEdit, "composer.words")
    assert words is not None
    qtbot.waitUntil(words.isEnabled)
    QTest.keyClicks(words, "Sudah kami periksa.")
    registry = window.findChild(CommandRegistry)
    assert registry is not None
    registry.run(WindowCommand.LANGUAGE_ID)
    qtbot.waitUntil(lambda: shown(MainWindow) is not window)
    other = wait_for(qtbot, MainWindow)
    qtbot.waitUntil(lambda: heading(other) == "3 laporan")
    kept = other.findChild(QPlainTextEdit, "composer.words")
    assert kept is not None
    qtbot.waitUntil(lambda: kept.toPlainText() == "Sudah kami periksa.")

    bar = other.findChild(QMenuBar)
    assert bar is not None
    assert ["Berkas", "Laporan"] == [action.text().replace("&", "") for action in bar.actions()[:2]]
    computer.end(program)
    assert "id" == Settings(computer.data / "window.ini").get(remembered.LANGUAGE)


def test_a_second_window_of_the_same_officer_is_refused(computer: Computer, qtbot: QtBot) -> None:
    """Two windows would compete for one outbox; the second one says so."""
    program = computer.start()
    sign_in(qtbot)
    (profile,) = profiles(computer.data)
    computer.end(program)
    lock = ProfileLock(profile.folder)
    for window in QApplication.topLevelWidgets():
        window.hide()
    computer.start()
    dialog = wait_for(qtbot, FatalDialog)

    assert "Tanggap is already open for this account" == dialog.accessibleName()
    lock.release()


def test_work_that_came_back_from_a_copy_is_told(computer: Computer, qtbot: QtBot) -> None:
    """An officer whose work file was lost learns that an older copy took its place."""
    computer.move_in("agus")
    first = computer.start()
    wait_for(qtbot, MainWindow).close()
    computer.end(first)
    for part in computer.data.glob("*/work.db*"):
        part.unlink()
    computer.start()
    window = wait_for(qtbot, MainWindow)

    told = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert "Your work was restored from an older copy" in told


def test_lost_work_is_put_back_by_one_key(computer: Computer, qtbot: QtBot) -> None:
    """The work file and its copies are gone: the dialog names it, Enter brings the words back."""
    computer.move_in("agus")
    (profile,) = profiles(computer.data)
    program = computer.start()
    window = wait_for(qtbot, MainWindow)
    qtbot.waitUntil(lambda: heading(window) == "3 complaints")
    words = window.findChild(QPlainTextEdit, "composer.words")
    assert words is not None
    qtbot.waitUntil(words.isEnabled)
    QTest.keyClicks(words, "Sudah kami periksa.")
    with qtbot.waitSignal(program.ended):
        window.close()
    computer.end(program)
    for part in profile.folder.glob("work.db*"):
        part.write_bytes(b"x" * 9_000)
    shutil.rmtree(profile.folder / "copies", ignore_errors=True)
    computer.start()
    dialog = wait_for(qtbot, FatalDialog)
    assert "sealed copy" in f"{dialog.accessibleName()} {dialog.accessibleDescription()}"
    focused = dialog.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text().replace("&", "") == "Put the work back"
    QTest.keyClick(focused, Qt.Key.Key_Return)
    again = wait_for(qtbot, MainWindow)
    told = [label.text() for label in again.findChildren(QLabel) if label.isVisible()]
    assert "Your unsent work was put back from the sealed copy" in told
    kept = again.findChild(QPlainTextEdit, "composer.words")
    assert kept is not None
    qtbot.waitUntil(lambda: kept.toPlainText() == "Sudah kami periksa.")


def test_lost_work_is_put_back_at_the_entrance_of_a_shared_computer(
    computer: Computer, qtbot: QtBot
) -> None:
    """Whoever is picked there and has lost their file learns how old its copy is, and clicks."""
    computer.move_in("sari")
    computer.move_in("agus")
    lost = profiles(computer.data)[0]
    for part in lost.folder.glob("work.db*"):
        part.write_bytes(b"x" * 9_000)
    shutil.rmtree(lost.folder / "copies", ignore_errors=True)
    computer.start()
    entrance = wait_for(qtbot, SignInWindow)
    names = entrance.findChild(QListView, "sign-in.profiles")
    assert names is not None
    qtbot.waitUntil(names.hasFocus)
    QTest.keyClick(names, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(_buttons(entrance, "Put the work back")))
    told = " ".join(label.text() for label in entrance.findChildren(QLabel) if label.isVisible())
    assert "The copy is from 2" in told
    _buttons(entrance, "Put the work back")[0].click()
    wait_for(qtbot, MainWindow)
    assert list(lost.folder.glob("work.broken-1.db"))


def _buttons(window: QWidget, text: str) -> list[QPushButton]:
    found = window.findChildren(QPushButton)
    return [each for each in found if each.isVisible() and each.text() == text]


def test_closing_the_window_ends_the_program(computer: Computer, qtbot: QtBot) -> None:
    """The last thing that is open takes the program with it."""
    program = computer.start()
    window = sign_in(qtbot)
    with qtbot.waitSignal(program.ended):
        window.close()


def test_a_folder_that_cannot_be_written_is_told(computer: Computer, qtbot: QtBot) -> None:
    """Before anything else the program says why it cannot open, in words to copy."""
    computer.data.write_text("", encoding="utf-8")
    computer.start()
    dialog = wait_for(qtbot, FatalDialog)

    assert "The disk does not answer as it should" == dialog.accessibleName()


def test_a_metered_network_is_spared_and_said(computer: Computer, qtbot: QtBot) -> None:
    """The telephone's network: the details say what follows from it, and later that it is over."""
    computer.start()
    window = sign_in(qtbot)
    explained = window.findChild(QLabel, "sync-panel.explained")
    assert explained is not None
    computer.network.becomes(metered=True)
    qtbot.waitUntil(lambda: "paid for by what it carries" in explained.text())
    computer.network.becomes(metered=False)
    qtbot.waitUntil(lambda: "paid for" not in explained.text())
