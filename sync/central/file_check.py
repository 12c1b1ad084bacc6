# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares the folder of contents with what the database says is in it, and mends both.

A content that is gone or spoilt cannot be made again here. Mending tells the cases that named it;
the devices of those who added it have it for a month and bring it again by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection, func, select

from sync.central import schema
from sync.central.blob_files import BlobFiles
from sync.central.database import Database
from sync.central.holdings import Holdings

_DAY_S = 86_400.0


class Fault(StrEnum):
    """What is wrong with a content."""

    MISSING = "missing"
    """The database names it, and it is not on the disk."""
    DAMAGED = "damaged"
    """It is on the disk, and is not what its name says."""
    UNKNOWN = "unknown"
    """It is on the disk, and the database does not know it: a crash, or an older database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One content that is not as it should be.

    Attributes:
        cases: how many cases name it.
    """

    sha256: str
    fault: Fault
    cases: int = 0


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was looked at."""

    sound: int = 0
    missing: int = 0
    damaged: int = 0
    unknown: int = 0

    @property
    def is_all_gone(self) -> bool:
        """Whether nothing at all is there that should be: most likely this is the wrong folder."""
        return not self.sound and self.missing > 1


class FileCheck:
    """One look at a folder; may run while the centre serves.

    Args:
        clock: UTC milliseconds.
    """

    def __init__(
        self, database: Database, files: BlobFiles, holdings: Holdings, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._files = files
        self._holdings = holdings
        self._clock = clock
        self.tally = Tally()

    def look(self) -> Iterator[Finding]:
        """Read every content and yield what is wrong."""
        known = set()
        for sha256, size in self._named():
            known.add(sha256)
            fault = self._fault(sha256, size)
            if fault is None:
                self.tally.sound += 1
                continue
            self.tally.missing += fault is Fault.MISSING
            self.tally.damaged += fault is Fault.DAMAGED
            yield Finding(sha256=sha256, fault=fault, cases=self._cases(sha256))
        for sha256 in self._files.contents():
            if sha256 not in known and self._is_left(sha256):
                self.tally.unknown += 1
                yield Finding(sha256=sha256, fault=Fault.UNKNOWN)

    def mend(self, finding: Finding) -> bool:
        """Make one finding good as far as can be done here; False where it is good already."""
        with self._files.content_locked(finding.sha256):
            if finding.fault is Fault.UNKNOWN:
                if not self._is_left(finding.sha256):
                    return False
                self._files.remove(finding.sha256)
                return True
            if self._files.is_sound(finding.sha256):  # somebody has brought it meanwhile
                return False
            self._database.transact(partial(self._lose, finding.sha256))
            return True

    def _lose(self, sha256: str, connection: Connection) -> None:
        self._holdings.lose(connection, sha256)
        self._files.remove(sha256)

    def _fault(self, sha256: str, size: int) -> Fault | None:
        found = self._files.size_of(sha256)
        if found is None:
            return Fault.MISSING
        if found != size or not self._files.is_sound(sha256):
            return Fault.DAMAGED
        return None

    def _named(self) -> list[tuple[str, int]]:
        blobs = schema.blobs.c
        with self._database.read() as connection:
            rows = connection.execute(select(blobs.sha256, blobs.size).order_by(blobs.sha256))
            return [(sha256, size) for sha256, size in rows]

    def _cases(self, sha256: str) -> int:
        names = schema.case_blobs.c
        with self._database.read() as connection:
            count = select(func.count(names.case_id.distinct())).where(names.sha256 == sha256)
            return int(connection.execute(count).scalar_one())

    def _is_left(self, sha256: str) -> bool:
        """Return whether a content is on the disk, unknown, and not just being brought."""
        blobs = schema.blobs.c
        with self._database.read() as connection:
            row = connection.execute(select(blobs.sha256).where(blobs.sha256 == sha256)).first()
        if row is not None or self._files.size_of(sha256) is None:
            return False
        return self._files.age_s(sha256, self._clock() / 1000) > _DAY_S
