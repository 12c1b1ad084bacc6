# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proxy of the office, in the window: chosen and signed in to by keyboard, and then used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.commands.ids import WindowCommand
from desktop.ui.frame.proxy import ProxyDialog
from desktop.viewmodels.proxy import ProxyPresenter
from sync.engine.status import LinkState, SyncStatus
from sync.errors import SyncError
from sync.services.proxy_settings import ANYWHERE, AUTOMATIC, DIRECT, ProxySettings
from sync.transports.http import HttpService
from sync.transports.proxies import name_of
from sync.wire.messages import SyncReply, SyncRequest
from tests.support.keyring import MemoryKeyring
from tests.support.lanes import HeldLane, InlineLane
from tests.support.office_proxy import OfficeProxy
from tests.support.rawserver import RawServer, http
from tests.support.window_rig import WindowRig

BUDI = ("kantor.budi", "sandi: /@kantor")
TOKEN = "t" * 43


@pytest.fixture
def proxy() -> Iterator[OfficeProxy]:
    """Give a real proxy that wants a sign-in, with a centre behind it."""
    with RawServer(http(b'{"now":1}')) as centre, OfficeProxy(centre.port, BUDI) as proxy:
        yield proxy


@pytest.fixture
def settings(tmp_path: Path) -> ProxySettings:
    """Give a computer whose system knows of no proxy."""
    return ProxySettings(tmp_path, MemoryKeyring(), (lambda _url: "",))


class Asked:
    """The dialog, and a keyboard before it."""

    def __init__(
        self, settings: ProxySettings, qtbot: QtBot, lane: InlineLane | HeldLane | None = None
    ) -> None:
        self._over = QWidget()
        qtbot.addWidget(self._over)
        self.saved: list[None] = []
        presenter = ProxyPresenter(settings, lane or InlineLane(), ANYWHERE)
        presenter.saved.connect(lambda: self.saved.append(None))
        self.dialog = ProxyDialog(presenter, self._over)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        with qtbot.waitActive(self.dialog):
            self.dialog.show()

    def write(self, **answers: str) -> None:
        """Type into fields by their names, then press Enter."""
        for name, answer in answers.items():
            field = self.dialog.findChild(QLineEdit, f"proxy.{name}")
            assert field is not None
            field.clear()
            QTest.keyClicks(field, answer)
        QTest.keyClick(self.dialog, Qt.Key.Key_Return)

    def says(self, name: str) -> str:
        """Return the words of a label, or of what stands in an empty field."""
        found = self.dialog.findChild(QWidget, name)
        assert isinstance(found, QLabel | QLineEdit)
        return found.text() if isinstance(found, QLabel) else found.placeholderText()

    def way(self) -> str:
        """Return which way is chosen."""
        buttons = self.dialog.findChildren(QRadioButton)
        return next(button.objectName() for button in buttons if button.isChecked())


@pytest.fixture(autouse=True)
def _no_other_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands between this machine and the world is none of our business."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def _reached(settings: ProxySettings) -> SyncReply:
    service = HttpService("http://pusat.invalid", plain_http_allowed=True, proxies=settings.proxies)
    try:
        return service.sync(TOKEN, SyncRequest())
    finally:
        service.close()


def test_a_proxy_is_entered_once_and_leads_to_the_centre(
    proxy: OfficeProxy, settings: ProxySettings, qtbot: QtBot
) -> None:
    """Address, name and password; a field that is typed into chooses its way by itself."""
    asked = Asked(settings, qtbot)
    assert ("proxy.way.system", "It says: no proxy") == (asked.way(), asked.says("proxy.found"))
    asked.write(address=name_of(proxy.url), username=BUDI[0], password=BUDI[1])
    assert [None] == asked.saved
    assert SyncReply(now=1) == _reached(settings)
    again = Asked(settings, qtbot)
    assert "proxy.way.own" == again.way()
    assert again.says("proxy.password").startswith("kept")
    again.write()  # nothing is typed anew, and nothing is lost
    assert SyncReply(now=1) == _reached(settings)


def test_a_proxy_that_asks_is_told_and_a_wrong_password_is_shown_once(
    proxy: OfficeProxy, settings: ProxySettings, qtbot: QtBot
) -> None:
    """Offices lock accounts after some wrong ones."""
    settings.choose(proxy.url)
    for _ in range(2):
        with pytest.raises(SyncError, match="proxy-sign-in"):
            _reached(settings)
    asked = Asked(settings, qtbot)
    assert asked.says("proxy.told").startswith("The proxy asks for them.")
    asked.write(username=BUDI[0], password="salah")
    for _ in range(2):
        with pytest.raises(SyncError, match="proxy-sign-in"):
            _reached(settings)
    assert 1 == sum(bool(who) for who in proxy.shown)
    Asked(settings, qtbot).write(username=BUDI[0], password=BUDI[1])
    assert SyncReply(now=1) == _reached(settings)


def test_what_was_chosen_before_all_was_seen_stays_chosen(
    settings: ProxySettings, qtbot: QtBot
) -> None:
    """System and keyring may take seconds to say how things stand."""
    lane = HeldLane()
    asked = Asked(settings, qtbot, lane)
    asked.write(address="proxy:8080")
    lane.run_all()
    assert "proxy.way.own" == asked.way()
    asked.write(address="proxy:8080")
    lane.run_all()
    assert "http://proxy:8080" == settings.chosen()


def test_no_password_is_shown_and_none_is_made_up(tmp_path: Path, qtbot: QtBot) -> None:
    """What stands in the environment stays there; an empty password would count as a wrong one."""
    keyring = MemoryKeyring()
    settings = ProxySettings(tmp_path, keyring, (lambda _url: "http://sari:rahasia@proxy-a:80",))
    asked = Asked(settings, qtbot)
    assert "It says: proxy-a:80" == asked.says("proxy.found")
    asked.write(address="proxy-a:80", username="sari", password="sandi")
    again = Asked(settings, qtbot)
    again.write(address="proxy-b:80")
    assert (("sari", "sandi"), None) == tuple(
        settings.access.known(name) for name in ("proxy-a:80", "proxy-b:80")
    )
    assert "" == again.says("proxy.password")


@pytest.mark.parametrize("address", ["", "proxy kantor", "socks5://proxy:1080", "a:b@proxy:80"])
def test_what_is_no_address_is_told_beside_it(
    settings: ProxySettings, qtbot: QtBot, address: str
) -> None:
    """Nothing is kept, and the dialog stays."""
    asked = Asked(settings, qtbot)
    own = asked.dialog.findChild(QRadioButton, "proxy.way.own")
    assert own is not None
    own.click()
    asked.write(address=address)
    assert (AUTOMATIC, []) == (settings.chosen(), asked.saved)
    below = [label.text() for label in asked.dialog.findChildren(QLabel, "field.below")]
    assert any("proxy" in words for words in below)


def test_without_a_proxy_means_without_what_the_environment_says_too(
    settings: ProxySettings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTTP library would go by it."""
    asked = Asked(settings, qtbot)
    direct = asked.dialog.findChild(QRadioButton, "proxy.way.direct")
    assert direct is not None
    direct.click()
    asked.write()
    assert DIRECT == settings.chosen()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with pytest.raises(SyncError) as caught:
        _reached(settings)
    assert "sync.offline name" == f"{caught.value.code} {caught.value.data['reason']}"


def test_a_disk_that_keeps_nothing_is_told_in_the_dialog(
    settings: ProxySettings, qtbot: QtBot, tmp_path: Path
) -> None:
    """A folder stands where the choice would be written."""
    (tmp_path / "proxy.json").mkdir()
    asked = Asked(settings, qtbot)
    asked.write(address="proxy:8080")
    assert [] == asked.saved
    assert asked.dialog.isVisible()


def test_a_keyring_that_keeps_nothing_is_told_and_the_way_is_gone_all_the_same(
    tmp_path: Path, qtbot: QtBot
) -> None:
    """The connection is tried at once; what the officer reads says that the choice holds."""
    keyring = MemoryKeyring()
    keyring.refuses = True
    settings = ProxySettings(tmp_path, keyring, (lambda _url: "",))
    asked = Asked(settings, qtbot)
    asked.write(address="proxy-a:80", username="sari", password="sandi")
    assert ("http://proxy-a:80", [None]) == (settings.chosen(), asked.saved)
    leave = asked.dialog.findChild(QPushButton, "proxy.cancel")
    assert leave is not None
    assert (True, "Close") == (asked.dialog.isVisible(), leave.text())
    leave.click()
    assert not asked.dialog.isVisible()


class SlowKeyring(MemoryKeyring):
    """A keyring that asks the officer something first, who meanwhile changes his mind."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    @override
    def set(self, name: str, value: str) -> None:
        self.meanwhile()
        super().set(name, value)


def test_a_choice_that_is_cancelled_while_it_is_kept_does_not_hold(
    tmp_path: Path, qtbot: QtBot
) -> None:
    """Keyrings may ask for a password of their own, for as long as they like."""
    keyring = SlowKeyring()
    settings = ProxySettings(tmp_path, keyring, (lambda _url: "",))
    asked = Asked(settings, qtbot)
    keyring.meanwhile = asked.dialog.reject
    asked.write(address="proxy-a:80", username="sari", password="sandi")
    assert (AUTOMATIC, [], False) == (settings.chosen(), asked.saved, asked.dialog.isVisible())


def test_the_system_is_asked_once_to_see_how_things_stand(tmp_path: Path, qtbot: QtBot) -> None:
    """It may have to evaluate a PAC file each time."""
    asked: list[str] = []

    def system(url: str) -> str:
        asked.append(url)
        return ""

    settings = ProxySettings(tmp_path, MemoryKeyring(), (system,))
    Asked(settings, qtbot)
    assert [ANYWHERE] == asked


def test_the_window_offers_it_where_the_proxy_is_to_blame(rig: WindowRig) -> None:
    """In the banner, in the menu, and in the palette of commands."""
    wished: list[None] = []
    rig.window.proxy_requested.connect(lambda: wished.append(None))
    rig.built.registry.run(WindowCommand.PROXY)
    status = SyncStatus(link=LinkState.OFFLINE, problem="sync.offline.proxy-sign-in")
    rig.workplace.sync.on_status(status)
    rig.focus("step.proxy")
    rig.press(Qt.Key.Key_Space)
    assert [None, None] == wished
