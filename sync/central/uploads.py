# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way up: begun, continued, finished or forgotten. The tus protocol is ``tus``'.

How far an upload has come is the size of its part on the disk, so what arrived is never asked for
again. An upload belongs to one officer. It is done when the whole content is here and is what
was announced; a content that is not is thrown away, and its sender is told. What the database
says of a content and whether it is on the disk change together, under the lock of that content.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from sync.cases.access import Actor
from sync.central import schema
from sync.central.blob_files import BlobFiles
from sync.central.database import Database, take_turns
from sync.central.head import Randomness
from sync.central.holdings import Holdings, hold_back
from sync.errors import TanggapError

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_UNFINISHED = 500
"""Uploads that one officer may have begun; far above a day's work, below any accident."""

LIFE_MS = 30 * 86_400_000
"""How long an upload, or a content that no entry names, is waited for."""

_DAY_MS = 86_400_000
_SWEEP_EVERY_MS = 60 * 60_000
_ID_BYTES = 18
_SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadRefused(TanggapError):
    """An upload cannot be taken.

    Codes: ``upload.too-large``, ``upload.too-many``, ``upload.gone``, ``upload.checksum``,
    ``upload.malformed``; ``upload.no-room`` and ``upload.quota`` for what may come later.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What whoever runs the centre gives files; None for no limit.

    Attributes:
        daily_bytes: what one officer may bring in any 24 hours.
        kept_free_bytes: what stays free on the disk.
    """

    daily_bytes: int | None = None
    kept_free_bytes: int | None = None


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
        limits: Limits,
    ) -> None:
        self._database = database
        self._files = files
        self._holdings = holdings
        self._clock = clock
        self._randomness = randomness
        self._limits = limits
        self._swept_at = 0

    def begin(self, actor: Actor, size: int, described: str, *, goes_on: bool = False) -> Upload:
        """Begin an upload; it is complete at once where the officer may see the content anyway.

        Args:
            goes_on: where the officer has begun one of the same content already, that one; its
                address was lost with the answer, and what arrived need not come again.

        Raises:
            UploadRefused: ``upload.too-large``, ``upload.too-many``, ``upload.malformed``,
                ``upload.no-room``, ``upload.quota``.
        """
        self._sweep_now_and_then()
        if size > MAX_FILE_BYTES:
            raise UploadRefused("upload.too-large", limit=MAX_FILE_BYTES)
        sha256 = announced_in(described)
        begun = self._unfinished(actor, size, sha256) if goes_on and sha256 else None
        if begun is not None:
            return begun
        upload_id = base64.urlsafe_b64encode(self._randomness(_ID_BYTES)).decode()
        values = {"id": upload_id, "size": size, "sha256": sha256, "described": described}
        if not (sha256 and self._begin_known(actor, values)):
            self._begin_unknown(actor, values)
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
        with self._files.upload_locked(upload.id):
            if self.find(upload.officer_id, upload.id).is_done:  # by another process, just now
                return
            sha256 = self._files.digest_of_part(upload.id)
            is_right = upload.sha256 in {"", sha256}
            if is_right:
                self._keep(upload, sha256)
        if not is_right:
            self.drop(upload.id)
            raise UploadRefused("upload.checksum", announced=upload.sha256, found=sha256)
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
        with self._database.read() as connection:
            unnamed = list(connection.execute(_unnamed(now).limit(1_000)).scalars())
        for sha256 in unnamed:
            with self._files.content_locked(sha256):
                self._database.transact(partial(self._forget_unnamed, now, sha256))
        self._drop_strays(now)

    def _drop_strays(self, now: int) -> None:
        """Delete parts that a crash left without an upload that would end them."""
        strays = self._files.parts_before((now - LIFE_MS) / 1000)
        with self._database.read() as connection:
            named = set(connection.execute(select(schema.uploads.c.id)).scalars())
        for name in strays:
            if name not in named:
                self._files.drop(name)

    def _unfinished(self, actor: Actor, size: int, sha256: str) -> Upload | None:
        uploads = schema.uploads.c
        with self._database.read() as connection:
            newest = connection.execute(
                select(uploads.id)
                .where(
                    uploads.officer_id == actor.id,
                    uploads.sha256 == sha256,
                    uploads.size == size,
                    uploads.done_at.is_(None),
                )
                .order_by(uploads.expires_at.desc())
                .limit(1)
            ).scalar_one_or_none()
        if newest is None:
            return None
        try:
            return self.find(actor.id, newest)
        except UploadRefused:  # expired, or its part was lost
            return None

    def _begin_known(self, actor: Actor, values: dict[str, Any]) -> bool:
        """Begin and end an upload whose content need not be brought; say whether it is one."""
        sha256, size = values["sha256"], values["size"]
        with self._files.content_locked(sha256):
            if not self._is_here(actor, sha256, size):
                return False
            self._database.transact(partial(self._insert, actor, values, done_at=self._clock()))
            self._holdings.hold(sha256, size, actor.id)
        return True

    def _begin_unknown(self, actor: Actor, values: dict[str, Any]) -> None:
        upload_id, size = values["id"], values["size"]
        kept_free = self._limits.kept_free_bytes
        if kept_free is not None and not self._files.has_room(size, kept_free):
            raise UploadRefused("upload.no-room")
        self._database.transact(partial(self._insert_within_quota, actor, values))
        self._files.begin(upload_id)
        if size == 0:
            self.finish(self.find(actor.id, upload_id))

    def _keep(self, upload: Upload, sha256: str) -> None:
        with self._files.content_locked(sha256):
            self._files.keep(upload.id, sha256)
            self._holdings.hold(sha256, upload.size, upload.officer_id)
        now = self._clock()
        self._database.transact(
            lambda connection: connection.execute(
                update(schema.uploads).where(schema.uploads.c.id == upload.id).values(done_at=now)
            )
        )

    def _forget_unnamed(self, now: int, sha256: str, connection: Connection) -> None:
        """Forget a content that still is unnamed, and delete it before that is committed.

        A crash between the two leaves a row without a content, which is brought again when it is
        needed; the other way round a content would stay that nobody knows of.
        """
        hold_back(connection, sha256)
        still = connection.execute(_unnamed(now).where(schema.blobs.c.sha256 == sha256)).first()
        if still is None:
            return
        for table in (schema.blob_holders, schema.blobs):
            connection.execute(delete(table).where(table.c.sha256 == sha256))
        self._files.remove(sha256)

    def _insert_within_quota(
        self, actor: Actor, values: dict[str, Any], connection: Connection
    ) -> None:
        take_turns(connection, f"uploads of {actor.id}")
        limit = self._limits.daily_bytes
        if limit is not None:
            brought = _brought_since(connection, actor.id, self._clock() - _DAY_MS)
            if brought + values["size"] > limit:
                raise UploadRefused("upload.quota", limit=limit)
        self._insert(actor, values, connection)

    def _insert(
        self,
        actor: Actor,
        values: dict[str, Any],
        connection: Connection,
        *,
        done_at: int | None = None,
    ) -> None:
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
                expires_at=self._clock() + LIFE_MS,
                done_at=done_at,
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


def announcing(sha256: str) -> str:
    """Return an ``Upload-Metadata`` that announces a content."""
    return f"sha256 {base64.b64encode(sha256.encode()).decode()}"


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


def _unnamed(now: int) -> Select[str]:
    """Select the contents that no entry named, and nobody brought again, for long enough."""
    blobs, names, holders = schema.blobs, schema.case_blobs, schema.blob_holders
    return select(blobs.c.sha256).where(
        blobs.c.stored_at <= now - LIFE_MS,
        ~select(names.c.sha256).where(names.c.sha256 == blobs.c.sha256).exists(),
        ~select(holders.c.since)
        .where(holders.c.sha256 == blobs.c.sha256, holders.c.since > now - LIFE_MS)
        .exists(),
    )


def _brought_since(connection: Connection, officer_id: int, since: int) -> int:
    """Return how many bytes an officer has brought since then, or is about to bring."""
    blobs, holders, uploads = schema.blobs.c, schema.blob_holders.c, schema.uploads.c
    whole = (
        select(func.coalesce(func.sum(blobs.size), 0))
        .join_from(schema.blobs, schema.blob_holders, blobs.sha256 == holders.sha256)
        .where(holders.officer_id == officer_id, holders.since > since)
    )
    coming = select(func.coalesce(func.sum(uploads.size), 0)).where(
        uploads.officer_id == officer_id,
        uploads.done_at.is_(None),
        uploads.expires_at > since + LIFE_MS,
    )
    return int(connection.execute(whole).scalar_one() + connection.execute(coming).scalar_one())
