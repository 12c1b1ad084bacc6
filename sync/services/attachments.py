# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as officers handle them: attach, look at, open, save, keep for offline. All of it local.

Moving them is the business of :mod:`sync.services.carrying`; ``LocalStore`` has the contents.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from sync.cases.case import Attachment
from sync.cases.case_files import files_of
from sync.cases.ids import CaseId
from sync.cases.views import CaseView
from sync.engine.budget import Errand
from sync.errors import Refused, StoreUnavailable
from sync.pictures import cleaned, is_photo, thumbnail
from sync.store.failures import file_faults
from sync.store.file_cache import CachedFile
from sync.store.file_space import FileUse
from sync.store.local import LocalStore
from sync.store.own_files import MAX_FILE_BYTES, OwnFile

_RISKY: Final = frozenset(
    "ade adp app appref-ms bat bin chm cmd com cpl desktop dll docm dotm exe hta inf ins isp jar"  # noqa: SIM905
    " js jse lnk mde msc msi msp mst pif ppam pptm ps1 reg scf scr sct sh svg url vb vbe vbs wsc"
    " wsf wsh xlam xlsm xll".split()
)
"""Kinds of files that run, or reach out, when they are opened; these are only ever saved."""

_MOST_PICTURES: Final = 300
"""Small pictures of own photos are made once, for each takes as long as a tenth of a second, and
lists are told afresh at every change; so many, of 10 KiB at most, are remembered."""


class Whereabouts(StrEnum):
    """Where the content of a file is, as far as this computer knows."""

    NAMED = "named"
    """Only its name and size are known anywhere here (an older entry, or an import)."""
    WAITING = "waiting"
    """On this computer; it goes up when the words are accepted."""
    SENDING = "sending"
    """On its way up."""
    AWAITED = "awaited"
    """The words are there, the file follows (*berkas menyusul*)."""
    CENTRE = "centre"
    """At the centre; not on this computer."""
    FETCHING = "fetching"
    """On its way here."""
    HERE = "here"
    """At the centre, and on this computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """How one file stands.

    Attributes:
        moved: bytes that are over, while it is on its way.
        held_up: the line is not used for such files now, by choice or as it was measured.
        kept: it is here for offline work, and does not make room for others.
        problem: code of why it does not move; empty when all is well.
        picture: a small picture, if there is one here.
        can_open: its content is on this computer.
    """

    file: Attachment
    where: Whereabouts
    moved: int = 0
    held_up: bool = False
    kept: bool = False
    problem: str = ""
    picture: bytes | None = None
    can_open: bool = False


class Attachments:
    """The files of one desk."""

    def __init__(
        self,
        store: LocalStore,
        clock: Callable[[], int],
        nudge: Callable[[], None],
        may_move: Callable[[Errand], bool] = lambda _errand: True,
    ) -> None:
        self._store = store
        self._clock = clock
        self._nudge = nudge
        self._may_move = may_move
        self._small_picture = lru_cache(_MOST_PICTURES)(self._make_small)

    def attach(self, path: Path, *, shrink: bool = False) -> Attachment:
        """Copy a file; when this returns, the original may change or go.

        Photos lose what they tell of place and person.

        Args:
            shrink: also make a large photo smaller.

        Raises:
            Refused: ``file.unreadable``, ``file.folder``, ``file.vanished``, ``file.too-large``,
                ``file.empty``.
            StoreUnavailable: there is no room for it here; nothing was kept.
        """
        return self.attach_content(path.name, _content_of(path), shrink=shrink)

    def attach_content(self, name: str, content: bytes, *, shrink: bool = False) -> Attachment:
        """Keep a content that is no file, such as a picture of the screen; as :meth:`attach`."""
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if is_photo(content):
            content = cleaned(content, shrink=shrink)
        sha256, size = self._store.own_files.keep(content, media_type, self._clock())
        return Attachment(name=name, size_bytes=size, sha256=sha256, media_type=media_type)

    def states(self, view: CaseView) -> dict[str, FileState]:
        """Return how every file of a case stands, by its SHA-256."""
        events = [entry.event for entry in view.entries]
        files = files_of(view.case, events)
        own, cached = self._store.own_files.all(), self._store.file_cache.all()
        wanted = self._store.transfers.wanted()
        is_pinned = self.is_pinned(view.case.id)
        return {
            file.sha256: self._state(
                file,
                own.get(file.sha256),
                cached.get(file.sha256),
                arrived=file.sha256 in files.arrived,
                wanted=is_pinned or file.sha256 in wanted,
                kept=is_pinned,
            )
            for file in files.named
        }

    def own_states(self, files: Iterable[Attachment]) -> list[FileState]:
        """Return how the officer's own files stand, in the order given; for drafts and outbox."""
        own = self._store.own_files.all()
        return [self._state(file, own.get(file.sha256), None, arrived=False) for file in files]

    def show(self, case_id: CaseId | None) -> None:
        """Say which case is looked at: its small pictures are wanted."""
        self._store.transfers.show(case_id)
        if case_id is not None:
            self._nudge()

    def fetch(self, case_id: CaseId, sha256: str) -> None:
        """Ask for a content; it comes before anything else but words."""
        self._store.transfers.want(case_id, sha256)
        self._nudge()

    def try_again(self, case_id: CaseId, sha256: str) -> None:
        """Send an own file that did not go, from its beginning; or fetch one that did not come."""
        if self._store.own_files.find(sha256) is None:
            self._store.transfers.want(case_id, sha256)
        else:
            self._store.own_files.try_again(sha256)
        self._nudge()

    def is_pinned(self, case_id: CaseId) -> bool:
        """Return whether a case is kept ready without a line."""
        return case_id in self._store.pins.all()

    def pin(self, case_id: CaseId, *, pinned: bool) -> None:
        """Keep the files of a case here, or let them go when room is needed."""
        self._store.pins.set(case_id, self._clock(), pinned=pinned)
        self._nudge()

    def space(self) -> FileUse:
        """Return how much of this disk files take, and how much they may."""
        return self._store.file_space.use()

    def limit_space(self, limit_bytes: int) -> None:
        """Let files from the centre take so much; what is too much goes at once."""
        self._store.file_space.choose(limit_bytes)
        self._nudge()

    def clear_space(self) -> int:
        """Let go of all that can come again and is not pinned; return how many bytes."""
        return self._store.file_space.clear()

    def save_as(self, sha256: str, target: Path) -> None:
        """Write a content that is here to a place of the officer's choice.

        Raises:
            Refused: ``file.not-here``; ``file.unwritable``.
            StoreUnavailable: it is broken here; one from the centre can be fetched again.
        """
        fresh = target.with_name(f".{sha256[:16]}.{os.getpid()}.part")
        try:
            with fresh.open("wb") as file:
                file.writelines(self._pieces(sha256))
            fresh.replace(target)
        except OSError as error:
            raise Refused("file.unwritable", file=target.name) from error
        finally:
            with suppress(OSError):  # the stick was pulled: nothing can be tidied there
                fresh.unlink()

    def open_copy(self, file: Attachment, folder: Path) -> Path:
        """Write a copy to look at into a private folder, which :meth:`clear` empties.

        Raises:
            Refused: ``file.not-here``; ``file.risky`` for kinds that run when opened.
            StoreUnavailable: as :meth:`save_as`.
        """
        name = safe_name(file.name)  # what it is opened as tells what it is, not what it was called
        if Path(name).suffix.lower().lstrip(".") in _RISKY:
            raise Refused("file.risky", file=file.name)
        own = folder / file.sha256[:16]
        with file_faults(folder.name):
            own.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = own / name
        self.save_as(file.sha256, target)
        with file_faults(target.name):
            target.chmod(0o400)
        return target

    def clear(self, folder: Path) -> None:
        """Delete the copies that were opened; what another program still holds goes next time."""
        shutil.rmtree(folder, ignore_errors=True)

    def _pieces(self, sha256: str) -> Iterable[bytes]:
        if self._store.own_files.find(sha256) is not None:
            return self._store.own_files.pieces(sha256)
        held = self._store.file_cache.find(sha256)
        if held is None or not held.is_complete:
            raise Refused("file.not-here", sha256=sha256)
        return self._store.file_cache.pieces(sha256, self._clock())

    def _state(
        self,
        file: Attachment,
        own: OwnFile | None,
        cached: CachedFile | None,
        *,
        arrived: bool,
        wanted: bool = False,
        kept: bool = False,
    ) -> FileState:
        if not file.sha256:
            return FileState(file=file, where=Whereabouts.NAMED)
        picture = self._store.file_cache.thumbnail(file.sha256)
        if own is not None:
            where = _where_own(own, arrived=arrived)
            if picture is None and file.media_type.startswith("image/"):
                picture = self._own_thumbnail(file.sha256)
            return FileState(
                file=file,
                where=where,
                moved=own.sent,
                held_up=where is not Whereabouts.HERE and not self._may_move(Errand.UPLOAD),
                kept=kept,
                problem="" if arrived else own.problem,
                picture=picture,
                can_open=True,
            )
        where, moved = _where_cached(cached, arrived=arrived, wanted=wanted)
        return FileState(
            file=file,
            where=where,
            moved=moved,
            held_up=where is Whereabouts.FETCHING and not self._may_move(Errand.OPENED),
            kept=kept and where is Whereabouts.HERE,
            problem="" if cached is None else cached.problem,
            picture=picture,
            can_open=where is Whereabouts.HERE,
        )

    def _own_thumbnail(self, sha256: str) -> bytes | None:
        try:
            return self._small_picture(sha256)
        except StoreUnavailable:
            return None

    def _make_small(self, sha256: str) -> bytes | None:
        return thumbnail(BytesIO(b"".join(self._store.own_files.pieces(sha256))))


def safe_name(name: str) -> str:
    """Return a file's name as a name only, whatever its sender wrote there."""
    kept = "".join(
        letter if letter.isprintable() and letter not in '\\/:*?"<>|' else "_" for letter in name
    ).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    short = f"{_cut(stem, 100)}{dot}{_cut(suffix, 20)}" if dot else _cut(kept, 100)
    return short or "berkas"


def _cut(text: str, most: int) -> str:
    """Return so many letters, and no more than a file system takes: it counts bytes."""
    return text[:most].encode()[: 2 * most].decode(errors="ignore")


def _where_own(own: OwnFile, *, arrived: bool) -> Whereabouts:
    if arrived or own.at_centre:
        return Whereabouts.HERE
    return Whereabouts.SENDING if own.url or own.sent else Whereabouts.WAITING


def _where_cached(
    cached: CachedFile | None, *, arrived: bool, wanted: bool
) -> tuple[Whereabouts, int]:
    if cached is not None and cached.is_complete:
        return Whereabouts.HERE, cached.have
    if not arrived:
        return Whereabouts.AWAITED, 0
    have = 0 if cached is None else cached.have
    if have or (wanted and not (cached is not None and cached.problem)):
        return Whereabouts.FETCHING, have
    return Whereabouts.CENTRE, 0


def _content_of(path: Path) -> bytes:
    """Return what is in a file; never waits for a pipe, never reads what is too large anyway."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Refused("file.folder", file=path.name)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("file.unreadable", file=path.name)
        if found.st_size > MAX_FILE_BYTES:
            raise Refused("file.too-large", file=path.name, limit=MAX_FILE_BYTES)
        with path.open("rb") as source:
            return source.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise Refused("file.vanished", file=path.name) from error
    except OSError as error:
        raise Refused("file.unreadable", file=path.name) from error
