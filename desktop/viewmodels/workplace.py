# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that is shown of one desk, built and wired together. No widget in here.

A change of language builds it anew: words are made when values arrive, never twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.timers import MinuteTick
from desktop.viewmodels.case_actions import CaseActionsPresenter, Directory
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_queue import CaseListPresenter, CaseSource
from desktop.viewmodels.case_view import (
    CasePresenter,
    CaseReader,
    CaseWords,
    FileReader,
    Rules,
)
from desktop.viewmodels.clockface import Clockface
from desktop.viewmodels.composer import Acts, ComposerPresenter
from desktop.viewmodels.courier import Counter, CourierPresenter
from desktop.viewmodels.decision import Decider, DecisionPresenter, DecisionReader
from desktop.viewmodels.decision_words import DecisionWords
from desktop.viewmodels.draft_keeper import DraftKeeper, DraftStore
from desktop.viewmodels.evidence import EvidencePicker, FileKeeper
from desktop.viewmodels.file_space import FileSpacePresenter, SpaceKeeper
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.history import HistoryPresenter, HistoryReader
from desktop.viewmodels.left_lines import LeftLines
from desktop.viewmodels.left_work import LeftDrafts, LeftReader, LeftVerbs, LeftWorkPresenter
from desktop.viewmodels.navigation import CountSource, NavigationPresenter, Place
from desktop.viewmodels.news import NewsFinder
from desktop.viewmodels.opened_files import FileDesk, OpenedFiles
from desktop.viewmodels.outbox import OutboxPresenter, OwnFileReader
from desktop.viewmodels.outbox_lines import OutboxLines
from desktop.viewmodels.sync_details import LineSteering, SyncDetailsPresenter
from desktop.viewmodels.sync_status import SyncStatusPresenter
from desktop.viewmodels.taking_back import OutboxReader, TakingBack, Withdrawals
from desktop.viewmodels.templates import TemplatePresenter
from desktop.viewmodels.timeline import Timeline
from sync.cases.access import Actor
from sync.cases.changes import ChangeSet
from sync.cases.filters import Sort
from sync.cases.rulebook import Rulebook
from sync.courier.editions import Template


class Reads(
    CaseSource,
    CaseReader,
    CountSource,
    Directory,
    OutboxReader,
    DecisionReader,
    LeftReader,
    HistoryReader,
    Protocol,
):
    """What is read; `sync.services.inbox.Inbox` can all of it."""


class Verbs(Acts, Withdrawals, Decider, Rules, LeftVerbs, Protocol):
    """What is done; `sync.services.casework.Casework` can all of it."""


class Drafts(DraftStore, LeftDrafts, Protocol):
    """Where drafts are; `sync.services.drafting.Drafting` can all of it."""


class DeskParts(Protocol):
    """An open desk, as far as it is shown; `sync.services.desk.Desk` is one."""

    @property
    def rulebook(self) -> Rulebook:
        """What deadlines are counted with."""

    @property
    def inbox(self) -> Reads:
        """What is read."""

    @property
    def casework(self) -> Verbs:
        """What is done."""

    @property
    def attachments(self) -> FileWork:
        """Where files are."""

    @property
    def drafting(self) -> Drafts:
        """Where drafts are kept."""

    @property
    def courier(self) -> Counter:
        """Where courier files are made and taken."""

    def templates(self) -> Sequence[Template]:
        """Return the centre's templates."""

    @property
    def line(self) -> LineSteering:
        """How much of the line is used."""


class FileWork(FileKeeper, FileReader, FileDesk, OwnFileReader, SpaceKeeper, Protocol):
    """All that the window does with files; `sync.services.attachments.Attachments` is one."""


class SyncTrigger(Protocol):
    """The sync thread, as far as the window starts it."""

    def nudge(self) -> None:
        """Say that there is something to send."""

    def try_now(self) -> None:
        """Try at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all view-models of one window share.

    Attributes:
        db: where files are read and written, in order.
        io: where a slow disk holds up nobody.
        opened: a private folder for copies of files that are looked at.
        time: the one clock; deadlines and ages are counted by it.
    """

    db: Lane
    io: Lane
    bus: ChangeBus
    formats: Formats
    tick: MinuteTick
    opened: Path
    time: Clockface


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The view-models of one window; it owns them."""

    lines: CaseLines
    navigation: NavigationPresenter
    cases: CaseListPresenter
    case: CasePresenter
    drafts: DraftKeeper
    composer: ComposerPresenter
    evidence: EvidencePicker
    files: OpenedFiles
    taking_back: TakingBack
    actions: CaseActionsPresenter
    outbox: OutboxPresenter
    decisions: DecisionPresenter
    left_work: LeftWorkPresenter
    sync: SyncStatusPresenter
    history: HistoryPresenter
    courier: CourierPresenter
    templates: TemplatePresenter
    details: SyncDetailsPresenter
    space: FileSpacePresenter
    nudger: Nudger

    def start(self, place: Place = Place.NOT_STARTED, sort: Sort = Sort.DUE) -> None:
        """Read what is shown first."""
        self.cases.sort_from_now(sort)
        if place is self.navigation.place:
            self.cases.refresh()
        else:
            self.navigation.go(place)
        self.navigation.refresh()
        self.outbox.refresh()
        self.decisions.refresh()
        self.left_work.refresh()


class Nudger(QObject):
    """Has sync run as soon as the outbox has something new."""

    def __init__(self, bus: ChangeBus, trigger: SyncTrigger) -> None:
        super().__init__()
        self._trigger = trigger
        bus.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, initiator: object) -> None:
        if changes.outbox and initiator is not None:
            self._trigger.nudge()


def build_workplace(
    desk: DeskParts, officer: Actor, around: Surroundings, trigger: SyncTrigger
) -> Workplace:
    """Build the view-models of an officer's desk and have them listen to each other."""
    db, bus, formats, clock = around.db, around.bus, around.formats, around.time.now
    calendar, tick = desk.rulebook.calendar, around.tick
    lines = CaseLines(formats, calendar, around.time)
    timeline = Timeline(formats, officer.id, clock)
    words = CaseWords(formats, timeline, calendar, around.time)
    keeper = DraftKeeper(desk.drafting, db, bus, clock)
    news = NewsFinder(timeline, officer.id)
    composer = ComposerPresenter(desk.casework, keeper, db, bus, news, formats, clock)
    acts = OutboxLines(formats, clock)
    decisions = DecisionWords(timeline, acts, officer.id)
    taking_back = TakingBack(desk.casework, desk.inbox, desk.drafting, keeper, db, bus)
    workplace = Workplace(
        lines=lines,
        navigation=NavigationPresenter(desk.inbox, db, bus, formats, tick),
        cases=CaseListPresenter(desk.inbox, db, bus, lines, formats, tick),
        case=CasePresenter(desk.inbox, desk.attachments, desk.casework, db, bus, words, tick),
        drafts=keeper,
        composer=composer,
        evidence=EvidencePicker(desk.attachments, around.io),
        files=OpenedFiles(desk.attachments, around.opened, around.io, bus),
        taking_back=taking_back,
        actions=CaseActionsPresenter(
            desk.casework, desk.inbox, composer, taking_back, db, bus, officer.id
        ),
        outbox=OutboxPresenter(desk.inbox, desk.attachments, taking_back, db, bus, acts, tick),
        decisions=DecisionPresenter(desk.inbox, desk.casework, keeper, db, bus, decisions),
        left_work=LeftWorkPresenter(
            desk.inbox,
            desk.casework,
            desk.drafting,
            keeper,
            (db, around.io),
            bus,
            LeftLines(formats, clock),
            tick,
        ),
        history=HistoryPresenter(desk.inbox, (db, around.io), bus, acts, formats),
        sync=SyncStatusPresenter(trigger, formats, clock, tick),
        templates=TemplatePresenter(desk, db),
        courier=CourierPresenter(desk.courier, around.io, bus, trigger.try_now, formats),
        space=FileSpacePresenter(desk.attachments, around.io, bus, formats),
        details=SyncDetailsPresenter(desk.line, db, formats, clock, tick),
        nudger=Nudger(bus, trigger),
    )
    _wire(workplace)
    return workplace


def _wire(workplace: Workplace) -> None:
    workplace.navigation.place_changed.connect(workplace.cases.open_place)
    workplace.navigation.place_changed.connect(workplace.history.on_place)
    workplace.navigation.outdated.connect(workplace.sync.on_outdated)
    workplace.navigation.counted.connect(workplace.sync.on_counted)
    workplace.navigation.counted.connect(workplace.details.on_counted)
    workplace.sync.locked.connect(workplace.cases.show_lock)
    workplace.sync.locked.connect(workplace.case.show_lock)
    workplace.cases.selected.connect(workplace.case.show)
    workplace.decisions.newer_marked.connect(workplace.case.highlight)
    workplace.case.state_changed.connect(workplace.cases.note_open)
    workplace.case.state_changed.connect(workplace.composer.on_case)
    workplace.case.state_changed.connect(workplace.actions.on_case)
    workplace.case.state_changed.connect(workplace.files.on_case)
