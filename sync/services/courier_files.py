# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files' contents in courier files: the officer's own on the way out, others' on the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Final

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.courier.bundle import Bundle, HeldRecord, WishRecord
from sync.courier.keys import Keys
from sync.courier.parts import Enclosed, Part, PartRecord, sealed_bytes
from sync.engine.budget import Errand
from sync.errors import CourierRefused, StoreUnavailable
from sync.store.encrypted_file import BLOCK
from sync.store.local import LocalStore

REPLY_BYTES: Final = 100 * 1024 * 1024
"""What a reply may bring of files, unless the officer says otherwise."""

MOST_BYTES: Final = 3 * 1024**3
"""Of files in one courier file; with the words it stays below what sticks take (4 GiB)."""

_MOST_WISHES: Final = 2_000
_MOST_PICTURE_BYTES: Final = 64 * 1024
_STEP_BYTES: Final = 64 * BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Own files for one courier file.

    Attributes:
        enclosed: what goes along.
        left: how many stay behind, because there is no room for them.
    """

    enclosed: Sequence[Enclosed]
    left: int

    @property
    def bytes(self) -> int:
        """Return how much room they take."""
        return sealed_bytes(each.record.size for each in self.enclosed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a reply brought of files.

    Attributes:
        files: contents that are here now and were not before; small pictures are not counted.
        damaged: contents in it that are not what they should be; they come again.
        at_centre: own files that the centre has now.
        refused: own files that the centre could not take.
    """

    files: int = 0
    damaged: int = 0
    at_centre: int = 0
    refused: int = 0
    changes: ChangeSet = field(default_factory=ChangeSet)


class CourierFiles:
    """The files' part of the courier's counter."""

    def __init__(self, store: LocalStore, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    def load(self, most_bytes: int) -> Load:
        """Return the own files that go along, oldest first, as far as they have room."""
        room = min(most_bytes, MOST_BYTES)
        waiting = self._store.own_files.to_carry()
        enclosed: list[Enclosed] = []
        for file in waiting:
            size = sealed_bytes([file.size])
            if size <= room:
                room -= size
                record = PartRecord(sha256=file.sha256, size=file.size, case_id=min(file.cases))
                enclosed.append(Enclosed(record, partial(self._pieces, file.sha256)))
        return Load(enclosed=enclosed, left=len(waiting) - len(enclosed))

    def wishes(self, room: int) -> WishRecord:
        """Return what the reply should bring, in the order in which the network would."""
        pictures: list[tuple[int, str]] = []
        originals: list[tuple[int, str]] = list(self._store.file_cache.unfinished()[:_MOST_WISHES])
        for transfer in self._store.transfers.transfers(self._clock()):
            listed = pictures if transfer.errand is Errand.THUMBNAIL else originals
            if transfer.errand is not Errand.UPLOAD and len(listed) < _MOST_WISHES:
                listed.append((transfer.case_id, transfer.sha256))
        pinned = sorted(self._store.pins.all())
        return WishRecord(room=room, pictures=pictures, originals=originals, pinned=pinned)

    def take(self, bundle: Bundle, file: BinaryIO, keys: Keys) -> Brought:
        """Take in what a reply brought; what was here already is passed over.

        Raises:
            StoreUnavailable: this computer cannot keep it; what was kept before stays.
        """
        told = bundle.all(HeldRecord)
        new = self._arrived(sha256 for each in told for sha256 in each.held)
        changed = set(new)
        files = damaged = 0
        for part in bundle.parts(file, keys):
            record = part.record
            try:
                is_new = self._take(part)
            except CourierRefused:
                damaged += 1
                self._ask_again(record)
                continue
            if is_new:
                files += not record.picture_of
                changed.add(record.picture_of or record.sha256)
        return Brought(
            files=files,
            damaged=damaged,
            at_centre=len(new),
            refused=sum(len(each.refused) for each in told),
            changes=ChangeSet(files=frozenset(changed)),
        )

    def _arrived(self, digests: Iterable[str]) -> list[str]:
        """Remember which own files the centre has; return those of which it was not known."""
        own = self._store.own_files
        new = [
            sha256
            for sha256 in digests
            if (known := own.find(sha256)) is not None and not known.at_centre
        ]
        for sha256 in new:
            own.arrived(sha256)
        return new

    def _take(self, part: Part) -> bool:
        record, cache = part.record, self._store.file_cache
        case_id = CaseId(record.case_id)
        if not cache.may_hold(case_id) or self._store.own_files.find(record.sha256) is not None:
            return False
        if record.picture_of:
            return self._take_picture(part, case_id)
        held = cache.find(record.sha256)
        if held is not None and held.is_complete:
            return False
        self._take_original(part, case_id, 0 if held is None else held.have)
        return True

    def _ask_again(self, record: PartRecord) -> None:
        if not record.picture_of:
            self._store.file_cache.failed(
                CaseId(record.case_id),
                record.sha256,
                record.size,
                problem="",
                retry_at=0,
                now=self._clock(),
            )

    def _take_picture(self, part: Part, case_id: CaseId) -> bool:
        cache, record = self._store.file_cache, part.record
        if cache.thumbnail(record.picture_of) is not None or record.size > _MOST_PICTURE_BYTES:
            return False
        pieces: list[bytes] = []
        part.copy_to(pieces.append)
        cache.put_thumbnail(case_id, record.picture_of, b"".join(pieces))
        return True

    def _take_original(self, part: Part, case_id: CaseId, have: int) -> None:
        """Write a content piece by piece behind what is here of it; shown when it is whole."""
        cache, record, now = self._store.file_cache, part.record, self._clock()
        waiting, passed = bytearray(), 0

        def take(piece: bytes) -> None:
            nonlocal passed
            skipped = min(max(have - passed, 0), len(piece))
            passed += len(piece)
            waiting.extend(piece[skipped:])
            if passed < record.size and len(waiting) < _STEP_BYTES:
                return
            whole = len(waiting) if passed == record.size else len(waiting) // BLOCK * BLOCK
            try:
                cache.take_in(case_id, record.sha256, record.size, bytes(waiting[:whole]), now)
            except StoreUnavailable as error:
                if error.code != "store.corrupt":
                    raise
                raise CourierRefused("courier.damaged") from error  # it comes again
            del waiting[:whole]

        part.copy_to(take)

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        """Yield an own file; one that is broken here ends early, and must not hold up the words."""
        with suppress(StoreUnavailable):
            yield from self._store.own_files.pieces(sha256)
