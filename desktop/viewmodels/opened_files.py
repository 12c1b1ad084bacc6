# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening and saving files, and keeping a case ready without a line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.problems import Problem, describe
from sync.cases.case import Attachment
from sync.cases.case_files import files_of
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.cases.views import CaseView
from sync.errors import Refused
from sync.services.attachments import safe_name


class FileDesk(Protocol):
    """Where files are; `sync.services.attachments.Attachments` is one."""

    def show(self, case_id: CaseId | None) -> None:
        """Say which case is looked at."""

    def fetch(self, case_id: CaseId, sha256: str) -> None:
        """Ask for a content."""

    def try_again(self, case_id: CaseId, sha256: str) -> None:
        """Send an own file that did not go, or fetch one that did not come."""

    def save_as(self, sha256: str, target: Path) -> None:
        """Write a content to a place of the officer's choice."""

    def open_copy(self, file: Attachment, folder: Path) -> Path:
        """Write a copy to look at."""

    def is_pinned(self, case_id: CaseId) -> bool:
        """Return whether a case is kept ready."""

    def pin(self, case_id: CaseId, *, pinned: bool) -> None:
        """Keep the files of a case here, or let them go."""


class OpenedFiles(QObject):
    """What the officer does with the files of the open case. Follows `CasePresenter`.

    A file that is not here yet is fetched first and opened when it has come, unless the officer
    has turned to another case by then.

    Signals:
        opened: a copy to show with the program that the officer uses for such files.
        failed: why a file could not be opened or saved.
        pinned_changed: whether the open case is kept ready without a line.
    """

    opened = emits(Path)
    failed = emits(Problem)
    pinned_changed = emits(bool)

    def __init__(self, desk: FileDesk, folder: Path, lane: Lane, bus: ChangeBus) -> None:
        super().__init__()
        self._desk = desk
        self._folder = folder
        self._lane = lane
        self._bus = bus
        self._case = CaseState()
        self._awaited: dict[str, Path | None] = {}
        self._is_pinned = False
        bus.changed.connect(self._on_changed)

    @Slot(object)
    def on_case(self, state: CaseState) -> None:
        """Turn to the files of another case."""
        is_another = state.case_id != self._case.case_id
        self._case = state
        if is_another:
            self._awaited.clear()
            self._lane.run(
                partial(self._turn_to, state.case_id), self._on_pinned, self._on_failed, self
            )

    def name_of(self, sha256: str) -> str:
        """Return what a file of the open case is called."""
        file = self._file(sha256)
        return "" if file is None else safe_name(file.name)

    @Slot(str)
    def open(self, sha256: str) -> None:
        """Open a file, fetching it first where it is not here."""
        self._attempt(sha256, None)

    def save(self, sha256: str, target: Path) -> None:
        """Save a file, fetching it first where it is not here."""
        self._attempt(sha256, target)

    @Slot(str)
    def try_again(self, sha256: str) -> None:
        """Send an own file again, or fetch one that did not come."""
        if self._case.case_id is not None:
            again = partial(self._desk.try_again, self._case.case_id, sha256)
            self._lane.run(again, partial(self._on_asked, sha256), self._on_failed, self)

    def toggle_pin(self) -> None:
        """Keep the open case ready without a line, or not any more."""
        case_id = self._case.case_id
        if case_id is not None:
            wish = not self._is_pinned
            self._lane.run(
                partial(self._desk.pin, case_id, pinned=wish),
                lambda _done: self._on_toggled(wish),
                self._on_failed,
                self,
            )

    def _turn_to(self, case_id: CaseId | None) -> bool:
        self._desk.show(case_id)
        return case_id is not None and self._desk.is_pinned(case_id)

    def _file(self, sha256: str) -> Attachment | None:
        files = () if self._case.view is None else _named_in(self._case.view)
        return next((file for file in files if file.sha256 == sha256), None)

    def _attempt(self, sha256: str, target: Path | None) -> None:
        file = self._file(sha256)
        if file is not None:
            self._lane.run(
                partial(self._write, file, target),
                partial(self._on_written, sha256),
                partial(self._on_not_written, sha256, target),
                self,
            )

    def _write(self, file: Attachment, target: Path | None) -> Path | None:
        """Write the copy that is wished for; return it when it is one to look at."""
        if target is None:
            return self._desk.open_copy(file, self._folder)
        self._desk.save_as(file.sha256, target)
        return None

    def _on_written(self, sha256: str, copy: Path | None) -> None:
        self._awaited.pop(sha256, None)
        if copy is not None:
            self.opened.emit(copy)

    def _on_not_written(self, sha256: str, target: Path | None, error: Exception) -> None:
        case_id = self._case.case_id
        if not (isinstance(error, Refused) and error.code == "file.not-here" and case_id):
            self._awaited.pop(sha256, None)
            self._on_failed(error)
        elif sha256 not in self._awaited:
            self._awaited[sha256] = target
            fetch = partial(self._desk.fetch, case_id, sha256)
            self._lane.run(fetch, partial(self._on_asked, sha256), self._on_failed, self)

    def _on_asked(self, sha256: str, _done: None) -> None:
        """Let the tile say so: what was asked for may be long in coming."""
        self._bus.announce(ChangeSet(files=frozenset({sha256})), self)

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, initiator: object) -> None:
        if initiator is self:
            return
        for sha256 in changes.files & self._awaited.keys():
            self._attempt(sha256, self._awaited[sha256])

    def _on_toggled(self, pinned: bool) -> None:
        self._on_pinned(pinned)
        files = () if self._case.view is None else _named_in(self._case.view)
        self._bus.announce(ChangeSet(files=frozenset(file.sha256 for file in files)), self)

    def _on_pinned(self, pinned: bool) -> None:
        self._is_pinned = pinned
        self.pinned_changed.emit(pinned)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(describe(error))


def _named_in(view: CaseView) -> tuple[Attachment, ...]:
    return files_of(view.case, [entry.event for entry in view.entries]).named
