# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keyboard goes to a part that may be out of sight where there is little room."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@runtime_checkable
class Revealing(Protocol):
    """What shows some of its parts at a time."""

    def reveal(self, part: QWidget) -> None:
        """Show what holds this part, whatever has to be hidden for it."""


def bring_up(part: QWidget) -> None:
    """Let everything above a part show it."""
    above = part.parentWidget()
    while above is not None:
        if isinstance(above, Revealing):
            above.reveal(part)
        above = above.parentWidget()


def give_keyboard(part: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
    """Put the keyboard into a part, and bring it up for that."""
    bring_up(part)
    part.setFocus(reason)


def holds(area: QWidget, part: QWidget | None) -> bool:
    """Return whether a part is an area or stands in it."""
    return part is not None and (area is part or area.isAncestorOf(part))
