# SPDX-License-Identifier: AGPL-3.0-or-later
"""The history as a column of entries; of a long one both ends are built, the rest when asked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.ui.cases.entry_widget import EntryWidget
from desktop.viewmodels.timeline import EntryText
from sync.i18n import ngettext

SHOWN_AT_END: Final = 20
"""Entries built at first, besides the complaint itself."""
_MORE: Final = 50


class TimelineView(QWidget):
    """Shows entries, keeping the widgets of those that stayed the same.

    Signals:
        edit_requested, withdraw_requested, decision_requested: own work, by its command's id.
        open_requested, save_requested, retry_requested: a file, by its SHA-256.
    """

    edit_requested = Signal(str)
    withdraw_requested = Signal(str)
    decision_requested = Signal(str)
    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self._entries: tuple[EntryText, ...] = ()
        self._shown_at_end = SHOWN_AT_END
        self._widgets: dict[EntryText, EntryWidget] = {}
        self._more = QToolButton(self)
        self._more.setObjectName("timeline.more")
        self._more.clicked.connect(self._on_more)
        wear(self._more, Look.LINK)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def show_entries(self, entries: tuple[EntryText, ...], *, fold: bool) -> None:
        """Show a history.

        Args:
            entries: the complaint first.
            fold: it is another case; begin with both ends.
        """
        if fold:
            self._shown_at_end = SHOWN_AT_END
        if entries != self._entries:
            self._entries = entries
            self._rebuild()

    def widget_of(self, v: int) -> EntryWidget | None:
        """Return the entry at a place of the ledger, building it if it was folded away."""
        place = next((n for n, entry in enumerate(self._entries) if entry.v == v), None)
        if place is None:
            return None
        if self._entries[place] not in self._widgets:
            self._shown_at_end = len(self._entries) - place
            self._rebuild()
        return self._widgets[self._entries[place]]

    def newest(self) -> EntryWidget:
        """Return the last entry; it is always built."""
        return self._widgets[self._entries[-1]]

    def _rebuild(self) -> None:
        shown, hidden = self._visible_entries()
        old = {widget.entry.v: widget for widget in self._widgets.values()}
        kept = {entry: self._kept(entry, old.get(entry.v)) for entry in shown}
        still = set(kept.values())
        for widget in self._widgets.values():
            if widget not in still:
                self._column.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._widgets = kept
        for place, widget in enumerate(kept.values()):
            if self._column.indexOf(widget) != place:
                self._column.insertWidget(place, widget)
        self._show_more_button(hidden)

    def _kept(self, entry: EntryText, old: EntryWidget | None) -> EntryWidget:
        if entry in self._widgets:
            return self._widgets[entry]
        return old if old is not None and old.takes(entry) else self._build(entry)

    def _visible_entries(self) -> tuple[tuple[EntryText, ...], int]:
        hidden = max(0, len(self._entries) - 1 - self._shown_at_end)
        if not hidden:
            return self._entries, 0
        return (self._entries[0], *self._entries[1 + hidden :]), hidden

    def _show_more_button(self, hidden: int) -> None:
        self._column.removeWidget(self._more)
        self._more.setVisible(bool(hidden))
        if hidden:
            text = ngettext("Show {count} earlier entry", "Show {count} earlier entries", hidden)
            self._more.setText(text.format(count=hidden))
            self._column.insertWidget(1, self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def _build(self, entry: EntryText) -> EntryWidget:
        widget = EntryWidget(entry, self)
        widget.edit_requested.connect(self.edit_requested)
        widget.withdraw_requested.connect(self.withdraw_requested)
        widget.decision_requested.connect(self.decision_requested)
        widget.open_requested.connect(self.open_requested)
        widget.save_requested.connect(self.save_requested)
        widget.retry_requested.connect(self.retry_requested)
        return widget

    @Slot()
    def _on_more(self) -> None:
        self._shown_at_end += _MORE
        self._rebuild()
