# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places, a list, and what is read: side by side, or as many of them as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QByteArray, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget
from typing_extensions import override

from desktop.ui.widgets.keyboard import holds

_WIDTHS: Final = (213, 404, 749)
_LEAST_PLACES: Final = 170
_LEAST_READ: Final = 440
_LEAST: Final = (320, 190)
"""What is left of the smallest screen: 1366 by 768 at 200 %, less bars and frame."""
_HANDLES: Final = 8


class Depth(IntEnum):
    """How far in the officer is, from the queues to the case."""

    PLACES = 0
    LIST = 1
    READ = 2


@dataclass(frozen=True, slots=True)
class Page:
    """What stands beside the places: a list and, right of it, what is read of it."""

    listed: QWidget
    read: QWidget


class PaneRow(QSplitter):
    """On a large screen three panes; where there is less room those around the keyboard.

    Attributes:
        at: the pane that the keyboard was in last.

    Signals:
        changed: other panes are shown now.
    """

    changed = Signal()

    def __init__(
        self, places: QWidget, pages: Sequence[Page], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._places = places
        self._pages = tuple(pages)
        self._rows = [self._row(page) for page in pages]
        self._stack = QStackedWidget(self)
        self._blank: set[QWidget] = set()
        self._is_arranging = False
        self.at = Depth.LIST
        places.setMinimumWidth(_LEAST_PLACES)
        for row in self._rows:
            self._stack.addWidget(row)
        self.addWidget(places)
        self.addWidget(self._stack)
        self.setSizes([_WIDTHS[0], sum(_WIDTHS[1:])])
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setMinimumSize(*_LEAST)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    @property
    def page(self) -> Page:
        """What is shown beside the places."""
        return self._pages[self._stack.currentIndex()]

    @property
    def room(self) -> int:
        """How many panes of the shown page can stand side by side."""
        return self._room(self.page)

    @property
    def hidden_before(self) -> Depth | None:
        """The pane at the start that there is no room for; None where nothing is hidden."""
        if self.room >= len(Depth) or self.at is Depth.PLACES:
            return None
        return Depth.PLACES if self.room > 1 else Depth(self.at - 1)

    def show_page(self, listed: QWidget) -> None:
        """Show the page of a list."""
        self._stack.setCurrentIndex([page.listed for page in self._pages].index(listed))
        self._arrange()

    def leave_out(self, read: QWidget, *, is_blank: bool) -> None:
        """Give the room of a pane that has nothing to show to its list."""
        if is_blank != (read in self._blank):
            self._blank ^= {read}
            self._arrange()

    def reveal(self, part: QWidget) -> None:
        """Show the pane that holds a part."""
        found = self._depth_of(part)
        if found is not None and found is not self.at:
            self.at = found
            self._arrange()

    def memory(self) -> tuple[bytes, bytes]:
        """Return the widths of places and panes, to be given back next time."""
        return bytes(self.saveState().data()), bytes(self._rows[0].saveState().data())

    def restore(self, places: bytes, panes: bytes) -> None:
        """Give the panes the widths that they had."""
        self.restoreState(QByteArray(places))
        self._rows[0].restoreState(QByteArray(panes))
        self._arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self._is_arranging:
            self.reveal(new)

    def _depth_of(self, part: QWidget) -> Depth | None:
        panes = {Depth.PLACES: self._places, Depth.LIST: self.page.listed}
        if self.page.read not in self._blank:
            panes[Depth.READ] = self.page.read
        return next((depth for depth, pane in panes.items() if holds(pane, part)), None)

    def _row(self, page: Page) -> QSplitter:
        row = QSplitter(Qt.Orientation.Horizontal)
        row.addWidget(page.listed)
        row.addWidget(page.read)
        row.setSizes(list(_WIDTHS[1:]))
        row.setStretchFactor(1, 1)
        row.setChildrenCollapsible(False)
        page.read.setMinimumWidth(_LEAST_READ)
        return row

    def _room(self, page: Page) -> int:
        both = page.listed.minimumWidth() + _HANDLES
        both += 0 if page.read in self._blank else page.read.minimumWidth()
        if self.width() >= _LEAST_PLACES + both:
            return len(Depth)
        return 2 if self.width() >= both else 1

    def _arrange(self) -> None:
        """Show the panes around the present one, in every page alike."""
        if self._is_arranging:
            return
        self._is_arranging = True
        for page in self._pages:
            depth = self.at
            if page.read in self._blank:
                depth = min(depth, Depth.LIST)
            room = self._room(page)
            at_read = depth is Depth.READ or room == len(Depth) or (room > 1 and depth > 0)
            page.read.setVisible(at_read and page.read not in self._blank)
            page.listed.setVisible(depth is Depth.LIST or room > 1)
        alone = self.room == 1 and self.at is Depth.PLACES
        self._stack.setVisible(not alone)
        self._places.setVisible(self.at is Depth.PLACES or self.room == len(Depth))
        self._is_arranging = False
        self.changed.emit()
