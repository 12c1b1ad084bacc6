# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the palette finds: commands by their names, complaints by number or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QKeySequence
from typing_extensions import override

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import Debounce
from desktop.commands.ids import WindowCommand
from desktop.commands.specs import MENU_TITLES, SPECS, Context, Spec
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_queue import CaseSource
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.views import CaseRow
from sync.i18n import gettext as _

Index = QModelIndex | QPersistentModelIndex

_SEARCH_DELAY_MS: Final = 120
_MAX_CASES: Final = 12
_MAX_COMMANDS: Final = 12
_SHORTEST_SEARCH: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing the palette offers; exactly one of command and case.

    Attributes:
        detail: where it is found otherwise, or more about the case.
        keys: its shortcut.
    """

    title: str
    detail: str
    keys: str = ""
    command: WindowCommand | None = None
    case_id: CaseId | None = None


class HitRole(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole + 1


class HitModel(QAbstractListModel):
    """The hits, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hits: tuple[Hit, ...] = ()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.hits)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (hit.title, hit.detail, hit.keys) if part)
            case HitRole.HIT:
                return hit
            case _:
                return None

    def show_hits(self, hits: tuple[Hit, ...]) -> None:
        """Replace what is offered."""
        if hits != self.hits:
            self.beginResetModel()
            self.hits = hits
            self.endResetModel()


class PalettePresenter(QObject):
    """Looks in both places while the officer types.

    Signals:
        command_chosen, case_chosen: what the officer wants.
    """

    command_chosen = emits(WindowCommand)
    case_chosen = emits(CaseId)

    def __init__(self, source: CaseSource, lines: CaseLines, lane: Lane) -> None:
        super().__init__()
        self._source = source
        self._lines = lines
        self._lane = lane
        self._query = ""
        self._context = Context()
        self._commands: tuple[Hit, ...] = ()
        self.model = HitModel(self)
        self._typing = Debounce(_SEARCH_DELAY_MS, self)
        self._typing.fired.connect(self._on_typed)

    def begin(self, context: Context) -> None:
        """Offer every command that makes sense now."""
        self._context = context
        self.look_for("")

    def look_for(self, query: str) -> None:
        """Take in what is typed: commands at once, cases a moment later."""
        self._query = query.strip()
        self._commands = tuple(command_hits(self._query, self._context))
        self.model.show_hits(self._commands)
        if len(self._query) >= _SHORTEST_SEARCH:
            self._typing.poke()
        else:
            self._typing.cancel()

    def choose(self, hit: Hit) -> None:
        """Say what the officer wants."""
        self._typing.cancel()
        if hit.command is not None:
            self.command_chosen.emit(hit.command)
        elif hit.case_id is not None:
            self.case_chosen.emit(hit.case_id)

    @Slot()
    def _on_typed(self) -> None:
        query = self._query
        self._lane.run(
            partial(self._find, query), partial(self._on_found, query), self._on_failed, self
        )

    def _find(self, query: str) -> list[CaseRow]:
        """Look for cases; runs in the lane."""
        narrowed = CaseFilter(text=query.lstrip("#"))
        return self._source.rows(self._source.ids(Queue.ALL, narrowed, Sort.NEWEST)[:_MAX_CASES])

    def _on_found(self, query: str, rows: Sequence[CaseRow]) -> None:
        if query == self._query:
            cases = (self._case_hit(row) for row in rows)
            self.model.show_hits((*self._commands, *cases))

    def _case_hit(self, row: CaseRow) -> Hit:
        line = self._lines.line(row)
        return Hit(title=line.title, detail=f"{line.head} · {line.tags[0].text}", case_id=row.id)

    def _on_failed(self, _error: Exception) -> None:
        """Offer the commands alone; the list says what is wrong with the files."""


def command_hits(query: str, context: Context) -> list[Hit]:
    """Return the commands that fit, best first; in the table's order where they fit alike."""
    scored = [
        (score, spec)
        for spec in SPECS
        if spec.id is not WindowCommand.PALETTE
        and spec.enabled(context)
        and (score := _score(query.casefold(), spec)) > 0
    ]
    scored.sort(key=lambda hit: -hit[0])
    return [_command_hit(spec) for _score_of, spec in scored[:_MAX_COMMANDS]]


def _score(query: str, spec: Spec) -> int:
    """Return 3 for words that begin so, 2 for words that contain it, 0 for no match."""
    label = spec.plain_label.casefold()
    text = f"{label} {spec.help_text.casefold()}"
    words = query.split()
    if all(any(part.startswith(word) for part in label.split()) for word in words):
        return 3
    if all(word in label for word in words):
        return 2
    return 1 if all(word in text for word in words) else 0


def _command_hit(spec: Spec) -> Hit:
    keys = QKeySequence(spec.shortcuts[0]) if spec.shortcuts else QKeySequence()
    return Hit(
        title=spec.plain_label,
        detail=_(MENU_TITLES[spec.menu]).replace("&", ""),
        keys=keys.toString(QKeySequence.SequenceFormat.NativeText),
        command=spec.id,
    )
