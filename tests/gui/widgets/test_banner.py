# SPDX-License-Identifier: AGPL-3.0-or-later
"""The banner and the empty state: they say what happened, offer steps, and stay."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.application import Theme
from desktop.theme.icons import IconName
from desktop.theme.tokens import Tone
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Step
from tests.gui.widgets.conftest import Show

NOTICE = Notice(
    title="Tanggapan untuk #4020988 ditolak pusat",
    detail="Laporan sudah ditutup.",
    tone=Tone.DANGER,
    steps=(Step(code="edit", label="Ubah dulu"), Step(code="drop", label="Batalkan")),
    reference="case.closed 2026-11-24 08.31",
)


@pytest.fixture
def banner(host: QWidget, show: Show) -> Banner:
    """A banner in a shown window, with nothing to say yet."""
    made = Banner(copy_label="Salin untuk dukungan", parent=host)
    show(made)
    return made


def _part(parent: QWidget, name: str) -> QLabel:
    part = parent.findChild(QLabel, name)
    assert part is not None
    return part


def _button(parent: QWidget, name: str) -> QAbstractButton:
    button = parent.findChild(QAbstractButton, name)
    assert button is not None
    return button


def test_banner_without_a_notice_takes_no_room(banner: Banner) -> None:
    """Nothing is shown while nothing is wrong."""
    assert not banner.isVisible()


def test_banner_says_what_happened(banner: Banner) -> None:
    """Title and detail are on the screen and in the reader's ear."""
    banner.show_notice(NOTICE)

    assert banner.isVisible()
    assert NOTICE.title == _part(banner, "banner.title").text()
    assert NOTICE.detail == _part(banner, "banner.detail").text()
    assert NOTICE.title == banner.accessibleName()
    assert NOTICE.detail == banner.accessibleDescription()


def test_step_is_told_by_its_code(banner: Banner, qtbot: QtBot) -> None:
    """Pressing a step with the keyboard tells the pane which one it was."""
    banner.show_notice(NOTICE)

    with qtbot.waitSignal(banner.chosen) as told:
        QTest.keyClick(_button(banner, "step.drop"), Qt.Key.Key_Space)

    assert ["drop"] == told.args


def test_banner_stays_until_it_is_handled(banner: Banner) -> None:
    """Neither a step nor the escape key takes the notice away; only the pane does."""
    banner.show_notice(NOTICE)

    QTest.keyClick(_button(banner, "step.edit"), Qt.Key.Key_Space)
    QTest.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.isVisible()

    banner.show_notice(None)
    assert not banner.isVisible()
    assert banner.notice is None


def test_notice_can_be_copied_for_support(banner: Banner) -> None:
    """The copy has the reference that the screen does not show."""
    banner.show_notice(NOTICE)

    QTest.mouseClick(_button(banner, "banner.copy"), Qt.MouseButton.LeftButton)

    assert (
        "Tanggapan untuk #4020988 ditolak pusat\n"
        "Laporan sudah ditutup.\n"
        "case.closed 2026-11-24 08.31"
    ) == QGuiApplication.clipboard().text()


def test_copy_button_has_a_spoken_name_in_the_language_of_the_moment(banner: Banner) -> None:
    """The icon-only button is named, and renamed when the language changes."""
    assert "Salin untuk dukungan" == _button(banner, "banner.copy").accessibleName()

    banner.name_copy("Copy for support")

    assert "Copy for support" == _button(banner, "banner.copy").accessibleName()
    assert "Copy for support" == _button(banner, "banner.copy").toolTip()


def test_new_notice_replaces_the_steps(banner: Banner) -> None:
    """Steps of an earlier problem are not offered for the next one."""
    banner.show_notice(NOTICE)

    banner.show_notice(Notice(title="Pusat belum terjangkau"))

    shown = [button.text() for button in banner.findChildren(QPushButton) if button.isVisible()]
    assert [] == shown
    assert not _part(banner, "banner.detail").isVisible()


def test_markup_in_a_notice_is_shown_as_it_is(banner: Banner) -> None:
    """What a citizen wrote cannot format the banner."""
    banner.show_notice(Notice(title="<b>tebal</b>"))

    assert Qt.TextFormat.PlainText == _part(banner, "banner.title").textFormat()


def test_sign_follows_the_scheme(banner: Banner, theme: Theme) -> None:
    """The icon is drawn anew when light becomes dark."""
    banner.show_notice(NOTICE)
    before = banner.grab().toImage()

    theme.choose("dark")

    assert before != banner.grab().toImage()


@pytest.mark.parametrize("tone", [Tone.INFO, Tone.OK, Tone.WARN, Tone.DANGER])
def test_banner_takes_the_tone_of_its_notice(banner: Banner, tone: Tone) -> None:
    """The frame says how serious the notice is."""
    banner.show_notice(Notice(title="Kabar", tone=tone))

    assert tone is banner.tone


def test_empty_state_says_why_and_offers_a_step(host: QWidget, show: Show, qtbot: QtBot) -> None:
    """An empty pane explains itself and leads on."""
    empty = EmptyState(host)
    empty.show_notice(
        IconName.INBOX,
        Notice(title="Tidak ada laporan", steps=(Step(code="all", label="Lihat semua"),)),
    )
    show(empty)

    with qtbot.waitSignal(empty.chosen) as told:
        QTest.mouseClick(_button(empty, "step.all"), Qt.MouseButton.LeftButton)

    assert ["all"] == told.args
    assert "Tidak ada laporan" == empty.accessibleName()
    assert not _part(empty, "empty.detail").isVisible()
