# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of cases as an item model: ids first, windows of rows when a view asks for them.

No lane and no service in here: the model says which window it misses, somebody brings it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Slot,
)
from typing_extensions import override

from desktop.bridge.signals import emits
from desktop.viewmodels.case_lines import CaseLine, CaseLines
from sync.cases.ids import CaseId
from sync.cases.views import CaseRow
from sync.i18n import gettext as _

Index = QModelIndex | QPersistentModelIndex

WINDOW: Final = 64
"""Rows fetched at a time; a screen shows about ten."""
_KEPT_WINDOWS: Final = 64


class CaseRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    LINE = Qt.ItemDataRole.UserRole + 2
    """A `CaseLine`, or None while its window is on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A piece of the list to fetch.

    Attributes:
        generation: which list it belongs to; rows for an older list are dropped.
        number: its place, counted in windows.
    """

    generation: int
    number: int
    ids: tuple[CaseId, ...]


@dataclass(slots=True)
class _Loaded:
    rows: dict[CaseId, CaseRow]
    stale: bool = False


class CaseListModel(QAbstractListModel):
    """Any number of cases of which only those that were looked at are held.

    Signals:
        window_wanted: a view shows rows that are not here, or not fresh.
    """

    window_wanted = emits(Window)

    def __init__(self, lines: CaseLines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._ids: Sequence[CaseId] = ()
        self._generation = 0
        self._windows: OrderedDict[int, _Loaded] = OrderedDict()
        self._before: dict[CaseId, CaseRow] = {}
        self._words: dict[CaseId, CaseLine] = {}
        self._missed: set[int] = set()
        self._asked: set[int] = set()
        # Views read many cells in one go; what they missed is asked for once, afterwards.
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(0)
        self._ask.timeout.connect(self._on_ask)
        self._roles: dict[int, Callable[[int], object]] = {
            Qt.ItemDataRole.DisplayRole: self._title,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            Qt.ItemDataRole.ToolTipRole: self._hints,
            CaseRole.ID: self._id,
            CaseRole.LINE: self._line,
        }

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._ids)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        read = self._roles.get(role)
        if read is None or not index.isValid():
            return None
        return read(index.row())

    @property
    def ids(self) -> Sequence[CaseId]:
        """The whole list."""
        return self._ids

    def show_ids(self, ids: Sequence[CaseId]) -> None:
        """Become another list; what was shown already keeps its rows until new ones come."""
        self.beginResetModel()
        shown = [row for loaded in self._windows.values() for row in loaded.rows.values()]
        if shown:
            self._before = {row.id: row for row in shown}
        self._ids = ids
        self._generation += 1
        self._windows.clear()
        self._words.clear()
        self._missed.clear()
        self._asked.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Fetch anew what is shown; the old rows stay on the screen until then."""
        for loaded in self._windows.values():
            loaded.stale = True
        self._generation += 1
        self._asked.clear()
        self.reword()

    def reword(self) -> None:
        """Put the rows into words again, because time has passed."""
        self._words.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1), [])

    def receive(self, window: Window, rows: Sequence[CaseRow]) -> None:
        """Take in a window, unless the list has become another one meanwhile."""
        if window.generation != self._generation:
            return
        self._asked.discard(window.number)
        self._windows[window.number] = _Loaded({row.id: row for row in rows})
        self._windows.move_to_end(window.number)
        for case_id in window.ids:
            self._words.pop(case_id, None)
        while len(self._windows) > _KEPT_WINDOWS:
            self._forget_oldest()
        first = window.number * WINDOW
        last = first + len(window.ids) - 1
        self.dataChanged.emit(self.index(first), self.index(last), [])

    def row_of(self, case_id: CaseId | None) -> int | None:
        """Return where a case stands, or None when it is not in the list."""
        if case_id is None:
            return None
        try:
            return self._ids.index(case_id)
        except ValueError:
            return None

    def id_at(self, row: int) -> CaseId | None:
        """Return the case of a row, or None outside the list."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def _id(self, row: int) -> CaseId:
        return self._ids[row]

    def _line(self, row: int) -> CaseLine | None:
        case_id = self._ids[row]
        loaded = self._windows.get(row // WINDOW)
        if loaded is None or loaded.stale:
            self._miss(row // WINDOW)
        case = loaded.rows.get(case_id) if loaded is not None else self._before.get(case_id)
        if case is None:
            return None
        words = self._words.get(case_id)
        if words is None:
            words = self._words[case_id] = self._lines.line(case)
        return words

    def _title(self, row: int) -> str:
        line = self._line(row)
        return _("Loading…") if line is None else line.title

    def _spoken(self, row: int) -> str:
        line = self._line(row)
        return _("Loading…") if line is None else line.spoken

    def _hints(self, row: int) -> str:
        line = self._line(row)
        if line is None:
            return ""
        hints = (f"{tag.text}: {tag.hint}" for tag in line.tags if tag.hint)
        return "\n".join((line.title, *hints))

    def _miss(self, number: int) -> None:
        if number not in self._asked:
            self._missed.add(number)
            if not self._ask.isActive():
                self._ask.start()

    def _forget_oldest(self) -> None:
        _number, loaded = self._windows.popitem(last=False)
        for case_id in loaded.rows:
            self._words.pop(case_id, None)

    @Slot()
    def _on_ask(self) -> None:
        missed, self._missed = sorted(self._missed), set()
        self._asked.update(missed)
        for number in missed:
            ids = tuple(self._ids[number * WINDOW : (number + 1) * WINDOW])
            if ids:
                wanted = Window(generation=self._generation, number=number, ids=ids)
                self.window_wanted.emit(wanted)
