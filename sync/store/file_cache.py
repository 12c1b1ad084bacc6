# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that came from the centre and can come again: encrypted, within a budget, and erasable.

<profile>/files-cache/<random name>   each under a key of its own, which is in ``cache.db`` only

When a case leaves, the keys go in the transaction that removes the case: what is left on the disk
says nothing to anybody, and is swept away afterwards.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from sync.cases.case_files import files_of
from sync.cases.ids import CaseId
from sync.engine.files import LONGEST_PAUSE_S
from sync.errors import StoreUnavailable
from sync.store import encrypted_file
from sync.store.encrypted_file import BLOCK, EncryptedFile
from sync.store.failures import file_faults
from sync.store.files import Files
from sync.store.records import json_text, read_cases, read_events

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedFile:
    """A content that is here, or on its way here.

    Attributes:
        have: bytes that are here; whole blocks until it is complete.
        problem: code of why it does not come; empty when all is well.
    """

    sha256: str
    size: int
    have: int
    attempts: int
    retry_at: int
    problem: str

    @property
    def is_complete(self) -> bool:
        """Whether all of it is here and was found to be what its name says."""
        return self.have == self.size


class FileCache:
    """Originals and small pictures of the cases on this computer."""

    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self._folder = folder

    def find(self, sha256: str) -> CachedFile | None:
        """Return what is known of a content; None where nothing is."""
        with self._files.cache.read() as cache:
            row = cache.exec_driver_sql(f"{_BLOBS} WHERE sha256 = ?", (sha256,)).first()
        return None if row is None else _cached(row)

    def all(self) -> dict[str, CachedFile]:
        """Return every content that is here or on its way, by name."""
        with self._files.cache.read() as cache:
            return {row[0]: _cached(row) for row in cache.exec_driver_sql(_BLOBS)}

    def unfinished(self) -> list[tuple[CaseId, str]]:
        """Return the contents that were begun and are not whole, each with a case it is of."""
        with self._files.cache.read() as cache:
            rows = cache.exec_driver_sql(
                "SELECT min(c.case_id), b.sha256 FROM blobs AS b"
                " JOIN blob_cases AS c ON c.sha256 = b.sha256"
                " WHERE b.have < b.size GROUP BY b.sha256 ORDER BY b.used_at, b.sha256"
            )
            return [(CaseId(case_id), sha256) for case_id, sha256 in rows]

    def may_hold(self, case_id: CaseId) -> bool:
        """Return whether the case is here: contents come and go with their cases."""
        with self._files.cache.read() as cache:
            return _is_held(cache, case_id)

    def take_in(
        self,
        case_id: CaseId,
        sha256: str,
        size: int,
        piece: bytes,
        now: int,
        *,
        at: int | None = None,
    ) -> bool:
        """Add the next bytes of a content; say whether it is complete and as it should be.

        Bytes that begin elsewhere than where the content ends here (``at``) are left: room was
        made while they were on their way. Bytes beyond the last whole block wait for the rest and
        come again. A content that is complete and not what its name says is thrown away, and so is
        a part that broke on the disk.

        Raises:
            StoreUnavailable: the disk's fault, or ``store.corrupt`` for a content that was wrong.
        """
        with self._files.cache.write() as cache:
            if not _is_held(cache, case_id):  # it left while its file was on the way
                raise StoreUnavailable("store.corrupt", file=sha256[:8])
            name, key, have = _place(cache, case_id, sha256, size, now)
        if at not in {None, have}:
            return False
        last = have + len(piece) >= size
        whole = piece if last else piece[: len(piece) // BLOCK * BLOCK]
        try:
            _append(self._folder / name, key, whole, have, sha256 if last else "")
        except StoreUnavailable as error:
            if error.code == "store.corrupt":
                self.drop([sha256])
            raise
        with self._files.cache.write() as cache:
            cache.exec_driver_sql(
                "UPDATE blobs SET have = ?, used_at = ?, problem = '', attempts = 0"
                " WHERE sha256 = ?",
                (have + len(whole), now, sha256),
            )
        return last

    def failed(
        self, case_id: CaseId, sha256: str, size: int, *, problem: str, retry_at: int, now: int
    ) -> None:
        """Remember that a content did not come, why, and when to try again."""
        with self._files.cache.write() as cache:
            if not _is_held(cache, case_id):  # it left meanwhile: nobody waits for the file
                return
            _place(cache, case_id, sha256, size, now)
            cache.exec_driver_sql(
                "UPDATE blobs SET problem = ?, retry_at = ?, attempts = attempts + 1"
                " WHERE sha256 = ?",
                (problem, retry_at, sha256),
            )

    def pieces(self, sha256: str, now: int) -> Iterable[bytes]:
        """Return a complete content in pieces, and remember that it was used.

        Raises:
            StoreUnavailable: it is broken; it was thrown away and can be fetched again.
        """
        with self._files.cache.write() as cache:
            row = cache.exec_driver_sql(
                "UPDATE blobs SET used_at = ? WHERE sha256 = ? AND have = size RETURNING file, key",
                (now, sha256),
            ).first()
        if row is None:
            raise StoreUnavailable("store.corrupt", file=sha256[:8])
        try:
            yield from EncryptedFile(self._folder / row[0], row[1]).pieces()
        except StoreUnavailable:
            self.drop([sha256])
            raise

    def put_thumbnail(
        self, case_id: CaseId, sha256: str, picture: bytes | None, retry_at: int = 0
    ) -> None:
        """Keep a small picture; None for one that is not to be had, at least until ``retry_at``."""
        with self._files.cache.write() as cache:
            if _is_held(cache, case_id):
                cache.exec_driver_sql(
                    "INSERT OR REPLACE INTO thumbnails (sha256, picture, retry_at)"
                    " VALUES (?, ?, ?)",
                    (sha256, picture, retry_at),
                )
                _belongs(cache, case_id, sha256)

    def thumbnail(self, sha256: str) -> bytes | None:
        """Return a small picture that is here."""
        with self._files.cache.read() as cache:
            found: bytes | None = cache.exec_driver_sql(
                "SELECT picture FROM thumbnails WHERE sha256 = ?", (sha256,)
            ).scalar()
        return found

    def thumbnails_tried(self, now: int) -> set[str]:
        """Return the contents whose small pictures are here, or not to be asked for now."""
        with self._files.cache.read() as cache:
            return set(
                cache.exec_driver_sql(
                    "SELECT sha256 FROM thumbnails WHERE picture IS NOT NULL"
                    " OR retry_at > ?1 AND retry_at <= ?1 + ?2",  # as is_paused
                    (now, LONGEST_PAUSE_S * 1000),
                ).scalars()
            )

    def sizes(self, pinned: Collection[CaseId]) -> tuple[int, int]:
        """Return how many bytes are here, and how many of them belong to pinned cases."""
        with self._files.cache.read() as cache:
            used, kept = cache.exec_driver_sql(
                f"SELECT coalesce(sum(have), 0), coalesce(sum(have * ({_PINNED})), 0)"  # noqa: S608
                " FROM blobs",
                (json_text(list(pinned)),),
            ).one()
        return used, kept

    def make_room(self, budget_bytes: int, pinned: Collection[CaseId], *, keep: str = "") -> int:
        """Throw away what was used least lately, never that of pinned cases; return bytes freed.

        Args:
            keep: a content that is on its way here and stays.
        """
        with self._files.cache.read() as cache:
            total = cache.exec_driver_sql("SELECT coalesce(sum(have), 0) FROM blobs").scalar_one()
            rows = cache.exec_driver_sql(
                f"SELECT sha256, have FROM blobs WHERE NOT {_PINNED}"  # noqa: S608
                " AND sha256 <> ? ORDER BY used_at, sha256",
                (json_text(list(pinned)), keep),
            ).all()
        gone, freed = [], 0
        for sha256, have in rows:
            if total - freed <= budget_bytes:
                break
            gone.append(sha256)
            freed += have
        self.drop(gone)
        return freed

    def drop(self, digests: Collection[str]) -> None:
        """Throw contents away; they can be fetched again."""
        if not digests:
            return
        with self._files.cache.write() as cache:
            rows = cache.exec_driver_sql(
                "DELETE FROM blobs WHERE sha256 IN (SELECT value FROM json_each(?)) RETURNING file",
                (json_text(list(digests)),),
            )
            names = list(rows.scalars())
        for name in names:
            with file_faults(name):
                (self._folder / name).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Delete files whose keys have gone; return how many.

        One that another program holds says nothing to anybody and goes another time.
        """
        if not self._folder.is_dir():
            return 0
        with self._files.kept_cache.read() as cache:
            known = set(cache.exec_driver_sql("SELECT file FROM blobs").scalars())
        gone = 0
        for path in self._folder.iterdir():
            if path.name not in known:
                with suppress(OSError):
                    path.unlink()
                    gone += 1
        return gone


def forget_cases(cache: sa.Connection, ids: Collection[int]) -> None:
    """Throw away the keys of what belonged to these cases only, in the caller's transaction."""
    listed = json_text(list(ids))
    cache.exec_driver_sql(
        "DELETE FROM blob_cases WHERE case_id IN (SELECT value FROM json_each(?))", (listed,)
    )
    _forget_strays(cache)


def forget_unnamed(cache: sa.Connection, ids: Collection[int]) -> bool:
    """Throw away the keys of what these cases do not name any more; say whether there was any.

    A case that has become secret is told anew without its files to whoever only watches it.
    """
    rows = cache.exec_driver_sql(
        "SELECT case_id, sha256 FROM blob_cases WHERE case_id IN (SELECT value FROM json_each(?))",
        (json_text(list(ids)),),
    ).all()
    cases = read_cases(cache, {case_id for case_id, _ in rows}) if rows else ()
    named = {
        (case.id, file.sha256)
        for case in list(cases)
        for file in files_of(case, read_events(cache, case.id)).named
    }
    gone = [tuple(row) for row in rows if tuple(row) not in named]
    if gone:
        cache.exec_driver_sql("DELETE FROM blob_cases WHERE case_id = ? AND sha256 = ?", gone)
        _forget_strays(cache)
    return bool(gone)


def forget_all(cache: sa.Connection) -> None:
    """Throw away every key, in the caller's transaction."""
    for table in ("blob_cases", "blobs", "thumbnails"):
        cache.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of ours


_PINNED: Final = (
    "sha256 IN (SELECT sha256 FROM blob_cases WHERE case_id IN (SELECT value FROM json_each(?)))"
)
_BLOBS: Final = "SELECT sha256, size, have, attempts, retry_at, problem FROM blobs"


def _cached(row: Any) -> CachedFile:  # noqa: ANN401 - a row
    sha256, size, have, attempts, retry_at, problem = row
    return CachedFile(
        sha256=sha256, size=size, have=have, attempts=attempts, retry_at=retry_at, problem=problem
    )


def _place(
    cache: sa.Connection, case_id: CaseId, sha256: str, size: int, now: int
) -> tuple[str, bytes, int]:
    """Return name, key and progress of a content; begin it where there is none."""
    cache.exec_driver_sql(
        "INSERT OR IGNORE INTO blobs (sha256, file, key, size, used_at) VALUES (?, ?, ?, ?, ?)",
        (sha256, os.urandom(16).hex(), os.urandom(_KEY_BYTES), size, now),
    )
    _belongs(cache, case_id, sha256)
    row = cache.exec_driver_sql(
        "SELECT file, key, have FROM blobs WHERE sha256 = ?", (sha256,)
    ).one()
    return row[0], row[1], row[2]


def _append(path: Path, key: bytes, piece: bytes, at: int, whole: str) -> None:
    """Write the next bytes of a content; with its name in ``whole`` they are its last."""
    file = EncryptedFile(path, key) if path.exists() else encrypted_file.create(path, key)
    file.append(piece, at, last=bool(whole))
    if whole and not _is_what_it_says(file, whole):
        raise StoreUnavailable("store.corrupt", file=whole[:8])


def _belongs(cache: sa.Connection, case_id: CaseId, sha256: str) -> None:
    cache.exec_driver_sql(
        "INSERT OR IGNORE INTO blob_cases (case_id, sha256) VALUES (?, ?)", (case_id, sha256)
    )


def _forget_strays(cache: sa.Connection) -> None:
    for table in ("blobs", "thumbnails"):
        cache.exec_driver_sql(
            f"DELETE FROM {table} WHERE sha256 NOT IN (SELECT sha256 FROM blob_cases)"  # noqa: S608
        )


def _is_held(cache: sa.Connection, case_id: CaseId) -> bool:
    found = cache.exec_driver_sql("SELECT 1 FROM cases WHERE id = ?", (case_id,))
    return found.first() is not None


def _is_what_it_says(file: EncryptedFile, sha256: str) -> bool:
    digest = hashlib.sha256()
    for piece in file.pieces():
        digest.update(piece)
    return digest.hexdigest() == sha256
