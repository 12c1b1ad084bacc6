# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was delivered from this computer, with receipts: to look through, to search, to export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import Debounce
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.left_work import write_words
from desktop.viewmodels.navigation import Place
from desktop.viewmodels.outbox import OutboxModel
from desktop.viewmodels.outbox_lines import OutboxLine, OutboxLines
from desktop.viewmodels.problems import Problem, describe
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import KEPT_DAYS, OutboxItem
from sync.i18n import gettext as _
from sync.i18n import ngettext

_SEARCH_DELAY_MS: Final = 180


class HistoryReader(Protocol):
    """Where settled acts are; `sync.services.inbox.Inbox` is one."""

    def history(self, text: str) -> list[OutboxItem]:
        """Return the settled acts with every one of these words, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryState:
    """What stands around the list.

    Attributes:
        heading: how many acts are listed.
        chosen: the act that is read; None when none is listed.
        is_narrowed: only some words are looked for.
    """

    heading: str = ""
    chosen: OutboxLine | None = None
    is_narrowed: bool = False
    problem: Problem | None = None


class HistoryPresenter(QObject):
    """The history of this computer; it reads nothing while another place is open.

    Signals:
        state_changed: the whole new state.
        exported: the file is written.
        case_requested: the officer wants to see the case of an act.
    """

    state_changed = emits(HistoryState)
    exported = emits(str)
    case_requested = emits(CaseId)

    def __init__(
        self,
        reader: HistoryReader,
        lanes: tuple[Lane, Lane],
        bus: ChangeBus,
        lines: OutboxLines,
        formats: Formats,
    ) -> None:
        super().__init__()
        self._reader = reader
        self._db, self._io = lanes
        self._lines = lines
        self._formats = formats
        self._text = ""
        self._is_open = False
        self._shown: list[OutboxLine] = []
        self._chosen_id: CommandId | None = None
        self.model = OutboxModel(self)
        self.state = HistoryState()
        self._typing = Debounce(_SEARCH_DELAY_MS, self)
        self._typing.fired.connect(self._refresh)
        bus.changed.connect(self._on_changed)

    @Slot(object)
    def on_place(self, place: Place) -> None:
        """Read everything when the officer comes here, and follow what happens until they go."""
        self._is_open = place is Place.HISTORY
        if self._is_open:
            self._refresh()

    def search(self, text: str) -> None:
        """List the acts with these words, a moment after the last letter."""
        self._text = text
        self._typing.poke()

    def search_now(self) -> None:
        """Do not wait for more letters."""
        if self._typing.is_waiting:
            self._typing.fire()

    def choose(self, command_id: CommandId) -> None:
        """Read an act."""
        self._chosen_id = command_id
        self._become(replace(self.state, chosen=self.model.line_of(command_id)))

    def go_on(self) -> None:
        """Look at the complaint of the chosen act."""
        if self.state.chosen is not None:
            self.case_requested.emit(self.state.chosen.case_id)

    def export(self, path: str) -> None:
        """Write what is listed, with every word, as a text."""
        text = "\n\n----\n\n".join(line.copied for line in self._shown)
        write = partial(write_words, Path(path), text)
        self._io.run(write, partial(self._on_exported, path), self._on_failed, self)

    @Slot()
    def _refresh(self) -> None:
        self._db.run(
            partial(self._reader.history, self._text), self._on_read, self._on_failed, self
        )

    def _on_read(self, items: Sequence[OutboxItem]) -> None:
        self._shown = [self._lines.line(item) for item in items]
        self.model.show_rows(self._below_days(items))
        if self.model.line_of(self._chosen_id) is None:
            self._chosen_id = self.model.first()
        count = len(self._shown)
        heading = ngettext("{count} act", "{count} acts", count)
        self._become(
            HistoryState(
                heading=heading.format(count=self._formats.number(count)),
                chosen=self.model.line_of(self._chosen_id),
                is_narrowed=bool(self._text.strip()),
            )
        )

    def _below_days(self, items: Sequence[OutboxItem]) -> list[OutboxLine | str]:
        """Return the lines, each day's below its date."""
        rows: list[OutboxLine | str] = []
        last = ""
        for item, line in zip(items, self._shown, strict=True):
            at = item.command.at if item.settled_at is None else item.settled_at
            day = self._formats.full_day(self._formats.today(at))
            rows += [line] if day == last else [day, line]
            last = day
        return rows

    def _on_exported(self, path: str, _written: None) -> None:
        self.exported.emit(path)

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, problem=describe(error)))

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        if self._is_open and changes.outbox:
            self._refresh()

    def _become(self, state: HistoryState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def kept_text() -> str:
    """Return how long copies are kept, and that nothing undelivered is ever removed."""
    return _(
        "Copies are kept for {days} days after delivery; the act itself stays with its complaint. "
        "What is not delivered is never removed."
    ).format(days=KEPT_DAYS)
