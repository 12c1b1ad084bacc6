# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window as a screen reader meets it, as text that reviews like code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_SKIPPED: Final = frozenset({QAccessible.Role.ScrollBar, QAccessible.Role.Grip})
_CAP: Final = 12
"""Rows of a list that are written out."""


def accessibility_tree(root: QWidget) -> str:
    """Return role, name and state of everything that can be reached, one line each."""
    return "\n".join(_lines(QAccessible.queryAccessibleInterface(root), 0)) + "\n"


def nameless_controls(root: QWidget) -> list[str]:
    """Return what takes the keyboard and has no name to be spoken."""
    return [
        f"{type(widget).__name__} {widget.objectName()}".strip()
        for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root) and _takes_keyboard(widget) and not _name(widget)
    ]


def _takes_keyboard(widget: QWidget) -> bool:
    tab_stop = int(widget.focusPolicy().value) & 1
    return bool(tab_stop) and widget.isEnabled() and widget.focusProxy() is None


def _name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def _lines(item: QAccessibleInterface | None, depth: int) -> Iterator[str]:
    if item is None or item.role() in _SKIPPED or item.state().invisible:
        return
    line = _line(item)
    if line:
        yield "  " * depth + line
        depth += 1
    count = item.childCount()
    is_list = item.role() in {QAccessible.Role.List, QAccessible.Role.Table}
    shown = min(count, _CAP) if is_list else count
    for place in range(shown):
        yield from _lines(item.child(place), depth)
    if shown < count:
        yield "  " * depth + f"... {count - shown} more"


def _line(item: QAccessibleInterface) -> str:
    name = item.text(QAccessible.Text.Name)
    role = item.role().name
    if not name and role in {"Client", "Pane", "Grouping", "LayeredPane", "Splitter", "Border"}:
        return ""
    parts = [role, repr(name)]
    value = item.text(QAccessible.Text.Value)
    if value and value != name:
        parts.append(f"value={value!r}")
    state = item.state()
    flags = {
        "disabled": state.disabled,
        "focused": state.focused,
        "checked": state.checked,
        "selected": state.selected,
        "read-only": state.readOnly,
    }
    parts += [flag for flag, holds in flags.items() if holds]
    return " ".join(parts)
