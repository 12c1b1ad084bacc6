# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be seen in the windows of this program, as a screen reader would tell it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QPainter, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)


def seen(part: str = "") -> list[str]:
    """Return every text that can be seen, from top to bottom.

    Args:
        part: object name of the only part to look at; empty for all windows.
    """
    return [text for widget in _parts(part) for text in _texts(widget) if text]


def sees(text: str, part: str = "") -> bool:
    """Return whether a text can be seen, maybe as a part of a longer one."""
    return any(text in shown for shown in seen(part))


def is_there(part: str) -> bool:
    """Return whether a part of this object name is on the screen."""
    return bool(_parts(part))


def rows(part: str) -> list[str]:
    """Return the visible rows of a list or table as they are spoken."""
    return [
        text for view in _parts(part) if isinstance(view, QAbstractItemView) for text in _rows(view)
    ]


def current(part: str) -> str:
    """Return the chosen row of a list as it is spoken; empty for none."""
    chosen = (
        _spoken(view.currentIndex()) for view in _parts(part) if isinstance(view, QAbstractItemView)
    )
    return next(chosen, "")


def keyboard_is_in(part: str) -> bool:
    """Return whether the keyboard is in the part of this object name, or within it."""
    focused = QApplication.focusWidget()
    return focused is not None and any(
        widget is focused or widget.isAncestorOf(focused) for widget in _parts(part)
    )


def take_picture(path: Path) -> None:
    """Save what the screen shows: the largest window, and the others before it."""
    back, *front = sorted(_windows(), key=lambda window: -window.width() * window.height())
    picture = back.grab()
    with QPainter(picture) as painter:
        for window in front:
            place = window.pos() - back.pos()
            painter.drawPixmap(place, window.grab())
            painter.drawRect(window.rect().translated(place))  # a window manager's business
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(str(path))


def _windows() -> list[QWidget]:
    return [window for window in QApplication.topLevelWidgets() if window.isVisible()]


def _parts(name: str) -> list[QWidget]:
    windows = _windows()
    if not name:
        return windows
    found = [part for window in windows for part in window.findChildren(QWidget, name)]
    found += [window for window in windows if window.objectName() == name]
    return [part for part in found if part.isVisible()]


def _texts(widget: QWidget) -> Iterator[str]:
    yield from _own_texts(widget)
    if isinstance(widget, QAbstractItemView):
        yield from _rows(widget)
        return
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield from _texts(child)


def _own_texts(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            yield QTextDocumentFragment.fromHtml(widget.text()).toPlainText()
        case QLineEdit():
            yield widget.text()
        case QPlainTextEdit() | QTextEdit():
            yield widget.toPlainText()
        case _:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not widget.isWindow():
                yield interface.text(QAccessible.Text.Name).replace("&", "")


def _rows(view: QAbstractItemView) -> Iterator[str]:
    """Read the rows that are not scrolled away."""
    height = view.viewport().height()
    index = view.indexAt(QPoint(2, 2))
    while index.isValid() and view.visualRect(index).top() < height:
        yield _spoken(index)
        index = index.siblingAtColumn(0).sibling(index.row() + 1, 0)


def _spoken(index: QModelIndex) -> str:
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return str(spoken or index.data(Qt.ItemDataRole.DisplayRole) or "")
