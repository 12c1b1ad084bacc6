# SPDX-License-Identifier: AGPL-3.0-or-later
"""The left pane: the places an officer can go to, with how much waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from typing_extensions import override

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import MinuteTick, Throttle
from desktop.viewmodels.deadlines import unverified_number, unverified_text
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Mark
from sync.cases.changes import ChangeSet
from sync.cases.filters import Queue
from sync.cases.views import Counts
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext
from sync.services.terms import queue_text

Index = QModelIndex | QPersistentModelIndex

_RECOUNT_MS = 400


class Place(StrEnum):
    """Where the officer is: a queue, or one of the panes about their own work."""

    NOT_STARTED = Queue.NOT_STARTED.value
    DUE_SOON = Queue.DUE_SOON.value
    OVERDUE = Queue.OVERDUE.value
    IN_PROGRESS = Queue.IN_PROGRESS.value
    AWAITING_REPORTER = Queue.AWAITING_REPORTER.value
    DONE = Queue.DONE.value
    ALL = Queue.ALL.value
    MINE = Queue.MINE.value
    DRAFTS = Queue.DRAFTS.value
    FLAGGED = Queue.FLAGGED.value
    OUTBOX = "kotak_keluar"
    DECISIONS = "perlu_keputusan"
    LEFT = "pekerjaan_tertinggal"
    HISTORY = "riwayat"

    @property
    def queue(self) -> Queue | None:
        """The queue that lists this place's cases; None for the other panes."""
        own_panes = {Place.OUTBOX, Place.DECISIONS, Place.LEFT, Place.HISTORY}
        return None if self in own_panes else Queue(self.value)


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    places: tuple[Place, ...]


_SECTIONS: Final = (
    _Section(
        mark("Queues"),
        (
            Place.NOT_STARTED,
            Place.DUE_SOON,
            Place.OVERDUE,
            Place.IN_PROGRESS,
            Place.AWAITING_REPORTER,
            Place.DONE,
            Place.ALL,
        ),
    ),
    _Section(
        mark("My work"),
        (
            Place.MINE,
            Place.DRAFTS,
            Place.OUTBOX,
            Place.DECISIONS,
            Place.FLAGGED,
            Place.LEFT,
            Place.HISTORY,
        ),
    ),
)

_TITLES: Final = {
    Place.OUTBOX: mark("Outbox"),
    Place.DECISIONS: mark("Needs decision"),
    Place.LEFT: mark("Left behind"),
    Place.HISTORY: mark("Delivered from here"),
}

_URGENCY: Final = {
    Place.DUE_SOON: Mark.DUE_SOON,
    Place.OVERDUE: Mark.OVERDUE,
    Place.OUTBOX: Mark.PENDING,
    Place.DECISIONS: Mark.DECISION,
    Place.FLAGGED: Mark.DUE_SOON,
    Place.LEFT: Mark.PENDING,
}

PLACES: Final = tuple(place for section in _SECTIONS for place in section.places)
"""From top to bottom."""


class NavigationRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    PLACE = Qt.ItemDataRole.UserRole + 1
    COUNT = Qt.ItemDataRole.UserRole + 2
    MARK = Qt.ItemDataRole.UserRole + 3
    """Meaning of the count, None for an ordinary one."""
    HEADING = Qt.ItemDataRole.UserRole + 4


class CountSource(Protocol):
    """Where the numbers come from; `sync.services.inbox.Inbox` is one."""

    def counts(self) -> Counts:
        """Return the numbers beside the queues."""


def place_title(place: Place) -> str:
    """Return the name of a place."""
    return queue_text(place.queue) if place.queue is not None else _(_TITLES[place])


class NavigationModel(QAbstractListModel):
    """Headings and places, one below the other."""

    def __init__(self, formats: Formats, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._counts: Counts | None = None
        self._rows: list[Place | str] = []
        for section in _SECTIONS:
            self._rows += [section.title, *section.places]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not isinstance(self._rows[index.row()], Place):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if isinstance(row, Place):
            return self._of_place(row, role)
        if role == NavigationRole.HEADING:
            return True
        spoken = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        return _(row) if role in spoken else None

    def row_of(self, place: Place) -> int:
        """Return where a place stands."""
        return self._rows.index(place)

    def show_counts(self, counts: Counts) -> None:
        """Replace the numbers."""
        if counts != self._counts:
            self._counts = counts
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [])

    def _of_place(self, place: Place, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return place_title(place)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(place)
            case NavigationRole.PLACE:
                return place
            case NavigationRole.COUNT:
                return self._count_text(place)
            case NavigationRole.MARK:
                return _URGENCY.get(place)
            case Qt.ItemDataRole.ToolTipRole if not self._is_sure(place):
                return self._spoken(place)
            case _:
                return None

    def _spoken(self, place: Place) -> str:
        if place is Place.HISTORY:
            return place_title(place)
        count = self._count(place)
        told = ngettext("{place}: {count} complaint", "{place}: {count} complaints", count).format(
            place=place_title(place), count=self._formats.number(count)
        )
        return told if self._is_sure(place) else unverified_text(told)

    def _count_text(self, place: Place) -> str:
        count = self._count(place)
        if self._is_sure(place):
            return self._formats.number(count) if count else ""
        return unverified_number(self._formats.number(count))

    def _is_sure(self, place: Place) -> bool:
        """Whether the number can be relied on, whatever the clock may be."""
        is_of_days = place.queue is not None and place.queue.is_of_days
        return self._counts is None or self._counts.day_verified or not is_of_days

    def _count(self, place: Place) -> int:
        if self._counts is None:
            return 0
        if place.queue is not None:
            return self._counts.queues.get(place.queue, 0)
        own = {
            Place.OUTBOX: self._counts.outbox,
            Place.DECISIONS: self._counts.decisions,
            Place.LEFT: self._counts.left,
        }
        return own.get(place, 0)


class NavigationPresenter(QObject):
    """Which place is open, and the numbers beside all of them.

    Signals:
        place_changed: the officer went somewhere else.
        outdated: the numbers shown may be less than the truth until they are counted anew.
        counted: new numbers.
    """

    place_changed = emits(Place)
    outdated = emits()
    counted = emits(Counts)

    def __init__(
        self, source: CountSource, lane: Lane, bus: ChangeBus, formats: Formats, tick: MinuteTick
    ) -> None:
        super().__init__()
        self._source = source
        self._lane = lane
        self.model = NavigationModel(formats, self)
        self.place = Place.NOT_STARTED
        self.counts = Counts()
        self._recount = Throttle(_RECOUNT_MS, self)
        self._recount.fired.connect(self.refresh)
        bus.changed.connect(self._on_changed)
        # Due dates pass at midnight without anything changing in the files.
        tick.ticked.connect(self._recount.poke)

    def go(self, place: Place) -> None:
        """Open a place."""
        if place != self.place:
            self.place = place
            self.place_changed.emit(place)

    @Slot()
    def refresh(self) -> None:
        """Count anew."""
        self._lane.run(self._source.counts, self._on_counted, self._on_failed, self)

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.outbox or changes.files:
            self.outdated.emit()
        self._recount.poke()

    def _on_counted(self, counts: Counts) -> None:
        self.counts = counts
        self.model.show_counts(counts)
        self.counted.emit(counts)

    def _on_failed(self, _error: Exception) -> None:
        """Keep the old numbers; the list beside them says what is wrong with the files."""


def places_with_shortcut() -> Sequence[Place]:
    """Return the places that Ctrl+1 to Ctrl+9 open."""
    return PLACES[:9]
