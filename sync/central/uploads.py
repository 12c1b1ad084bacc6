# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way up: begun, continued, finished or forgotten. The tus protocol is ``tus``'.

How far an upload has come is the size of its part on the disk, so what arrived is never asked for
again. An upload belongs to one officer. It is done when the whole content is here and is what
was announced; a content that is not is thrown away, and its sender is told.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.cases.access import Actor
from sync.central import schema
from sync.central.blob_files import BlobFiles
from sync.central.database import Database
from sync.central.head import Randomness
from sync.central.holdings import Holdings
from sync.errors import TanggapError

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_UNFINISHED = 500
"""Uploads that one officer may have begun; far above a day's work, below any accident."""

LIFE_MS = 30 * 86_400_000
"""How long an upload, or a content that no entry names, is waited for."""

_SWEEP_EVERY_MS = 60 * 60_000
_ID_BYTES = 18
_SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadRefused(TanggapError):
    """An upload cannot be taken.

    Codes: ``upload.too-large``, ``upload.too-many``, ``upload.gone``, ``upload.checksum``,
    ``upload.malformed``.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file on its way.

    Attributes:
        sha256: what was announced, empty where nothing was.
        described: ``Upload-Metadata`` as the sender wrote it.
        offset: bytes that are here.
    """

    id: str
    officer_id: int
    size: int
    sha256: str
    described: str
    expires_at: int
    offset: int
    is_done: bool


class Uploads:
    """All uploads; blocking, any thread."""

    def __init__(
        self,
        database: Database,
        files: BlobFiles,
        holdings: Holdings,
        *,
        clock: Callable[[], int],
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._files = files
        self._holdings = holdings
        self._clock = clock
        self._randomness = randomness
        self._swept_at = 0

    def begin(self, actor: Actor, size: int, described: str) -> Upload:
        """Begin an upload; it is complete at once where the officer may see the content anyway.

        Raises:
            UploadRefused: ``upload.too-large``, ``upload.too-many``, ``upload.malformed``.
        """
        self._sweep_now_and_then()
        if size > MAX_FILE_BYTES:
            raise UploadRefused("upload.too-large", limit=MAX_FILE_BYTES)
        sha256 = announced_in(described)
        upload_id = base64.urlsafe_b64encode(self._randomness(_ID_BYTES)).decode()
        known = bool(sha256) and self._is_here(actor, sha256, size)
        values = {"id": upload_id, "size": size, "sha256": sha256, "described": described}
        self._database.transact(
            lambda connection: self._begin(connection, actor, values, known=known)
        )
        if known:
            self._holdings.hold(sha256, size, actor.id)
        elif size == 0:
            self._files.begin(upload_id)
            self.finish(self.find(actor.id, upload_id))
        else:
            self._files.begin(upload_id)
        return self.find(actor.id, upload_id)

    def find(self, officer_id: int, upload_id: str) -> Upload:
        """Return an officer's upload as it stands.

        Raises:
            UploadRefused: (``upload.gone``) there is none, it has expired, or is another's.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(schema.uploads).where(
                    schema.uploads.c.id == upload_id, schema.uploads.c.officer_id == officer_id
                )
            ).one_or_none()
        if row is None or row.expires_at <= self._clock():
            raise UploadRefused("upload.gone")
        offset = row.size if row.done_at is not None else self._files.arrived(upload_id)
        if offset is None:  # the part was lost: the sender begins again
            self.drop(upload_id)
            raise UploadRefused("upload.gone")
        return _upload(row, offset)

    def finish(self, upload: Upload) -> None:
        """Check a whole content and keep it; safe to repeat after a crash at any point.

        Raises:
            UploadRefused: (``upload.checksum``) it is not what was announced; it is gone now.
        """
        sha256 = self._files.digest_of_part(upload.id)
        if upload.sha256 not in {"", sha256}:
            self.drop(upload.id)
            raise UploadRefused("upload.checksum", announced=upload.sha256, found=sha256)
        self._files.keep(upload.id, sha256)
        self._holdings.hold(sha256, upload.size, upload.officer_id)
        now = self._clock()
        self._database.transact(
            lambda connection: connection.execute(
                update(schema.uploads).where(schema.uploads.c.id == upload.id).values(done_at=now)
            )
        )
        self._files.drop(upload.id)

    def drop(self, upload_id: str) -> None:
        """Forget an upload and what came of it; a content that is complete stays.

        The part goes first: nobody would look for one that no upload names.
        """
        self._files.drop(upload_id)
        self._database.transact(
            lambda connection: connection.execute(
                delete(schema.uploads).where(schema.uploads.c.id == upload_id)
            )
        )

    def sweep(self) -> None:
        """Forget uploads that expired, and contents that no entry named in all that time."""
        now = self._clock()
        with self._database.read() as connection:
            uploads = schema.uploads.c
            expired = connection.execute(select(uploads.id).where(uploads.expires_at <= now))
            ids = list(expired.scalars())
        for upload_id in ids:
            self.drop(upload_id)
        for sha256 in self._database.transact(lambda connection: _forget_unnamed(connection, now)):
            self._files.remove(sha256)

    def _begin(
        self, connection: Connection, actor: Actor, values: dict[str, Any], *, known: bool
    ) -> None:
        now = self._clock()
        uploads = schema.uploads
        unfinished = connection.execute(
            select(func.count()).where(
                uploads.c.officer_id == actor.id, uploads.c.done_at.is_(None)
            )
        ).scalar_one()
        if unfinished >= MAX_UNFINISHED:
            raise UploadRefused("upload.too-many", limit=MAX_UNFINISHED)
        connection.execute(
            insert(uploads).values(
                officer_id=actor.id,
                expires_at=now + LIFE_MS,
                done_at=now if known else None,
                **values,
            )
        )

    def _is_here(self, actor: Actor, sha256: str, size: int) -> bool:
        """Return whether the officer need not send it: they may see it, and it is not damaged.

        It is read only for those who may see it; the time that takes tells nobody else.
        """
        with self._database.read() as connection:
            if not self._holdings.claimable(connection, actor, sha256):
                return False
        return self._files.size_of(sha256) == size and self._files.is_sound(sha256)

    def _sweep_now_and_then(self) -> None:
        now = self._clock()
        if now - self._swept_at >= _SWEEP_EVERY_MS:
            self._swept_at = now
            self.sweep()


def announced_in(described: str) -> str:
    """Return the SHA-256 in an ``Upload-Metadata``, empty where there is none.

    Raises:
        UploadRefused: (``upload.malformed``) that is no metadata, or no SHA-256.
    """
    for pair in filter(None, (part.strip() for part in described.split(","))):
        name, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value.strip(), validate=True).decode()
        except ValueError as error:
            raise UploadRefused("upload.malformed") from error
        if name == "sha256":
            if _SHA256.fullmatch(text) is None:
                raise UploadRefused("upload.malformed")
            return text
    return ""


def _upload(row: Row[Any], offset: int) -> Upload:
    return Upload(
        id=row.id,
        officer_id=row.officer_id,
        size=row.size,
        sha256=row.sha256,
        described=row.described,
        expires_at=row.expires_at,
        offset=offset,
        is_done=row.done_at is not None,
    )


def _forget_unnamed(connection: Connection, now: int) -> list[str]:
    blobs, names, holders = schema.blobs, schema.case_blobs, schema.blob_holders
    unnamed = (
        select(blobs.c.sha256)
        .where(
            blobs.c.stored_at <= now - LIFE_MS,
            ~select(names.c.sha256).where(names.c.sha256 == blobs.c.sha256).exists(),
            ~select(holders.c.since)
            .where(holders.c.sha256 == blobs.c.sha256, holders.c.since > now - LIFE_MS)
            .exists(),
        )
        .limit(1_000)
    )
    digests = list(connection.execute(unnamed).scalars())
    if digests:
        connection.execute(delete(holders).where(holders.c.sha256.in_(digests)))
        connection.execute(delete(blobs).where(blobs.c.sha256.in_(digests)))
    return digests
