# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's own files: copied here when they are attached, gone only when nobody needs them.

<profile>/files/<random name>   encrypted under the key of the profile, with a label inside

What is in ``work.db`` about them can be made again from the labels, so a work file that was put
back from an older copy still finds every file. A file stays for a month after the centre has it:
until then the centre may be restored from a backup that lacks it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from sync.cases.ids import CaseId
from sync.errors import Refused, StoreUnavailable
from sync.folders import flush_folder
from sync.store import encrypted_file
from sync.store.encrypted_file import EncryptedFile
from sync.store.failures import file_faults
from sync.store.files import Files
from sync.store.records import UNSETTLED, json_text

MAX_FILE_BYTES = 100 * 1024 * 1024
"""As much as the centre takes."""

KEPT_MS = 30 * 86_400_000
"""How long a file stays when the centre has it, or when nothing names it any more."""

_DAY_MS = 86_400_000


class _Label(msgspec.Struct, frozen=True):
    """What a file says of itself."""

    sha256: str
    size: int
    media_type: str
    added_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """One of the officer's files.

    Attributes:
        sent: bytes that the centre has confirmed.
        at_centre: the centre has all of it, and it is what it should be.
        url: where the upload goes on; empty before it begins.
        problem: code of why it does not go up; empty when all is well.
        cases: the cases with accepted words that name it.
    """

    sha256: str
    size: int
    media_type: str
    sent: int
    at_centre: bool
    url: str
    attempts: int
    retry_at: int
    problem: str
    cases: frozenset[CaseId] = frozenset()


class OwnFiles:
    """The files that exist nowhere else."""

    def __init__(self, files: Files, folder: Path, key: bytes) -> None:
        self._work = files.work
        self._folder = folder
        self._key = key

    def keep(self, content: bytes, media_type: str, now: int) -> tuple[str, int]:
        """Copy a content; when this returns it survives whatever happens to its source.

        Returns:
            Its SHA-256 and size, which name it in an :class:`Attachment`.

        Raises:
            Refused: ``file.too-large``, ``file.empty``.
            StoreUnavailable: the disk's fault; nothing was kept.
        """
        if len(content) > MAX_FILE_BYTES:
            raise Refused("file.too-large", limit=MAX_FILE_BYTES)
        if not content:
            raise Refused("file.empty")
        sha256 = hashlib.sha256(content).hexdigest()
        if self.find(sha256) is not None and self._is_sound(sha256):
            self._update(sha256, "added_at = ?", now)  # or it were tidied before words name it
            return sha256, len(content)
        name = os.urandom(16).hex()
        label = _Label(sha256, len(content), media_type, now)
        self._write(name, label, content)
        with self._work.write() as work:
            _insert(work, name, label)
        return sha256, len(content)

    def adopt(self) -> int:
        """Take files whose rows were lost back into the list; return how many. At every start."""
        if not self._folder.is_dir():
            return 0
        with self._work.read() as work:
            rows = work.exec_driver_sql("SELECT file, sha256 FROM own_files").all()
        known: dict[str, str] = dict(tuple(row) for row in rows)
        found = 0
        for path in self._folder.iterdir():
            if path.suffix == ".new":
                with suppress(OSError):  # what cannot be deleted keeps nobody out
                    path.unlink()
            elif path.name not in known and (label := self._label_of(path)) is not None:
                if label.sha256 in known.values() and self._is_sound(label.sha256):
                    continue  # it broke, and was replaced by a good one
                with self._work.write() as work:
                    _insert(work, path.name, label)
                found += 1
        return found

    def find(self, sha256: str) -> OwnFile | None:
        """Return a file by its content; None where it is not among the officer's own."""
        with self._work.read() as work:
            row = work.exec_driver_sql(f"{_FILES} WHERE f.sha256 = ?", (sha256,)).first()
        return None if row is None else _own_file(row)

    def all(self) -> dict[str, OwnFile]:
        """Return every file that is here, by its content."""
        with self._work.read() as work:
            return {row[0]: _own_file(row) for row in work.exec_driver_sql(_FILES)}

    def to_send(self) -> list[OwnFile]:
        """Return the files that the centre lacks and that accepted words name, oldest first."""
        with self._work.read() as work:
            rows = work.exec_driver_sql(
                f"{_FILES} WHERE f.at_centre = 0 ORDER BY f.added_at, f.sha256"
            ).all()
            waiting = [_own_file(row, _cases_naming(work, row[0])) for row in rows]
        return [file for file in waiting if file.cases]

    def to_carry(self) -> list[OwnFile]:
        """Return the files that the centre lacks and that words name, oldest first.

        A courier takes them with their words, so these need not be accepted; only not refused.
        """
        with self._work.read() as work:
            rows = work.exec_driver_sql(
                f"{_FILES} WHERE f.at_centre = 0 ORDER BY f.added_at, f.sha256"
            ).all()
            waiting = [_own_file(row, _cases_naming(work, row[0], _UNREFUSED)) for row in rows]
        return [file for file in waiting if file.cases]

    def read(self, sha256: str, at: int, size: int) -> bytes:
        """Return a part of a content.

        Raises:
            StoreUnavailable: ``store.corrupt``, or the disk's fault.
        """
        return self._open(sha256).read(at, size)

    def pieces(self, sha256: str) -> Iterable[bytes]:
        """Return a whole content in pieces; raises as :meth:`read`."""
        return self._open(sha256).pieces()

    def is_intact(self, sha256: str) -> bool:
        """Read a whole content and say whether it is what its name says."""
        return self._is_sound(sha256)

    def begun(self, sha256: str, url: str, sent: int) -> None:
        """Remember where an upload goes on and how far it is."""
        self._update(sha256, "url = ?, sent = ?, problem = '', attempts = 0", url, sent)

    def arrived(self, sha256: str) -> None:
        """Remember that the centre has all of it."""
        self._update(sha256, "at_centre = 1, sent = size, url = '', problem = '', attempts = 0")

    def failed(self, sha256: str, problem: str, retry_at: int, *, from_start: bool) -> None:
        """Remember that it did not go, why, and when to try again."""
        again = ", url = '', sent = 0" if from_start else ""
        self._update(
            sha256,
            f"problem = ?, retry_at = ?, attempts = attempts + 1{again}",
            problem,
            retry_at,
        )

    def try_again(self, sha256: str) -> None:
        """Forget why it did not go: the officer wants it tried at once."""
        self._update(sha256, "problem = '', retry_at = 0, attempts = 0, url = '', sent = 0")

    def tidy(self, now: int) -> int:
        """Delete what nobody needs any more; return how many.

        That is what the centre has had for a month, by its own clock, and no unsettled words name,
        and what no words and no draft ever named, a day after it came.
        """
        ages = (now - _DAY_MS, KEPT_MS)
        with self._work.read() as work:
            if not work.exec_driver_sql(f"SELECT EXISTS ({_UNNEEDED})", ages).scalar_one():
                return 0
        with self._work.write() as work:  # looked at again: words may have named one meanwhile
            gone = work.exec_driver_sql(_TIDY, ages).scalars().all()
        for name in gone:
            with file_faults(name):
                (self._folder / name).unlink(missing_ok=True)
        return len(gone)

    def _write(self, name: str, label: _Label, content: bytes) -> None:
        fresh = self._folder / f"{name}.new"
        try:
            encrypted = encrypted_file.create(fresh, self._key, msgspec.json.encode(label))
            encrypted.append(content, 0, last=True)
            with file_faults(name):
                fresh.replace(self._folder / name)
                flush_folder(self._folder)
        except StoreUnavailable:
            fresh.unlink(missing_ok=True)
            raise

    def _open(self, sha256: str) -> EncryptedFile:
        with self._work.read() as work:
            name = work.exec_driver_sql(
                "SELECT file FROM own_files WHERE sha256 = ?", (sha256,)
            ).scalar()
        if name is None:
            raise StoreUnavailable("store.corrupt", file=sha256[:8])
        return EncryptedFile(self._folder / name, self._key)

    def _is_sound(self, sha256: str) -> bool:
        digest = hashlib.sha256()
        try:
            for piece in self.pieces(sha256):
                digest.update(piece)
        except StoreUnavailable:
            return False
        return digest.hexdigest() == sha256

    def _label_of(self, path: Path) -> _Label | None:
        try:
            return msgspec.json.decode(EncryptedFile(path, self._key).label, type=_Label)
        except (StoreUnavailable, msgspec.DecodeError):
            return None  # not ours, or broken: whatever it is, it is not deleted

    def _update(self, sha256: str, change: str, *values: Any) -> None:  # noqa: ANN401 - a column's
        with self._work.write() as work:
            work.exec_driver_sql(
                f"UPDATE own_files SET {change} WHERE sha256 = ?",  # noqa: S608 - constants above
                (*values, sha256),
            )


def forget_deliveries(work: sa.Connection) -> None:
    """Believe nothing of a centre that was restored: ask anew which files it has."""
    work.exec_driver_sql(
        "UPDATE own_files SET at_centre = 0, sent = 0, url = '', problem = '', retry_at = 0"
    )


def bring_again(work: sa.Connection, digests: Collection[str]) -> None:
    """Send own files once more: the centre has lost their contents."""
    work.exec_driver_sql(
        "UPDATE own_files SET at_centre = 0, sent = 0, url = '', problem = '', retry_at = 0,"
        " attempts = 0 WHERE sha256 IN (SELECT value FROM json_each(?))",
        (json_text(sorted(digests)),),
    )


_FILES: Final = (
    "SELECT f.sha256, f.size, f.media_type, f.sent, f.at_centre, f.url, f.attempts, f.retry_at,"
    " f.problem FROM own_files AS f"
)

_NEEDED: Final = f"""
    SELECT 1 FROM commands AS c WHERE instr(c.data, f.sha256)
        AND c.delivery IN {UNSETTLED}
    UNION ALL SELECT 1 FROM drafts AS d WHERE instr(d.fields, f.sha256)
    UNION ALL SELECT 1 FROM kept AS k WHERE instr(k.fields, f.sha256)
"""  # noqa: S608 - a constant


_CENTRE_TIME: Final = "SELECT max(settled_at) FROM commands WHERE delivery = 'accepted'"
"""As of the last receipt: a clock that leapt ahead here must not delete anything."""

_UNNEEDED: Final = f"""
    SELECT sha256 FROM own_files AS f WHERE added_at <= ? AND NOT EXISTS ({_NEEDED}) AND iif(
        at_centre, added_at <= ({_CENTRE_TIME}) - ?, NOT EXISTS (SELECT 1 FROM commands AS c
            WHERE c.delivery = 'accepted' AND instr(c.data, f.sha256)))
"""  # noqa: S608 - constants
_TIDY: Final = f"DELETE FROM own_files WHERE sha256 IN ({_UNNEEDED}) RETURNING file"  # noqa: S608

_ACCEPTED: Final = "('accepted')"
_UNREFUSED: Final = "('stored', 'sending', 'unknown', 'accepted', 'conflict', 'blocked')"


def _cases_naming(
    work: sa.Connection, sha256: str, deliveries: str = _ACCEPTED
) -> frozenset[CaseId]:
    rows = work.exec_driver_sql(
        f"SELECT case_id FROM commands WHERE delivery IN {deliveries}"  # noqa: S608 - constants
        " AND instr(data, ?)",
        (sha256,),
    )
    return frozenset(CaseId(case_id) for case_id in rows.scalars())


def _insert(work: sa.Connection, name: str, label: _Label) -> None:
    work.exec_driver_sql(
        "INSERT OR REPLACE INTO own_files (sha256, file, size, media_type, added_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (label.sha256, name, label.size, label.media_type, label.added_at),
    )


def _own_file(row: Any, cases: frozenset[CaseId] = frozenset()) -> OwnFile:  # noqa: ANN401 - a row
    sha256, size, media_type, sent, at_centre, url, attempts, retry_at, problem = row
    return OwnFile(
        sha256=sha256,
        size=size,
        media_type=media_type,
        sent=sent,
        at_centre=bool(at_centre),
        url=url,
        attempts=attempts,
        retry_at=retry_at,
        problem=problem,
        cases=cases,
    )
