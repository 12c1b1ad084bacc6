# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contents that couriers bring, and those that go back with a reply.

They meet the same rules as those that come and go by the network: a content counts when it is
whole and what its name says, and is given to nobody who may not read a case with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from sync.cases.access import Actor
from sync.central.blob_files import BlobFiles, PartBusy, PartMoved, flush, write
from sync.central.database import Database
from sync.central.holdings import Holdings
from sync.central.small_pictures import small_picture
from sync.central.uploads import Upload, UploadRefused, Uploads, announcing
from sync.courier.bundle import HeldRecord, WishRecord
from sync.courier.parts import Enclosed, Part, PartRecord, sealed_bytes
from sync.errors import CourierRefused
from sync.wire.messages import EventRecord, SyncReply

MOST_UNASKED_BYTES: Final = 20 * 1024 * 1024
"""Larger ones are brought only when they are asked for, or their case is pinned."""

_MOST_ROOM_BYTES: Final = 3 * 1024**3
"""The words must fit in the same file."""

_MOST_PARTS: Final = 10_000
_MOST_CANDIDATES: Final = 20_000
_PIECE: Final = 64 * 1024

_NOT_TAKEN: Final = {
    "upload.checksum": "damaged",
    "upload.no-room": "no-room",
    "upload.quota": "quota",
}
"""What the device is told of a content that its words came without (docs/courier.md)."""


class CourierParts:
    """The centre's contents, as far as couriers carry them; what comes is an upload like others."""

    def __init__(
        self, database: Database, files: BlobFiles, holdings: Holdings, uploads: Uploads
    ) -> None:
        self._database = database
        self._files = files
        self._holdings = holdings
        self._uploads = uploads

    def take(self, officer: Actor, parts: Iterable[Part]) -> HeldRecord:
        """Keep what a file brings; what is damaged or has no room changes nothing.

        Raises:
            OSError: the file, or the disk here. What was kept before stays.
        """
        held: list[str] = []
        refused: dict[str, str] = {}
        for part in parts:
            sha256 = part.record.sha256
            if why := self._take(officer, part):
                refused[sha256] = why
            else:
                held.append(sha256)
        return HeldRecord(held=held, refused=refused)

    def chosen(
        self, officer: Actor, wish: WishRecord, pages: Sequence[SyncReply]
    ) -> list[Enclosed]:
        """Return what goes with a reply: what is wished, then what its pages tell of."""
        room = min(wish.room, _MOST_ROOM_BYTES)
        if not room:
            return []
        chosen: dict[tuple[str, bool], Enclosed] = {}
        asked = {sha256 for _, sha256 in wish.originals}
        pinned = set(wish.pinned)
        for case_id, sha256, is_picture in islice(_candidates(wish, pages), _MOST_CANDIDATES):
            if (sha256, is_picture) in chosen or len(chosen) >= _MOST_PARTS:
                continue
            size = self._readable_size(officer, sha256)
            if size is None or sealed_bytes([0]) > room:
                continue
            if is_picture:
                enclosed = self._picture(case_id, sha256)
            elif size <= MOST_UNASKED_BYTES or sha256 in asked or case_id in pinned:
                enclosed = self._original(case_id, sha256, size)
            else:
                continue
            if enclosed is not None and sealed_bytes([enclosed.record.size]) <= room:
                room -= sealed_bytes([enclosed.record.size])
                chosen[sha256, is_picture] = enclosed
        return list(chosen.values())

    def _take(self, officer: Actor, part: Part) -> str:
        """Keep a content; return why not, empty where the centre has it now."""
        record = part.record
        if record.picture_of:
            return "not-kept"
        try:
            upload = self._uploads.begin(
                officer, record.size, announcing(record.sha256), goes_on=True
            )
            if not upload.is_done:
                self._write(upload, part)
                self._uploads.finish(upload)
        except UploadRefused as refused:
            return _NOT_TAKEN.get(refused.code, "busy")
        except CourierRefused:
            return "damaged"
        except (PartBusy, PartMoved):
            return "busy"
        return ""

    def _write(self, upload: Upload, part: Part) -> None:
        """Write a whole content over what is here of it; where that fails, no less is here.

        What came by the network before may have been spoilt on the way; this was sealed.
        """
        with self._files.open_part(upload.id, upload.offset) as file:
            file.seek(0)
            try:
                part.copy_to(partial(write, file))
                flush(file)
            except BaseException:
                file.truncate(upload.offset)
                if not upload.offset:
                    self._uploads.drop(upload.id)
                raise

    def _readable_size(self, officer: Actor, sha256: str) -> int | None:
        with self._database.read() as connection:
            size = self._holdings.size_for(connection, officer, sha256)
        return size if size is not None and self._files.size_of(sha256) == size else None

    def _original(self, case_id: int, sha256: str, size: int) -> Enclosed:
        path = self._files.path_of(sha256)
        record = PartRecord(sha256=sha256, size=size, case_id=case_id)
        return Enclosed(record, lambda: _pieces_of(path))

    def _picture(self, case_id: int, sha256: str) -> Enclosed | None:
        picture = small_picture(self._files, sha256)
        if not picture:
            return None
        record = PartRecord(
            sha256=hashlib.sha256(picture).hexdigest(),
            size=len(picture),
            case_id=case_id,
            picture_of=sha256,
        )
        return Enclosed(record, lambda: (picture,))


def _candidates(wish: WishRecord, pages: Sequence[SyncReply]) -> Iterator[tuple[int, str, bool]]:
    """Yield case, content, and whether its small picture is meant; the most wanted first."""
    told = [
        (event.case_id, str(sha256))
        for page in pages
        for event in filter(None, map(_files_arrived, page.events))
        for sha256 in event.data.get("digests", ())
    ]
    for case_id, sha256 in (*wish.pictures, *told):
        yield case_id, sha256, True
    for case_id, sha256 in (*wish.originals, *told):
        yield case_id, sha256, False


def _files_arrived(event: EventRecord | msgspec.Raw) -> EventRecord | None:
    """Return an event that tells of contents; the feed hands on what it keeps encoded."""
    if isinstance(event, msgspec.Raw):
        if b'"files"' not in memoryview(event).tobytes():
            return None
        event = msgspec.json.decode(event, type=EventRecord)
    return event if event.kind == "files" else None


def _pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a content; one that went meanwhile ends early, and is told from a whole one."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        while piece := file.read(_PIECE):
            yield piece
