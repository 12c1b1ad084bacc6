# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files without a disk, for windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sync.cases.case import Attachment
from sync.cases.ids import CaseId
from sync.cases.views import CaseView
from sync.errors import Refused
from sync.services.attachments import FileState
from sync.store.file_space import FileUse

_MB: Final = 1024 * 1024


class FakeAttachments:
    """Files of the invented office: what tests say of them; nothing is on a disk.

    Attributes:
        known: how files stand, by their SHA-256.
        asked: what was asked for, in order.
    """

    def __init__(self) -> None:
        self.known: dict[str, FileState] = {}
        self.asked: list[tuple[str, str]] = []
        self.pinned: set[CaseId] = set()
        self.use = FileUse(
            limit=1024 * _MB, budget=1024 * _MB, used=320 * _MB, pinned=45 * _MB, own=12 * _MB
        )

    def attach(self, path: Path, *, shrink: bool = False) -> Attachment:
        """Return a file by its name and size."""
        return Attachment(name=path.name, size_bytes=path.stat().st_size)

    def attach_content(self, name: str, content: bytes, *, shrink: bool = False) -> Attachment:
        """Return a content by its name and size."""
        return Attachment(name=name, size_bytes=len(content))

    def states(self, view: CaseView) -> dict[str, FileState]:
        """Return how files stand."""
        return self.known

    def own_states(self, files: Iterable[Attachment]) -> list[FileState]:
        """Return how the officer's own files stand."""
        return [self.known[file.sha256] for file in files if file.sha256 in self.known]

    def show(self, case_id: CaseId | None) -> None:
        """Do nothing; the line is down."""

    def fetch(self, case_id: CaseId, sha256: str) -> None:
        """Remember the wish."""
        self.asked.append(("fetch", sha256))

    def try_again(self, case_id: CaseId, sha256: str) -> None:
        """Remember the wish."""
        self.asked.append(("again", sha256))

    def save_as(self, sha256: str, target: Path) -> None:
        """Refuse where the file is not here."""
        self._check(sha256)
        self.asked.append(("save", str(target)))

    def open_copy(self, file: Attachment, folder: Path) -> Path:
        """Refuse where the file is not here."""
        self._check(file.sha256)
        return folder / file.name

    def space(self) -> FileUse:
        """Return how much files take."""
        return self.use

    def limit_space(self, limit_bytes: int) -> None:
        """Remember the wish."""
        self.use = replace(self.use, limit=limit_bytes, budget=limit_bytes)

    def clear_space(self) -> int:
        """Let go of what is not pinned."""
        freed = self.use.used - self.use.pinned
        self.use = replace(self.use, used=self.use.pinned)
        return freed

    def is_pinned(self, case_id: CaseId) -> bool:
        """Return whether a case is kept ready."""
        return case_id in self.pinned

    def pin(self, case_id: CaseId, *, pinned: bool) -> None:
        """Keep a case ready, or not."""
        (self.pinned.add if pinned else self.pinned.discard)(case_id)

    def _check(self, sha256: str) -> None:
        if sha256 not in self.known or not self.known[sha256].can_open:
            raise Refused("file.not-here", sha256=sha256)
