# SPDX-License-Identifier: AGPL-3.0-or-later
"""What files should move, in which order, and what became of them: the store's part of it.

First what the officer waits for, then their own evidence, the nearest deadline first, then small
pictures, then the originals of pinned cases, and then others ahead of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa
from typing_extensions import override

from sync.cases.case_files import CaseFiles, files_of
from sync.cases.ids import CaseId
from sync.engine.backoff import is_paused
from sync.engine.budget import Errand
from sync.engine.files import LONGEST_PAUSE_S, FileJournal, Transfer
from sync.store.file_cache import FileCache
from sync.store.file_space import FileSpace
from sync.store.files import Files
from sync.store.own_files import OwnFile, OwnFiles
from sync.store.pins import Pins
from sync.store.records import json_text, read_cases, read_events

AHEAD_DAYS: Final = 3
"""Originals of cases that are due within so many days are fetched ahead."""

_MOST_CASES: Final = 50
_MOST_AHEAD_BYTES: Final = 20 * 1024 * 1024
"""Larger ones only when asked for."""


class Transfers(FileJournal):
    """The memory of files, for the engine."""

    def __init__(
        self, files: Files, own: OwnFiles, cache: FileCache, pins: Pins, space: FileSpace
    ) -> None:
        self._files = files
        self._own = own
        self._cached = cache
        self._pins = pins
        self._space = space
        self._opened: dict[str, CaseId] = {}
        self._shown: CaseId | None = None

    def want(self, case_id: CaseId, sha256: str) -> None:
        """Ask for a content that the officer waits for; forgotten when the program ends."""
        self._opened[sha256] = case_id

    def wanted(self) -> frozenset[str]:
        """Return the contents that the officer waits for."""
        return frozenset(self._opened)

    def show(self, case_id: CaseId | None) -> None:
        """Say which case is shown: its small pictures are wanted."""
        self._shown = case_id

    @override
    def transfers(self, now: int) -> Iterator[Transfer]:
        yield from self._opened_ones()
        yield from self._uploads(now)
        downloads = list(self._downloads(now))
        tried = self._cached.thumbnails_tried(now)
        for transfer in downloads:
            if transfer.media_type.startswith("image/") and transfer.sha256 not in tried:
                yield _as(Errand.THUMBNAIL, transfer)
        yield from self._originals(downloads, now)

    @override
    def read(self, sha256: str, at: int, size: int) -> bytes:
        return self._own.read(sha256, at, size)

    @override
    def is_intact(self, sha256: str) -> bool:
        return self._own.is_intact(sha256)

    @override
    def sent(self, transfer: Transfer, url: str, done: int) -> None:
        if done >= transfer.size:
            self._own.arrived(transfer.sha256)
        else:
            self._own.begun(transfer.sha256, url, done)

    @override
    def not_sent(
        self, transfer: Transfer, problem: str, retry_at: int, *, from_start: bool
    ) -> None:
        self._own.failed(transfer.sha256, problem, retry_at, from_start=from_start)

    @override
    def received(self, transfer: Transfer, piece: bytes, now: int) -> None:
        self._space.make_room(transfer.size - transfer.done, transfer.sha256)
        done = self._cached.take_in(
            transfer.case_id, transfer.sha256, transfer.size, piece, now, at=transfer.done
        )
        if done:
            self._opened.pop(transfer.sha256, None)

    @override
    def received_thumbnail(self, transfer: Transfer, picture: bytes | None, retry_at: int) -> None:
        self._cached.put_thumbnail(transfer.case_id, transfer.sha256, picture, retry_at)

    @override
    def not_received(self, transfer: Transfer, problem: str, retry_at: int, now: int) -> None:
        self._opened.pop(transfer.sha256, None)
        self._cached.failed(
            transfer.case_id,
            transfer.sha256,
            transfer.size,
            problem=problem,
            retry_at=retry_at,
            now=now,
        )

    def _originals(self, downloads: Sequence[Transfer], now: int) -> Iterator[Transfer]:
        """Yield what is pinned, and what may come ahead of time.

        The latter only as far as all of that fits together: else the cache would throw out what
        it fetches again at once, for ever.
        """
        known, pinned = self._cached.all(), self._pins.all()
        here = {transfer.sha256 for transfer in downloads} & known.keys()
        room = self._space.use().budget - sum(known[sha256].have for sha256 in here)
        for transfer in downloads:
            held = known.get(transfer.sha256)
            have = 0 if held is None else held.have
            waits = held is not None and (
                held.is_complete or is_paused(held.retry_at, now, LONGEST_PAUSE_S)
            )
            is_pinned = transfer.case_id in pinned
            is_small = transfer.size <= min(_MOST_AHEAD_BYTES, have + room)
            is_shown = transfer.case_id == self._shown  # its originals come when opened
            if not waits and (is_pinned or (is_small and not is_shown)):
                yield _as(
                    Errand.OPENED if is_pinned else Errand.AHEAD,
                    transfer,
                    done=have,
                    attempts=0 if held is None else held.attempts,
                )

    def _opened_ones(self) -> Iterator[Transfer]:
        for sha256, case_id in list(self._opened.items()):
            held = self._cached.find(sha256)
            with self._files.cache.read() as cache:
                named = _files_in(cache, case_id).named
            size = next((file.size_bytes for file in named if file.sha256 == sha256), None)
            if size is None or (held is not None and held.is_complete):
                self._opened.pop(sha256, None)
                continue
            yield Transfer(
                errand=Errand.OPENED,
                sha256=sha256,
                case_id=case_id,
                size=size,
                done=0 if held is None else held.have,
                attempts=0 if held is None else held.attempts,
            )

    def _uploads(self, now: int) -> list[Transfer]:
        waiting = [file for file in self._own.to_send() if not is_paused(file.retry_at, now)]
        if not waiting:
            return []
        ids = {case_id for file in waiting for case_id in file.cases}
        with self._files.cache.read() as cache:
            rows = cache.exec_driver_sql(
                "SELECT id, shown_due FROM cases WHERE shown_due IS NOT NULL"
                " AND id IN (SELECT value FROM json_each(?))",
                (json_text(list(ids)),),
            )
            due: dict[int, int] = dict(rows.all())
        never = 10**9
        waiting.sort(key=lambda file: min(due.get(case_id, never) for case_id in file.cases))
        return [_upload(file) for file in waiting]

    def _downloads(self, now: int) -> Iterator[Transfer]:
        """Yield the contents at the centre of cases that may soon be looked at, each once."""
        own = self._own.all()
        seen: set[str] = set()
        with self._files.cache.read() as cache:
            for case_id in self._cases_to_look_at(cache, now):
                files = _files_in(cache, case_id)
                for file in files.named:
                    wanted = file.sha256 in files.arrived and file.sha256 not in own
                    if wanted and file.sha256 not in seen:
                        seen.add(file.sha256)
                        yield Transfer(
                            errand=Errand.AHEAD,
                            sha256=file.sha256,
                            case_id=case_id,
                            size=file.size_bytes,
                            media_type=file.media_type,
                        )

    def _cases_to_look_at(self, cache: sa.Connection, now: int) -> list[CaseId]:
        chosen = set(self._pins.all()) | ({self._shown} if self._shown is not None else set())
        last_day = self._files.rulebook.calendar.ordinal_of(now) + AHEAD_DAYS
        rows = cache.exec_driver_sql(_WITH_FILES, (json_text(list(chosen)), last_day, _MOST_CASES))
        return [CaseId(case_id) for case_id in rows.scalars()]


_WITH_FILES: Final = """
    SELECT c.id FROM cases AS c
    WHERE (c.id IN (SELECT value FROM json_each(?1)) OR c.shown_due <= ?2)
        AND EXISTS (SELECT 1 FROM events AS e
            WHERE e.id BETWEEN c.id * 1048576 AND (c.id + 1) * 1048576 - 1 AND e.kind = 'files')
    ORDER BY c.shown_due IS NULL, c.shown_due, c.id LIMIT ?3
"""


def _files_in(cache: sa.Connection, case_id: CaseId) -> CaseFiles:
    case = next(read_cases(cache, [case_id]), None)
    if case is None:
        return CaseFiles(named=(), arrived=frozenset())
    return files_of(case, read_events(cache, case_id))


def _upload(file: OwnFile) -> Transfer:
    return Transfer(
        errand=Errand.UPLOAD,
        sha256=file.sha256,
        case_id=min(file.cases),
        size=file.size,
        done=file.sent,
        url=file.url,
        media_type=file.media_type,
        attempts=file.attempts,
    )


def _as(errand: Errand, transfer: Transfer, done: int = 0, attempts: int = 0) -> Transfer:
    return Transfer(
        errand=errand,
        sha256=transfer.sha256,
        case_id=transfer.case_id,
        size=transfer.size,
        media_type=transfer.media_type,
        done=done,
        attempts=attempts,
    )
