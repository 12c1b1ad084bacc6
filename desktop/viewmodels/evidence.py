# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as evidence: copied at once, in the lane where a slow disk holds up nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject

from desktop.bridge.lanes import Lane
from desktop.bridge.signals import Emits, emits
from desktop.viewmodels.draft_words import Key
from desktop.viewmodels.problems import Problem, describe
from sync.cases.case import Attachment
from sync.errors import TanggapError
from sync.i18n import ngettext

_MOST_TOLD: Final = 5


class FileKeeper(Protocol):
    """What copies files; `sync.services.attachments.Attachments` is one."""

    def attach(self, path: Path, *, shrink: bool = False) -> Attachment:
        """Copy a file; when this returns, the original may change or go."""

    def attach_content(self, name: str, content: bytes, *, shrink: bool = False) -> Attachment:
        """Keep a content that is no file."""


_Copy = Callable[[], Attachment]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    files: tuple[Attachment, ...]
    failures: tuple[tuple[str, TanggapError], ...]


class EvidencePicker(QObject):
    """Turns what the officer chose, dropped or pasted into evidence of one draft.

    A copy may take long, and the officer may have turned to another case by then.

    Attributes:
        shrinks: whether large photos are made smaller.

    Signals:
        picked: the draft, and the files that were copied for it.
        failed: the draft, and why some could not be; the others were all the same.
        copying_changed: the drafts for which files are being copied.
    """

    picked: Emits[Key, tuple[Attachment, ...]] = emits(tuple, tuple)
    failed: Emits[Key, Problem] = emits(tuple, Problem)
    copying_changed: Emits[frozenset[Key]] = emits(frozenset)

    def __init__(self, keeper: FileKeeper, lane: Lane) -> None:
        super().__init__()
        self._keeper = keeper
        self._lane = lane
        self._copying: Counter[Key] = Counter()
        self.shrinks = True

    def pick(self, key: Key, paths: Sequence[str]) -> None:
        """Copy files."""
        attach = partial(self._keeper.attach, shrink=self.shrinks)
        self._copy(key, [(path.name, partial(attach, path)) for path in map(Path, paths)])

    def pick_picture(self, key: Key, name: str, pack: Callable[[], bytes]) -> None:
        """Keep a picture that is no file, such as one of the screen.

        Args:
            pack: returns it as it is in a file; it takes its time, so it is called in the lane.
        """
        attach = partial(self._keeper.attach_content, name, shrink=self.shrinks)
        self._copy(key, [(name, lambda: attach(pack()))])

    def shrink(self, wished: bool) -> None:
        """Make photos that are added from now on smaller, or leave them as they are."""
        self.shrinks = wished

    def _copy(self, key: Key, copies: Sequence[tuple[str, _Copy]]) -> None:
        self._count(key, 1)
        self._lane.run(
            partial(_copy_all, copies),
            partial(self._on_copied, key),
            partial(self._on_unexpected, key),
            self,
        )

    def _on_copied(self, key: Key, copied: _Copied) -> None:
        if copied.files:
            self.picked.emit(key, copied.files)
        self._count(key, -1)
        if copied.failures:
            self.failed.emit(key, _told(copied.failures))

    def _on_unexpected(self, key: Key, error: Exception) -> None:
        self._count(key, -1)
        raise error

    def _count(self, key: Key, more: int) -> None:
        self._copying[key] += more
        self.copying_changed.emit(frozenset(+self._copying))


def _copy_all(copies: Sequence[tuple[str, _Copy]]) -> _Copied:
    files: list[Attachment] = []
    failures: list[tuple[str, TanggapError]] = []
    for name, copy in copies:
        try:
            files.append(copy())
        except TanggapError as error:
            failures.append((name, error))
    return _Copied(files=tuple(files), failures=tuple(failures))


def _told(failures: Sequence[tuple[str, TanggapError]]) -> Problem:
    """Put into words which files could not be added, and why."""
    name, error = failures[0]
    problem = describe(error)
    if len(failures) == 1:
        return replace(problem, title=f"{problem.title}: {name}")
    told = [f"{name}: {describe(error).title}" for name, error in failures[:_MOST_TOLD]]
    if (left := len(failures) - len(told)) > 0:
        told.append(ngettext("and {count} more", "and {count} more", left).format(count=left))
    title = ngettext("{count} file was not added", "{count} files were not added", len(failures))
    return replace(problem, title=title.format(count=len(failures)), detail="\n".join(told))
