# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known about the network below: is it metered, and did it come back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.bridge.signals import emits


class Network(QObject):
    """A network of which nobody knows anything: nothing is claimed, nothing changes by itself.

    Signals:
        metered_changed: ``is_metered`` is another one.
        came_back: there is a way out again; whether it leads to the centre only trying tells.
    """

    metered_changed = emits()
    came_back = emits()

    @property
    def is_metered(self) -> bool:
        """Whether whoever uses it pays by what is carried, as far as is known."""
        return False

    def watch(self) -> None:
        """Begin to look; called when the window is there, for it takes a moment."""
