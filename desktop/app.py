# SPDX-License-Identifier: AGPL-3.0-or-later
"""COMPOSITION ROOT: builds everything in order and closes it in reverse.

The only module that knows all rooms. It shows nothing itself and decides no casework.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from typing import Final, cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from desktop.bridge import settings as remembered
from desktop.bridge.garbage import MainThreadCollector
from desktop.bridge.lanes import ThreadLane
from desktop.bridge.patience import PatientFinder
from desktop.bridge.settings import Settings
from desktop.bridge.signals import emits
from desktop.office import House, Office, Welcome, who_works_at
from desktop.startup.checks import check_data_folder
from desktop.startup.cli import Options, parse
from desktop.startup.crash import CrashRoad
from desktop.startup.network import SystemNetwork, system_proxy
from desktop.startup.qt_words import QtWords
from desktop.startup.single_instance import ProfileLock
from desktop.theme.application import SchemeChoice, apply_theme
from desktop.ui.frame.fatal import FatalDialog
from desktop.ui.frame.proxy import ProxyDialog
from desktop.ui.signin.window import SignInWindow
from desktop.viewmodels.problems import Remedy, describe
from desktop.viewmodels.proxy import ProxyPresenter
from desktop.viewmodels.signin import SignInPresenter
from sync import i18n
from sync.errors import TanggapError
from sync.services.desk import Desk
from sync.services.machine import machine_clocks
from sync.services.profiles import Profile, data_dir, profiles
from sync.services.proxy_settings import ANYWHERE, ProxySettings
from sync.services.session import SignIn
from sync.store.secrets import system_keyring
from sync.transports.http import HttpService
from sync.transports.proxies import Proxies, environment_proxy

_SETTINGS: Final = "window.ini"
_CRASHES: Final = "crashes"


class Program(QObject):
    """From the command line to a window, and back.

    Signals:
        ended: there is nothing open and nothing to open.
    """

    ended = emits()

    def __init__(self, house: House, options: Options) -> None:
        super().__init__()
        self._house = house
        self._options = options
        self._office: Office | None = None
        self._failed: Profile | None = None
        self._entrance: SignInWindow | FatalDialog | None = None

    def begin(self) -> None:
        """Open the profile that was asked for, or the only one; else ask who is working."""
        try:
            check_data_folder(self._house.data)
        except TanggapError as error:
            self._on_failed(error)
            return
        known = profiles(self._house.data)
        asked = self._options.profile
        chosen = next((profile for profile in known if asked in {"", profile.id}), None)
        is_shared = len(known) > 1 and not asked
        if chosen is None or is_shared or self._house.door.needs_passphrase(chosen):
            self._show_entrance(known)
        else:
            self._failed = chosen  # until it opens
            open_it = partial(self._open, chosen, self._house.door.open)
            self._house.io.run(open_it, self._on_welcome, self._on_failed, self)

    def close(self) -> None:
        """Close what is open."""
        if self._office is not None:
            self._office.close()
            self._office = None
        self._house.system_proxy.close()
        self._house.io.close()
        self._house.crashes.uninstall()

    def _show_entrance(self, known: Sequence[Profile]) -> None:
        presenter = SignInPresenter(
            self._house.door, known, self._house.io, server=self._options.server
        )
        presenter.signed_in.connect(self._on_signed_in)
        window = SignInWindow(presenter)
        window.left.connect(self.ended.emit)
        window.proxy_requested.connect(self._on_proxy_requested)
        window.show()
        self._entrance = window

    def _open(self, profile: Profile, way_in: Callable[[Profile], Desk]) -> Welcome:
        """Open a desk; runs in the lane."""
        lock = ProfileLock(profile.folder)
        try:
            return look_around(way_in(profile), lock)
        except BaseException:
            lock.release()
            raise

    @Slot(object)
    def _on_signed_in(self, desk: Desk) -> None:
        self._house.io.run(partial(_move_in, desk), self._on_welcome, self._on_failed, self)

    def _on_welcome(self, welcome: Welcome) -> None:
        self._office = Office(self._house, welcome)
        self._office.left.connect(self._on_left)
        self._office.switch_requested.connect(self._on_switch)
        self._office.open()
        if self._entrance is not None:
            self._entrance.hide()
            self._entrance.deleteLater()
            self._entrance = None

    def _on_failed(self, error: Exception) -> None:
        dialog = FatalDialog(describe(error))
        dialog.remedy_chosen.connect(self._on_remedy)
        dialog.rejected.connect(self.ended.emit)
        dialog.open()
        self._entrance = dialog

    @Slot(str)
    def _on_remedy(self, remedy: str) -> None:
        if remedy == Remedy.SIGN_IN.value:
            self._show_entrance(profiles(self._house.data))
        elif remedy == Remedy.RESCUE.value and self._failed is not None:
            rescue = partial(self._open, self._failed, self._house.door.rescue)
            self._house.io.run(rescue, self._on_welcome, self._on_failed, self)
        else:
            self.begin()

    @Slot(str)
    def _on_proxy_requested(self, server: str) -> None:
        if isinstance(self._entrance, SignInWindow):
            presenter = ProxyPresenter(self._house.proxy, self._house.io, server or ANYWHERE)
            presenter.saved.connect(self._entrance.retry)
            ProxyDialog(presenter, self._entrance).open()

    @Slot()
    def _on_switch(self) -> None:
        """Close this desk and ask who is working; what waits there is delivered another time."""
        office, self._office = self._office, None
        if office is not None:
            office.take_down()
            office.close()
            office.deleteLater()
            self._show_entrance(profiles(self._house.data))

    @Slot()
    def _on_left(self) -> None:
        self.ended.emit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window; return its exit status."""
    options, rest = parse(sys.argv[1:] if arguments is None else arguments)
    qt = application(rest)
    return run(qt, furnish(qt, options), options)


def application(arguments: Sequence[str]) -> QApplication:
    """Return Qt's application, with what concerns every window; the arguments are for Qt."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    qt = QApplication([sys.argv[0], *arguments])
    qt.setApplicationName("tanggap")
    qt.setApplicationDisplayName("Tanggap")
    qt.setDesktopFileName("tanggap")
    qt.setQuitOnLastWindowClosed(False)
    qt.installTranslator(QtWords(qt))
    return qt


def run(qt: QApplication, house: House, options: Options) -> int:
    """Open a profile or the entrance, and return the exit status when all is closed again."""
    collector = MainThreadCollector(qt)
    collector.start()
    program = Program(house, options)
    program.ended.connect(qt.quit)
    program.begin()
    status = qt.exec()
    program.close()
    collector.stop()
    return status


def furnish(qt: QApplication, options: Options) -> House:
    """Return what every desk needs; real keyring, real network, real time."""
    data = options.data or data_dir(os.environ)
    settings = Settings(data / _SETTINGS)
    i18n.use(options.language or settings.get(remembered.LANGUAGE))
    scheme = options.theme or settings.get(remembered.THEME)
    release = version("tanggap")
    crashes = CrashRoad(data / _CRASHES, release, _now)
    crashes.install()
    keyring = system_keyring()
    asked = PatientFinder(system_proxy)
    proxy = ProxySettings(data, keyring, (environment_proxy, asked))
    return House(
        data=data,
        door=SignIn(
            data,
            partial(_connect, proxy.proxies),
            keyring,
            _now,
            lambda: str(uuid.uuid4()),
            clocks=machine_clocks,
        ),
        settings=settings,
        theme=apply_theme(qt, cast("SchemeChoice", scheme)),
        crashes=crashes,
        io=ThreadLane("io", threads=2),
        network=SystemNetwork(),
        proxy=proxy,
        system_proxy=asked,
        clock=_now,
        version=release,
    )


def _connect(proxies: Proxies, server: str) -> HttpService:
    plain = os.environ.get("TANGGAP_PLAIN_HTTP") == "1"
    return HttpService(server, plain_http_allowed=plain, proxies=proxies)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _move_in(desk: Desk) -> Welcome:
    """Take the lock of a desk that the entrance has opened; runs in a lane."""
    try:
        return look_around(desk, ProfileLock(desk.profile.folder))
    except BaseException:
        desk.close()
        raise


def look_around(desk: Desk, lock: ProfileLock) -> Welcome:
    """Read what the window says about its officer; runs in a lane."""
    return Welcome(
        desk=desk,
        lock=lock,
        officer=desk.officer,
        who=who_works_at(desk),
        edition_problem=desk.store.editions.problem(),
    )
