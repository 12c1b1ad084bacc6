# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes in the complaint's own files from a folder, for the official export does not have them.

FOLDER/<tracking ID>/<name as it was attached>

Taking the same folder in again changes nothing, so one that was cut is simply repeated, and one
that has grown brings what is new. Photos lose place, time and owner as those of officers do: a
reporter who is anonymous must not be found by a picture.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select

from sync.cases.case import Attachment, StatusMap
from sync.cases.events import Attached
from sync.cases.ids import CaseId
from sync.central import schema
from sync.central.blob_files import BlobFiles
from sync.central.database import Database
from sync.central.holdings import CENTRE_ID, Holdings, note_names
from sync.central.ledger import Ledger
from sync.central.recording import Fact, Recorder
from sync.central.uploads import MAX_FILE_BYTES
from sync.pictures import cleaned, is_photo


@dataclass(slots=True, kw_only=True)
class FilesTaken:
    """What came of a folder.

    Attributes:
        cases: complaints that have files now which they had not.
        files: how many these are.
        known: files that were there already.
        unknown_cases: folders that are named after no complaint here.
        skipped: files that could not be taken: empty, too large, unreadable.
    """

    cases: int = 0
    files: int = 0
    known: int = 0
    unknown_cases: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class ComplaintFiles:
    """Contents, complaints and facts, brought together."""

    def __init__(
        self,
        database: Database,
        files: BlobFiles,
        holdings: Holdings,
        status_map: StatusMap,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._files = files
        self._holdings = holdings
        self._ledger = Ledger(status_map)
        self._recorder = Recorder(status_map)
        self._clock = clock
        self.taken = FilesTaken()

    def take(self, folder: Path) -> FilesTaken:
        """Take in what is in a folder.

        Raises:
            OSError: the folder cannot be read, or the contents cannot be kept.
        """
        for place in sorted(folder.iterdir()):
            if place.is_dir() and not place.name.startswith("."):
                self._take_case(place)
        return self.taken

    def _take_case(self, place: Path) -> None:
        case_id = self._case_id(place.name)
        if case_id is None:
            self.taken.unknown_cases.append(place.name)
            return
        files = list(self._kept(place))
        new = self._database.transact(partial(self._name, case_id, place.name, files))
        self._holdings.announce([file.sha256 for file in files])
        self.taken.cases += bool(new)
        self.taken.files += new
        self.taken.known += len(files) - new

    def _case_id(self, tracking_id: str) -> CaseId | None:
        cases = schema.cases.c
        with self._database.read() as connection:
            found = connection.execute(select(cases.id).where(cases.tracking_id == tracking_id))
            number = found.scalar_one_or_none()
        return None if number is None else CaseId(number)

    def _kept(self, place: Path) -> Iterator[Attachment]:
        """Keep the contents of one complaint's files and yield what they are called."""
        for path in sorted(place.iterdir()):
            if not path.is_file() or path.name.startswith("."):
                continue
            content = _content_of(path)
            if not content:
                self.taken.skipped.append(f"{place.name}/{path.name}")
                continue
            sha256 = hashlib.sha256(content).hexdigest()
            with self._files.content_locked(sha256):
                self._files.put(sha256, content)
                self._holdings.store(sha256, len(content))
            yield Attachment(
                name=path.name,
                size_bytes=len(content),
                sha256=sha256,
                media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            )

    def _name(
        self, case_id: CaseId, tracking_id: str, files: list[Attachment], connection: Connection
    ) -> int:
        """Tell a complaint of files that it does not have; return how many."""
        case = self._ledger.find_by_tracking_ids(connection, [tracking_id])[tracking_id]
        known = {file.sha256 for file in case.attachments}
        new = {file.sha256: file for file in files if file.sha256 not in known}
        if new:
            fact = Fact(body=Attached(attachments=tuple(new.values())), at=self._clock())
            self._recorder.record(connection, {case_id: [fact]})
        note_names(connection, case_id, CENTRE_ID, [file.sha256 for file in files])
        return len(new)


def _content_of(path: Path) -> bytes:
    """Return what is to be kept of a file; empty for what is not to be taken."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return b""
        content = path.read_bytes()
    except OSError:
        return b""
    return cleaned(content, shrink=False) if is_photo(content) else content
