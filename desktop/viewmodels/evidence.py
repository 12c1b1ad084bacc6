# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as evidence: copied at once, in the lane where a slow disk holds up nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import Emits, emits
from desktop.viewmodels.problems import Problem, describe
from sync.cases.case import Attachment
from sync.errors import TanggapError


class FileKeeper(Protocol):
    """What copies files; `sync.services.attachments.Attachments` is one."""

    def attach(self, path: Path, *, shrink: bool = False) -> Attachment:
        """Copy a file; when this returns, the original may change or go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    files: tuple[Attachment, ...]
    failure: TanggapError | None


class EvidencePicker(QObject):
    """Turns paths that the officer chose or dropped into evidence.

    Attributes:
        shrinks: whether large photos are made smaller.

    Signals:
        picked: the files that were copied.
        failed: why one of them could not be; the others were all the same.
    """

    picked: Emits[tuple[Attachment, ...]] = emits(tuple)
    failed: Emits[Problem] = emits(Problem)

    def __init__(self, keeper: FileKeeper, lane: Lane) -> None:
        super().__init__()
        self._keeper = keeper
        self._lane = lane
        self.shrinks = True

    def pick(self, paths: Sequence[str]) -> None:
        """Copy files."""
        work = partial(_copy, self._keeper, tuple(paths), shrink=self.shrinks)
        self._lane.run(work, self._on_copied, self._on_unexpected, self)

    def shrink(self, wished: bool) -> None:
        """Make photos that are added from now on smaller, or leave them as they are."""
        self.shrinks = wished

    def _on_copied(self, copied: _Copied) -> None:
        if copied.files:
            self.picked.emit(copied.files)
        if copied.failure is not None:
            self.failed.emit(describe(copied.failure))

    def _on_unexpected(self, error: Exception) -> None:
        raise error


def _copy(keeper: FileKeeper, paths: tuple[str, ...], *, shrink: bool) -> _Copied:
    files: list[Attachment] = []
    failure: TanggapError | None = None
    for path in map(Path, paths):
        try:
            files.append(keeper.attach(path, shrink=shrink))
        except TanggapError as error:
            failure = error
    return _Copied(files=tuple(files), failure=failure)
