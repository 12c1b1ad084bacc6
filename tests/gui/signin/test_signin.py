# SPDX-License-Identifier: AGPL-3.0-or-later
"""From nothing to an open desk with three questions at most, by keyboard, on good and bad days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.theme.application import apply_theme
from desktop.ui.signin.window import SignInWindow
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.field import Field
from desktop.viewmodels.signin import SignInPresenter
from desktop.viewmodels.signin_state import Question
from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.errors import SyncError, SyncErrorKind
from sync.services.desk import Desk
from sync.services.profiles import profiles
from sync.services.session import SignIn
from sync.store.secrets import SecretStore
from sync.wire.messages import (
    Hello,
    RefreshRequest,
    Session,
    SignInRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.service import SyncService
from tests.support.central import PASSWORD, Office, embedded_centre
from tests.support.lanes import HeldLane, InlineLane
from tests.support.workplace import SERVER, MemoryKeyring, door

PASSPHRASE = "empat-kata-acak"


class Line(SyncService):
    """A line to the centre that can fail."""

    def __init__(self, centre: SyncService) -> None:
        self._centre = centre
        self.failure: SyncError | None = None

    @override
    def hello(self) -> Hello:
        """Greet, or fail."""
        self._pass()
        return self._centre.hello()

    @override
    def sign_in(self, request: SignInRequest) -> Session:
        """Sign in, or fail."""
        self._pass()
        return self._centre.sign_in(request)

    @override
    def refresh(self, request: RefreshRequest) -> Session:
        """Renew a token, or fail."""
        self._pass()
        return self._centre.refresh(request)

    @override
    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        """Exchange, or fail."""
        self._pass()
        return self._centre.sync(access_token, request)

    @override
    def segment(self, access_token: str, sha256: str, start: int, size: int) -> bytes | None:
        """Fetch, or fail."""
        self._pass()
        return self._centre.segment(access_token, sha256, start, size)

    def _pass(self) -> None:
        if self.failure is not None:
            raise self.failure


class Entrance:
    """The door of one computer, and the window in front of it."""

    def __init__(self, folder: Path, office: Office, qtbot: QtBot) -> None:
        self.folder = folder
        self.office = office
        self.line = Line(office.centre)
        self.desks: list[Desk] = []
        self._qtbot = qtbot
        self.presenter: SignInPresenter
        self.window: SignInWindow

    def door(self, keyring: SecretStore | None) -> SignIn:
        """Return the door."""
        return door(self.folder, self.line, self.office.clock, keyring)

    def begin(self, keyring: SecretStore | None, lane: InlineLane | HeldLane | None = None) -> None:
        """Stand before the door."""
        self.presenter = SignInPresenter(
            self.door(keyring), profiles(self.folder), InlineLane() if lane is None else lane
        )
        self.presenter.signed_in.connect(self.desks.append)
        self.window = SignInWindow(self.presenter)
        self._qtbot.addWidget(self.window)
        with self._qtbot.waitActive(self.window):
            self.window.show()

    def answer(self, **answers: str) -> None:
        """Type into fields by their names, then press Enter."""
        for name, answer in answers.items():
            field = self.field(f"sign-in.{name.replace('_', '-')}")
            field.clear()
            QTest.keyClicks(field, answer)
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Return)

    def field(self, name: str) -> QLineEdit:
        """Return the visible field of this name."""
        (field,) = (f for f in self.window.findChildren(QLineEdit, name) if f.isVisible())
        return field

    def step(self) -> str:
        """Return which question this is, as the window says it."""
        return self.window.findChildren(QLabel, "sign-in.step")[0].text()

    def told(self) -> list[str]:
        """Return what the visible fields say is wrong."""
        fields = (f for f in self.window.findChildren(Field) if f.isVisible())
        below = (label for f in fields for label in f.findChildren(QLabel, "field.below"))
        return [label.text() for label in below if label.isVisible()]


@pytest.fixture
def entrance(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Entrance]:
    """A computer on which nobody has worked yet."""
    apply_theme(qapp, "light")
    office = embedded_centre(tmp_path)
    office.add_case()
    made = Entrance(tmp_path / "data", office, qtbot)
    yield made
    for desk in made.desks:
        desk.close()
    office.database.close()


def move_in(entrance: Entrance, keyring: SecretStore | None, passphrase: str | None = None) -> None:
    """Let agus have worked on this computer before."""
    entrance.door(keyring).sign_in(SERVER, "agus", PASSWORD, passphrase).close()


def test_two_questions_with_a_keyring(entrance: Entrance) -> None:
    """Address, then name and password; the desk is open."""
    entrance.begin(MemoryKeyring())
    first = entrance.step()
    entrance.answer(server="tanggap.contoh.go.id")
    second = entrance.step()
    entrance.answer(username="agus", password=PASSWORD)

    assert ["Question 1 of 2", "Question 2 of 2"] == [first, second]
    assert ["Agus Penghubung"] == [desk.officer.name for desk in entrance.desks]


def test_three_questions_without_a_keyring(entrance: Entrance) -> None:
    """Where keys cannot be kept a passphrase is the third and last question."""
    entrance.begin(None)
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password=PASSWORD)
    third = entrance.step()
    entrance.answer(passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)

    assert "Question 3 of 3" == third
    assert 1 == len(entrance.desks)


def test_the_keyboard_is_where_the_answer_goes(entrance: Entrance) -> None:
    """Each question begins with the cursor in its first empty field."""
    entrance.begin(MemoryKeyring())
    first = entrance.field("sign-in.server").hasFocus()
    entrance.answer(server="tanggap.contoh.go.id")

    assert (True, True) == (first, entrance.field("sign-in.username").hasFocus())


def test_a_wrong_address_is_told_at_once(entrance: Entrance) -> None:
    """What is no address is told beside the field, before anything is contacted."""
    entrance.begin(MemoryKeyring())
    entrance.answer(server="bukan alamat")

    assert ["This is not the address of a centre"] == entrance.told()
    assert Question.SERVER is entrance.presenter.state.question


def test_a_wrong_password_is_told_beside_it(entrance: Entrance) -> None:
    """The question stays, the name too, and the cursor is in the password."""
    entrance.begin(MemoryKeyring())
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password="salah")

    assert ["User name or password is wrong. Check them and try again."] == entrance.told()
    assert "agus" == entrance.field("sign-in.username").text()
    assert entrance.field("sign-in.password").hasFocus()
    assert [] == entrance.desks


def test_a_wrong_password_after_the_lock_leads_back(entrance: Entrance) -> None:
    """Without a keyring the password is tried last; the blame goes to the right question."""
    entrance.begin(None)
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password="salah")
    entrance.answer(passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)

    assert Question.ACCOUNT is entrance.presenter.state.question
    assert ["User name or password is wrong. Check them and try again."] == entrance.told()


@pytest.mark.parametrize(
    ("failure", "title"),
    [
        (SyncError(SyncErrorKind.OFFLINE), "No connection to the centre"),
        (
            SyncError(SyncErrorKind.MALFORMED, reason="portal"),
            "The network wants you to sign in first",
        ),
        (
            SyncError(SyncErrorKind.VERSION),
            "This version of Tanggap is too old for the centre",
        ),
        (
            SyncError(SyncErrorKind.OFFLINE, reason="tls"),
            "The centre could not prove who it is",
        ),
    ],
)
def test_a_bad_line_is_told_in_plain_words(
    entrance: Entrance, failure: SyncError, title: str
) -> None:
    """No network, a portal, an old program, a wrong clock: each has its own words."""
    entrance.begin(MemoryKeyring())
    entrance.line.failure = failure
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password=PASSWORD)
    (banner,) = entrance.window.findChildren(Banner)

    assert banner.notice is not None
    assert title == banner.notice.title


def test_enter_tries_again(entrance: Entrance) -> None:
    """When the line is back, Enter is enough: everything typed is still there."""
    entrance.begin(MemoryKeyring())
    entrance.line.failure = SyncError(SyncErrorKind.OFFLINE)
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password=PASSWORD)
    entrance.line.failure = None
    entrance.answer()

    assert 1 == len(entrance.desks)


def test_a_short_passphrase_is_refused(entrance: Entrance) -> None:
    """Eight characters at least, and twice the same."""
    entrance.begin(None)
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password=PASSWORD)
    entrance.answer(passphrase="pendek", passphrase_again="pendek")
    short = entrance.told()
    entrance.answer(passphrase=PASSPHRASE, passphrase_again="lain-sekali")

    assert ["Use at least 8 characters"] == short
    assert ["The two are not the same"] == entrance.told()


def test_unlocking_needs_no_network(entrance: Entrance) -> None:
    """A known officer opens the files with the passphrase while the line is down."""
    move_in(entrance, None, PASSPHRASE)
    entrance.line.failure = SyncError(SyncErrorKind.OFFLINE)
    entrance.begin(None)
    asked = entrance.presenter.state.question
    entrance.answer(passphrase=PASSPHRASE)

    assert Question.UNLOCK is asked
    assert 1 == len(entrance.desks)


def test_a_wrong_passphrase_is_told(entrance: Entrance) -> None:
    """The files stay closed, and the words say which of the two secrets was meant."""
    move_in(entrance, None, PASSPHRASE)
    entrance.begin(None)
    entrance.answer(passphrase="salah-sekali")
    (told,) = entrance.told()

    assert told.startswith("The passphrase is wrong.")
    assert [] == entrance.desks


def test_several_officers_choose_by_keyboard(entrance: Entrance) -> None:
    """The officer who worked last is on top; arrow and Enter open another one's files."""
    keyring = MemoryKeyring()
    entrance.door(keyring).sign_in(SERVER, "sari", PASSWORD).close()
    move_in(entrance, keyring)
    entrance.begin(keyring)
    (names,) = entrance.window.findChildren(QListView, "sign-in.profiles")
    on_top = names.model().index(0, 0).data()
    QTest.keyClick(names, Qt.Key.Key_Down)
    QTest.keyClick(names, Qt.Key.Key_Return)

    assert "Agus Penghubung · tanggap.contoh.go.id" == on_top
    assert ["Sari Penghubung"] == [desk.officer.name for desk in entrance.desks]


def test_a_known_computer_takes_another_account(entrance: Entrance) -> None:
    """Somebody new begins with the first question, and can go back to the list."""
    keyring = MemoryKeyring()
    entrance.door(keyring).sign_in(SERVER, "sari", PASSWORD).close()
    move_in(entrance, keyring)
    entrance.begin(keyring)
    QTest.keyClick(entrance.window.findChildren(QPushButton, "sign-in.other")[0], Qt.Key.Key_Space)
    asked = entrance.presenter.state.question
    QTest.keyClick(entrance.window.findChildren(QPushButton, "sign-in.back")[0], Qt.Key.Key_Space)

    assert (Question.SERVER, Question.PROFILES) == (asked, entrance.presenter.state.question)


def test_going_back_does_not_wait_for_the_centre(entrance: Entrance) -> None:
    """An abandoned attempt that succeeds later opens no desk."""
    lane = HeldLane()
    entrance.begin(MemoryKeyring(), lane)
    entrance.answer(server="tanggap.contoh.go.id")
    entrance.answer(username="agus", password=PASSWORD)
    busy = entrance.window.findChildren(QLabel, "sign-in.busy")[0].text()
    entrance.presenter.back()
    lane.run_all()

    assert "Contacting the centre…" == busy
    assert [] == entrance.desks
    assert Question.SERVER is entrance.presenter.state.question


def test_passwords_are_not_shown(entrance: Entrance) -> None:
    """What is secret is hidden while it is typed."""
    entrance.begin(MemoryKeyring())
    entrance.answer(server="tanggap.contoh.go.id")

    assert QLineEdit.EchoMode.Password == entrance.field("sign-in.password").echoMode()


def test_signing_in_again_asks_only_for_the_password(entrance: Entrance, qtbot: QtBot) -> None:
    """A card over the window; the desk stays open, and is known to the centre afterwards."""
    keyring = MemoryKeyring()
    desk = entrance.door(keyring).sign_in(SERVER, "agus", PASSWORD)
    entrance.desks.append(desk)
    main = QWidget()
    qtbot.addWidget(main)
    main.resize(900, 560)
    main.show()
    presenter = SignInPresenter.again(entrance.door(keyring), desk, InlineLane())
    card = SignInWindow(presenter, main)
    card.show()
    (field,) = (f for f in card.findChildren(QLineEdit) if f.isVisible())
    QTest.keyClicks(field, PASSWORD)
    with qtbot.waitSignal(presenter.renewed):
        QTest.keyClick(field, Qt.Key.Key_Return)
    desk.synchronizer.run_once(lambda _changes: None, lambda _status: None, lambda: False)
    desk.casework.act(CaseId(1), Note(text="Lanjut bekerja."), 0)

    assert not card.isVisible()


def test_a_wrong_password_leaves_the_desk_alone(entrance: Entrance, qtbot: QtBot) -> None:
    """Work goes on beside the card, which says what is wrong."""
    keyring = MemoryKeyring()
    desk = entrance.door(keyring).sign_in(SERVER, "agus", PASSWORD)
    entrance.desks.append(desk)
    main = QWidget()
    qtbot.addWidget(main)
    main.show()
    presenter = SignInPresenter.again(entrance.door(keyring), desk, InlineLane())
    card = SignInWindow(presenter, main)
    card.show()
    presenter.give_password("salah")
    words = [label.text() for label in card.findChildren(QLabel, "field.below") if label.text()]

    assert ["User name or password is wrong. Check them and try again."] == words
    assert desk.inbox.counts() is not None


def test_escape_puts_signing_in_off(entrance: Entrance, qtbot: QtBot) -> None:
    """The card goes, the window stays."""
    keyring = MemoryKeyring()
    desk = entrance.door(keyring).sign_in(SERVER, "agus", PASSWORD)
    entrance.desks.append(desk)
    main = QWidget()
    qtbot.addWidget(main)
    main.show()
    presenter = SignInPresenter.again(entrance.door(keyring), desk, InlineLane())
    card = SignInWindow(presenter, main)
    card.show()
    QTest.keyClick(card, Qt.Key.Key_Escape)

    assert (False, True) == (card.isVisible(), main.isVisible())
