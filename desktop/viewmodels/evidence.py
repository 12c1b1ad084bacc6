# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as evidence: their names and sizes, read where a slow disk holds up nobody.

Contents are not read: this release records names and sizes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import Emits, emits
from sync.cases.case import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    files: tuple[Attachment, ...]
    unreadable: tuple[str, ...]


class EvidencePicker(QObject):
    """Turns paths that the officer chose or dropped into evidence.

    Signals:
        picked: the files that could be looked at.
        unreadable: names of those that could not, and of folders.
    """

    picked: Emits[tuple[Attachment, ...]] = emits(tuple)
    unreadable: Emits[tuple[str, ...]] = emits(tuple)

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._lane = lane

    def pick(self, paths: Sequence[str]) -> None:
        """Look at files."""
        self._lane.run(
            partial(_measure, tuple(paths)), self._on_measured, self._on_unexpected, self
        )

    def _on_measured(self, measured: _Measured) -> None:
        if measured.files:
            self.picked.emit(measured.files)
        if measured.unreadable:
            self.unreadable.emit(measured.unreadable)

    def _on_unexpected(self, error: Exception) -> None:
        raise error


def _measure(paths: tuple[str, ...]) -> _Measured:
    files: list[Attachment] = []
    unreadable: list[str] = []
    for path in map(Path, paths):
        try:
            if not path.is_file():
                raise FileNotFoundError(path.name)
            files.append(Attachment(name=path.name, size_bytes=path.stat().st_size))
        except OSError:
            unreadable.append(path.name)
    return _Measured(files=tuple(files), unreadable=tuple(unreadable))
