# SPDX-License-Identifier: AGPL-3.0-or-later
"""The local store of one officer: opening it, and the doors to its parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from sync.cases.rulebook import Rulebook
from sync.errors import StoreTooNew, StoreUnavailable
from sync.store import backup, meta
from sync.store.cases import Cases
from sync.store.courier import CourierMemory
from sync.store.drafts import Drafts
from sync.store.editions import EditionShelf, rulebook_in
from sync.store.engine import BROKEN, CACHE_TUNING, WORK_TUNING, Database
from sync.store.failures import file_faults
from sync.store.file_cache import FileCache
from sync.store.file_space import FileSpace, free_on_disk
from sync.store.files import Files
from sync.store.identity import Identity
from sync.store.journal import StoreJournal
from sync.store.lease import Lease
from sync.store.left_work import LeftWorkShelf
from sync.store.line_notes import LineNotes
from sync.store.outbox import Outbox
from sync.store.own_files import OwnFiles
from sync.store.pins import Pins
from sync.store.queue import CaseQueue
from sync.store.rehearsal import rehearse
from sync.store.repair import Repair
from sync.store.search import Search
from sync.store.secrets import WorkSecrets
from sync.store.transfers import Transfers
from sync.store.unsent import UnsentWork
from sync.store.upgrade import CACHE, WORK, bring_up
from sync.store.upkeep import Upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What had to be done to open the files, for the officer to be told.

    Attributes:
        cache_lost: why the cache was thrown away, or is gone (``store.io``), and must be fetched
            again; empty if it was not.
        work_restored: the work file was broken or gone; its newest sound copy took its place.
        restored_from: from when that copy is; UTC milliseconds by this computer.
        aside: the broken work file, under its new name; None where there was none.
        put_back: acts and drafts that were missing and were put back from the sealed copy.
        copy_failed: why no fresh copy of the work file could be made; empty if one was, or was
            there already.
    """

    cache_lost: str = ""
    work_restored: bool = False
    restored_from: int = 0
    aside: Path | None = None
    put_back: int = 0
    copy_failed: str = ""

    @property
    def reports(self) -> tuple[str, ...]:
        """Return the codes of what the officer must know, the gravest first."""
        found = {
            "store.work-put-back": self.put_back,
            "store.work-restored": self.work_restored,
            "store.cache-lost": self.cache_lost,
            "store.copy-failed": self.copy_failed,
        }
        return tuple(code for code, is_so in found.items() if is_so)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlaces:
    """Where files' contents are: the officer's own, and those that can come again."""

    own: Path
    cache: Path
    key: bytes = field(repr=False)


class LocalStore:
    """The open files of one officer, by what is in them."""

    def __init__(self, files: Files, opening: Opening, places: FilePlaces) -> None:
        self.files = files
        self.opening = opening
        self.identity = Identity(files)
        self.journal = StoreJournal(files)
        self.courier = CourierMemory(files, self.journal)
        self.editions = EditionShelf(files)
        self.line_notes = LineNotes(files)
        self.outbox = Outbox(files)
        self.unsent = UnsentWork(files)
        self.drafts = Drafts(files)
        self.left_work = LeftWorkShelf(files)
        self.search = Search(files)
        self.queue = CaseQueue(files, self.search)
        self.cases = Cases(files)
        self.repair = Repair(files)
        self.lease = Lease(files)
        self.upkeep = Upkeep(files, backup.Copies(files.work.path))
        self.secrets = WorkSecrets(files.work)
        self.pins = Pins(files)
        self.file_cache = FileCache(files, places.cache)
        self.own_files = OwnFiles(files, places.own, places.key)
        self.file_space = FileSpace(
            files, self.file_cache, self.pins, partial(free_on_disk, places.cache)
        )
        self.transfers = Transfers(
            files, self.own_files, self.file_cache, self.pins, self.file_space
        )

    @staticmethod
    def has_work(folder: Path) -> bool:
        """Return whether a folder holds a work file or a copy of one, sound or not."""
        path = folder / "work.db"
        return path.exists() or backup.Copies(path).exist

    @staticmethod
    def set_work_aside(folder: Path) -> Path | None:
        """Keep a work file that cannot be opened, and its copies, under other names.

        Returns:
            The work file's new name; None where there was none.

        Raises:
            StoreUnavailable: the disk cannot be written.
        """
        copies = backup.Copies(folder / "work.db")
        with file_faults(folder.name):
            copies.set_all_aside()
        return copies.aside

    @classmethod
    def open(cls, folder: Path, key: bytes, rulebook: Rulebook) -> LocalStore:
        """Open the files in a folder, or make them; then make good what a crash left.

        Raises:
            StoreTooNew: a newer program has written here.
            StoreUnavailable: the machine's fault, or ``store.wrong-key``.
        """
        try:
            return cls._open(folder, key, rulebook)
        except StoreUnavailable as error:
            if (error.code, error.data.get("file")) != ("store.corrupt", "cache.db"):
                raise
        return cls._open(folder, key, rulebook)  # which throws away what is marked as broken

    @classmethod
    def _open(cls, folder: Path, key: bytes, rulebook: Rulebook) -> LocalStore:
        with file_faults(folder.name):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        work, opening = _open_work(folder / "work.db", key)
        try:
            cache, cache_lost = _open_cache(folder / "cache.db", key, was_used=_was_used(work))
        except BaseException:
            work.close()
            raise
        files = Files(cache=cache, work=work, rulebook=rulebook_in(work, rulebook))
        places = FilePlaces(own=folder / "files", cache=folder / "files-cache", key=key)
        store = cls(files, replace(opening, cache_lost=cache_lost), places)
        try:
            store.journal.recover()
            store.own_files.adopt()
            store.file_cache.sweep()
        except BaseException:
            files.close()
            raise
        return store

    def close(self) -> None:
        """Close both files; everything was on the disk already."""
        self.upkeep.tidy()
        self.files.close()


def _open_work(path: Path, key: bytes) -> tuple[Database, Opening]:
    """Open the precious file: check it, copy it, upgrade it; never throw it away."""
    copies = backup.Copies(path)
    restored = not path.exists() and copies.exist
    if restored and not copies.restore(key):  # it was here: a new one would hide that it is gone
        raise StoreUnavailable("store.corrupt", file=path.name)
    is_new = not path.exists()
    work = Database(path, key, WORK_TUNING)
    try:
        try:
            backup.check(work)
        except StoreUnavailable as error:
            work.close()
            if error.code not in BROKEN or not copies.restore(key):
                raise
            restored = True
            work = Database(path, key, WORK_TUNING)
        rehearse(work, key)
        copy_failed = "" if is_new else _copy(work, copies)
        bring_up(work, WORK)
    except BaseException:
        work.close()
        raise
    return work, Opening(
        work_restored=restored,
        restored_from=copies.made_at,
        aside=copies.aside,
        copy_failed=copy_failed,
    )


def _copy(work: Database, copies: backup.Copies) -> str:
    """Renew the copies; a disk that has no room for one is told of, and does not keep work out."""
    try:
        copies.renew(work)
    except StoreUnavailable as error:
        if error.code in BROKEN:
            raise
        return error.code
    return ""


def _was_used(work: Database) -> bool:
    """Say whether the centre has told this computer anything yet."""
    with work.read() as connection:
        return meta.get(connection, "epoch") is not None


def _open_cache(path: Path, key: bytes, *, was_used: bool) -> tuple[Database, str]:
    """Open the file that the centre can send again: what cannot be read is thrown away."""
    lost = "store.io" if was_used and not path.exists() else ""
    cache = Database(path, key, CACHE_TUNING)
    cache.sweep()
    try:
        if cache.is_known_broken():
            lost = "store.corrupt"
        else:
            try:
                bring_up(cache, CACHE)
            except StoreTooNew as error:  # the work file could be opened, and the rest comes again
                lost = error.code
            except StoreUnavailable as error:
                if error.code not in BROKEN:
                    raise
                # The key opened the work file, so this is not about the key.
                lost = "store.corrupt"
        if lost:
            cache.discard()
            bring_up(cache, CACHE)
    except BaseException:
        cache.close()
        raise
    return cache, lost
