# SPDX-License-Identifier: AGPL-3.0-or-later
"""One open desk: its window, its lane and its sync thread, built in order and closed in reverse.

Part of the composition root; only `desktop.app` uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.bridge import settings as remembered
from desktop.bridge.changes import ChangeBus
from desktop.bridge.copies import CopyKeeper
from desktop.bridge.lanes import ThreadLane
from desktop.bridge.network import Network
from desktop.bridge.patience import PatientFinder
from desktop.bridge.settings import Settings
from desktop.bridge.signals import emits
from desktop.bridge.syncing import SyncController
from desktop.bridge.timers import MinuteTick, WakeWatch
from desktop.commands.palette import PalettePresenter
from desktop.startup.crash import CrashRoad
from desktop.startup.single_instance import ProfileLock
from desktop.theme.application import SchemeChoice, Theme
from desktop.ui.building import Built, build_window
from desktop.ui.frame.about import Installation
from desktop.ui.frame.proxy import ProxyDialog
from desktop.ui.main_window import WindowMemory
from desktop.ui.signin.window import SignInWindow
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.problems import Problem, describe_code, report_of
from desktop.viewmodels.proxy import ProxyPresenter
from desktop.viewmodels.signin import SignInPresenter
from desktop.viewmodels.workplace import Surroundings, Workplace, build_workplace
from sync import i18n
from sync.cases.access import Actor
from sync.cases.changes import ChangeSet
from sync.cases.filters import Sort
from sync.engine.status import LinkState, SyncStatus
from sync.engine.waking import SleepWatch
from sync.services.copy_words import age_of_copy
from sync.services.desk import Desk
from sync.services.listen_thread import ListenController
from sync.services.proxy_settings import ProxySettings
from sync.services.session import SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What outlives a desk.

    Attributes:
        io: opens desks and does what a slow disk may hold up.
        network: what the operating system knows about it.
        proxy: which way leads out of the office.
        system_proxy: what the operating system says of it, sooner or later.
        clock: UTC milliseconds.
    """

    data: Path
    door: SignIn
    settings: Settings
    theme: Theme
    crashes: CrashRoad
    io: ThreadLane
    network: Network
    proxy: ProxySettings
    system_proxy: PatientFinder
    clock: Callable[[], int]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """A desk that was just opened, and what is known about it without reading again.

    Attributes:
        edition_problem: code of why the newest rules of the centre are not in force; empty where
            they are.
    """

    desk: Desk
    lock: ProfileLock
    officer: Actor
    who: str
    edition_problem: str

    @property
    def report(self) -> str:
        """Return the code of what the officer must know first; empty for nothing."""
        return next(iter(self.desk.store.opening.reports), self.edition_problem)

    @property
    def more(self) -> str:
        """Return what the report says besides: how old the copy is that took a file's place."""
        restored_from = self.desk.store.opening.restored_from
        return age_of_copy(restored_from) if restored_from else ""


def who_works_at(desk: Desk) -> str:
    """Return officer and unit as they are shown; reads, so it runs in a lane."""
    officer = desk.officer
    names = {unit.id: unit.short_name or unit.name for unit in desk.inbox.units()}
    return " · ".join(part for part in (officer.name, names.get(officer.unit_id, "")) if part)


class Office(QObject):
    """One open desk with its window, its lane and its sync thread.

    Signals:
        left: the officer has closed the window; nothing is open any more.
        switch_requested: somebody else wants to work on this computer.
    """

    left = emits()
    switch_requested = emits()

    def __init__(self, house: House, welcome: Welcome) -> None:
        super().__init__()
        self._house = house
        self._welcome = welcome
        self._who = welcome.who
        self._db = ThreadLane("db", parent=self)
        self._sync = SyncController(welcome.desk.synchronizer, self)
        self._listen = ListenController(welcome.desk.listener, self._sync.nudge)
        self._last_status: SyncStatus | None = None
        self._way_out: Callable[[], object] = self.left.emit
        self._bus = ChangeBus()
        self._tick = MinuteTick()
        self._opened = welcome.desk.profile.folder / "opened"
        welcome.desk.attachments.clear(self._opened)  # what another program held at the last end
        self._copies = CopyKeeper(welcome.desk.sealer, house.io, self._bus)
        self._workplace, self._built = self._build()
        self._sync.status_changed.connect(self._on_status)
        self._sync.synced.connect(self._on_synced)
        self._sync.failed.connect(self._on_sync_failed)
        house.crashes.reported.connect(self._on_crash)
        house.network.came_back.connect(self._on_network_back)
        self._wake = WakeWatch(SleepWatch(house.clock), self)
        self._wake.woken.connect(self._on_woken)
        house.network.metered_changed.connect(self._on_metered_changed)

    def open(self) -> None:
        """Show the window and begin to synchronise."""
        known = {place.value: place for place in Place}
        last = self._house.settings.get(remembered.PLACE)
        self._show(known.get(last, Place.NOT_STARTED))
        self._tell_of_repairs()
        self._sync.start()
        self._listen.start()
        QTimer.singleShot(0, self._house.network.watch)
        self._wake.start()
        self._on_metered_changed()

    def close(self) -> None:
        """Close in reverse order: typed words first, files last."""
        self._wake.stop()
        self._workplace.drafts.flush()
        self._remember()
        self._listen.stop()
        self._sync.stop()
        self._db.close()
        self._welcome.desk.attachments.clear(self._opened)
        self._welcome.desk.close()
        self._welcome.lock.release()

    def take_down(self) -> None:
        """Hide the window for good; what it shows is another officer's business."""
        window = self._built.window
        window.closing.disconnect(self._on_closing)
        window.let_go()
        window.close()
        window.deleteLater()

    def _build(self) -> tuple[Workplace, Built]:
        house, welcome = self._house, self._welcome
        around = Surroundings(
            db=self._db,
            io=house.io,
            bus=self._bus,
            formats=Formats(i18n.language()),
            tick=self._tick,
            opened=self._opened,
            time=welcome.desk.time,
        )
        workplace = build_workplace(welcome.desk, welcome.officer, around, self._sync)
        workplace.details.line_changed.connect(self._on_line_changed)
        workplace.details.failed.connect(self._on_choice_failed)
        finder = PalettePresenter(welcome.desk.inbox, workplace.lines, self._db)
        profile = welcome.desk.profile
        installation = Installation(
            version=house.version,
            server=profile.server,
            account=profile.username,
            folder=str(profile.folder),
        )
        built = build_window(workplace, finder, self._who, installation)
        built.window.closing.connect(self._on_closing)
        built.window.held.connect(self._on_held)
        built.window.left_regardless.connect(self._on_left_regardless)
        built.window.sign_in_requested.connect(self._on_sign_in_requested)
        built.window.proxy_requested.connect(self._on_proxy_requested)
        built.commands.switch_chosen.connect(self._on_switch_chosen)
        built.commands.theme_chosen.connect(self._on_theme_chosen)
        built.commands.language_chosen.connect(self._on_language_chosen)
        built.commands.show_choices(house.settings.get(remembered.THEME), i18n.language())
        return workplace, built

    def _show(self, place: Place) -> None:
        settings, window = self._house.settings, self._built.window
        window.restore(
            WindowMemory(
                geometry=settings.get(remembered.WINDOW_GEOMETRY),
                queues=settings.get(remembered.QUEUES_WIDTH),
                panes=settings.get(remembered.PANE_WIDTHS),
                case=settings.get(remembered.CASE_SPLIT),
            )
        )
        if self._last_status is not None:
            self._workplace.sync.on_status(self._last_status)
            self._workplace.details.on_status(self._last_status)
        self._workplace.start(place, Sort(settings.get(remembered.SORT) or Sort.DUE))
        window.show()
        window.panes.cases.table.setFocus()
        self._tick.start()

    def _tell_of_repairs(self) -> None:
        """Say what was found broken and mended: the officer must know what to look through."""
        if report := self._welcome.report:
            self._built.window.show_report(describe_code(report, more=self._welcome.more))

    def _remember(self) -> None:
        settings, memory = self._house.settings, self._built.window.memory()
        settings.put(remembered.WINDOW_GEOMETRY, memory.geometry)
        settings.put(remembered.QUEUES_WIDTH, memory.queues)
        settings.put(remembered.PANE_WIDTHS, memory.panes)
        settings.put(remembered.CASE_SPLIT, memory.case)
        settings.put(remembered.PLACE, self._workplace.navigation.place.value)
        settings.put(remembered.SORT, self._workplace.cases.state.sort.value)
        settings.flush()

    @Slot()
    def _on_closing(self) -> None:
        self.left.emit()

    @Slot()
    def _on_held(self) -> None:
        self._leave_by(self._built.window.close)

    @Slot()
    def _on_switch_chosen(self) -> None:
        self._leave_by(self.switch_requested.emit)

    def _leave_by(self, way: Callable[[], object]) -> None:
        """Go once every word is on the disk; where the disk does not take them, ask."""
        self._way_out = way
        self._workplace.drafts.settle(self._on_settled)

    def _on_settled(self) -> None:
        if self._workplace.drafts.are_kept:
            self._way_out()
        else:
            self._built.window.show_unkept_words(describe_code("draft.unkept"))

    @Slot()
    def _on_left_regardless(self) -> None:
        self._built.window.let_go()
        self._way_out()

    @Slot(str)
    def _on_theme_chosen(self, scheme: str) -> None:
        self._house.settings.put(remembered.THEME, scheme)
        self._house.theme.choose(cast("SchemeChoice", scheme))

    @Slot(str)
    def _on_language_chosen(self, language: str) -> None:
        """Speak another language: the window is built anew around the same desk."""
        if language == i18n.language():
            return
        old, place = self._built, self._workplace.navigation.place
        case_id = self._workplace.cases.selected_id
        self._workplace.drafts.flush()
        self._remember()
        self._house.settings.put(remembered.LANGUAGE, language)
        i18n.use(language)
        # View-models that listen to nobody any more cannot answer in the old language.
        # The old bus lives on for what is still under way in the lane.
        self._tick.stop()
        self._bus, self._tick = ChangeBus(), MinuteTick()
        self._copies = CopyKeeper(self._welcome.desk.sealer, self._house.io, self._bus)
        old.window.closing.disconnect(self._on_closing)
        old.window.let_go()
        self._workplace, self._built = self._build()
        self._show(place)
        self._workplace.cases.select(case_id)
        old.window.close()
        old.window.deleteLater()

    @Slot()
    def _on_sign_in_requested(self) -> None:
        presenter = SignInPresenter.again(self._house.door, self._welcome.desk, self._house.io)
        window = SignInWindow(presenter, self._built.window)
        presenter.renewed.connect(self._sync.try_now)
        window.proxy_requested.connect(self._on_proxy_requested)
        window.show()

    @Slot()
    def _on_proxy_requested(self) -> None:
        server = self._welcome.desk.profile.server
        presenter = ProxyPresenter(self._house.proxy, self._house.io, server)
        presenter.saved.connect(self._on_network_back)
        presenter.saved.connect(self._sync.try_now)
        ProxyDialog(presenter, self._built.window).open()

    @Slot(object)
    def _on_status(self, status: SyncStatus) -> None:
        before, self._last_status = self._last_status, status
        if before and before.link is LinkState.OFFLINE and status.link is LinkState.ONLINE:
            self._listen.try_now()
        self._workplace.sync.on_status(status)
        self._workplace.details.on_status(status)
        self._workplace.courier.on_status(status)

    @Slot()
    def _on_line_changed(self) -> None:
        self._sync.line_changed()
        self._listen.mode_changed()

    @Slot()
    def _on_network_back(self) -> None:
        self._sync.network_came_back()
        self._listen.network_came_back()

    @Slot()
    def _on_woken(self) -> None:
        self._sync.woke()
        self._listen.network_came_back()

    @Slot()
    def _on_metered_changed(self) -> None:
        self._welcome.desk.line.know_metered(metered=self._house.network.is_metered)
        self._on_line_changed()

    @Slot(object)
    def _on_choice_failed(self, problem: Problem) -> None:
        self._built.window.show_report(problem)

    def _on_who(self, who: str) -> None:
        self._who = who
        self._built.window.top.show_officer(who)

    @Slot(object)
    def _on_synced(self, changes: ChangeSet) -> None:
        if changes.reference:  # the first exchange brings the name of the officer's unit
            read = partial(who_works_at, self._welcome.desk)
            self._db.run(read, self._on_who, self._workplace.sync.on_failed, self)
        self._bus.announce(changes)

    @Slot(object)
    def _on_sync_failed(self, error: Exception) -> None:
        self._workplace.sync.on_failed(error)

    @Slot(object)
    def _on_crash(self, report: str) -> None:
        self._built.window.show_report(report_of(report))
