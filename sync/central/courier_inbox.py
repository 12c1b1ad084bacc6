# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files that come over the network in pieces, until they have been taken in and answered.

<folder>/parts/<sha256>-<size>          what has arrived; sealed, so whoever has it may bring it
               <sha256>-<size>.of-<id>  empty: the officer who began it, in whose share it counts
               <sha256>-<size>.reply    the reply, kept so that it too can be fetched in pieces
               <sha256>-<size>.receipt  written last: what became of the file

Nothing here is remembered in the database; what is lost is brought again, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from sync.cases.access import Actor
from sync.central.blob_files import BlobFiles, flush
from sync.central.uploads import Limits, Upload, UploadRefused, announced_in
from sync.courier.envelope import MOST_CARRIED_BYTES
from sync.wire import codec
from sync.wire.messages import Receipt

FILE_ID: Final = r"[0-9a-f]{64}-\d{1,12}"
LIFE_MS: Final = 7 * 86_400_000
"""How long a file waits for its rest, or for its reply to be fetched."""

MOST_FILES: Final = 100
"""That one officer may have brought without fetching the replies: a year of a district's sticks."""

MOST_FILES_BYTES: Final = 4 * MOST_CARRIED_BYTES
"""Of all these files together, and of the replies to them."""


class CourierInbox:
    """Files on their way in; blocking, any thread. To ``tus`` it is a place for uploads."""

    def __init__(self, folder: Path, clock: Callable[[], int], limits: Limits) -> None:
        self.files = BlobFiles(folder)
        self._clock = clock
        self._kept_free_bytes = limits.kept_free_bytes

    def begin(
        self,
        actor: Actor,
        size: int,
        described: str,
        *,
        goes_on: bool = False,  # noqa: ARG002 - it always does
    ) -> Upload:
        """Begin a file, or go on with it: its address is its content's name.

        Raises:
            UploadRefused: ``upload.too-large``, ``upload.malformed``, ``upload.no-room``,
                ``upload.too-many``, ``upload.quota``.
        """
        self.sweep()
        sha256 = announced_in(described)
        if not sha256:
            raise UploadRefused("upload.malformed")
        if size > MOST_CARRIED_BYTES:
            raise UploadRefused("upload.too-large", limit=MOST_CARRIED_BYTES)
        file_id = f"{sha256}-{size}"
        if self.files.arrived(file_id) is None:
            with self.files.upload_locked(f"of-{actor.id}"):  # one look at the share at a time
                self._admit(actor, size)
                self.files.begin(f"{file_id}.of-{actor.id}")
                self.files.begin(file_id)
        return self.find(actor.id, file_id)

    def find(self, officer_id: int, upload_id: str) -> Upload:
        """Return a file as far as it is here.

        Raises:
            UploadRefused: (``upload.gone``) it is not.
        """
        arrived = self.files.arrived(upload_id)
        if arrived is None:
            raise UploadRefused("upload.gone")
        sha256, _, size = upload_id.partition("-")
        return Upload(
            id=upload_id,
            officer_id=officer_id,
            size=int(size),
            sha256=sha256,
            described="",
            expires_at=self._clock() + LIFE_MS,
            offset=arrived,
            is_done=arrived == int(size),
        )

    def finish(self, upload: Upload) -> None:
        """Do nothing: whether it is what was announced is looked at when it is taken in."""

    def drop(self, upload_id: str) -> None:
        """Forget a file, its reply and its receipt; the receipt first, for it vouches for both."""
        others = self.files.parts(f"{upload_id}.*")
        for name in (f"{upload_id}.receipt", *others, upload_id):
            self.files.drop(name)

    def take_in(self, upload_id: str, carry: Callable[[Path, Path], Receipt]) -> Receipt:
        """Have a file taken in once, and keep the reply; asked again, tell the same.

        Args:
            carry: takes in the file at the first path and writes the reply to the second.

        Raises:
            UploadRefused: ``upload.gone``: it is not here, or not whole; ``upload.checksum``: it
                is not what was announced, and is gone now. Whatever ``carry`` raises.
        """
        with self.files.upload_locked(upload_id):
            receipt = self.files.part_path(f"{upload_id}.receipt")
            if receipt.exists():
                return codec.decode(receipt.read_bytes(), Receipt)
            upload = self.find(0, upload_id)
            if not upload.is_done:
                raise UploadRefused("upload.gone")
            if self.files.digest_of_part(upload_id) == upload.sha256:
                return self._answered(upload_id, receipt, carry)
        self.drop(upload_id)
        raise UploadRefused("upload.checksum")

    def sweep(self) -> None:
        """Forget files of which nothing has come, and nothing was written, in a long time."""
        old = set(self.files.parts_before((self._clock() - LIFE_MS) / 1000))
        for upload_id in {_file_of(name) for name in old}:
            if old.issuperset(self.files.parts(f"{upload_id}*")):
                self.drop(upload_id)

    def _admit(self, actor: Actor, size: int) -> None:
        """Make sure that there is room for one more file of an officer.

        Raises:
            UploadRefused: ``upload.too-many``, ``upload.quota``, ``upload.no-room``.
        """
        known = [_file_of(name) for name in self.files.parts(f"*.of-{actor.id}")]
        if len(known) >= MOST_FILES:
            raise UploadRefused("upload.too-many", limit=MOST_FILES)
        taken = sum(map(self._room_of, known))
        if taken + size > MOST_FILES_BYTES:
            raise UploadRefused("upload.quota", limit=MOST_FILES_BYTES)
        kept_free = self._kept_free_bytes
        if kept_free is not None and not self.files.has_room(size, kept_free):
            raise UploadRefused("upload.no-room")

    def _room_of(self, file_id: str) -> int:
        """Return how many bytes a file takes once it is whole, with its reply as far as it is."""
        return int(file_id.partition("-")[2]) + (self.files.arrived(f"{file_id}.reply") or 0)

    def _answered(
        self, upload_id: str, kept: Path, carry: Callable[[Path, Path], Receipt]
    ) -> Receipt:
        reply = self.files.part_path(f"{upload_id}.reply")
        receipt = carry(self.files.part_path(upload_id), reply)
        sha256 = self.files.digest_of_part(reply.name)
        receipt = msgspec.structs.replace(receipt, sha256=sha256)
        fresh = kept.with_name(f"{kept.name}.new")
        for path, content in ((reply, None), (fresh, codec.encode(receipt))):
            with path.open("r+b" if content is None else "wb") as file:
                file.write(content or b"")
                flush(file)
        fresh.replace(kept)
        return receipt


def _file_of(name: str) -> str:
    """Return the id of the file that a part belongs to."""
    return name.partition(".")[0]
