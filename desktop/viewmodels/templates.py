# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words of the centre to begin an answer with; read in a lane when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from sync.courier.editions import Template


class TemplateShelf(Protocol):
    """Where templates are; `sync.services.desk.Desk` is one."""

    def templates(self) -> Sequence[Template]:
        """Return the centre's templates."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Names and words, in the centre's order; empty when there are none for this kind of act."""

    templates: tuple[tuple[str, str], ...]


class TemplatePresenter(QObject):
    """Offers templates.

    Signals:
        offered: what can be chosen from.
    """

    offered = emits(Offer)

    def __init__(self, shelf: TemplateShelf, lane: Lane) -> None:
        super().__init__()
        self._shelf = shelf
        self._lane = lane

    def ask(self, kind: str) -> None:
        """Look for templates for a kind of act."""
        done, failed = partial(self._on_read, kind), partial(self._on_failed)
        self._lane.run(self._shelf.templates, done, failed, self)

    def _on_read(self, kind: str, templates: Sequence[Template]) -> None:
        chosen = tuple((each.name, each.text) for each in templates if each.kind == kind)
        self.offered.emit(Offer(chosen))

    def _on_failed(self, _error: Exception) -> None:
        self.offered.emit(Offer(()))  # a disk that cannot be read is told by whoever needs it
