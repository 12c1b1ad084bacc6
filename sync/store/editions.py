# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest edition of the rules that this computer was told, and why another was not taken.

It is taken up when the files are opened the next time: a list is counted by one calendar.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
import sqlalchemy as sa

from sync.cases.rulebook import Rulebook
from sync.courier.editions import Edition, opened
from sync.errors import EditionRefused
from sync.store import meta
from sync.store.centre_keys import pinned
from sync.store.engine import Database
from sync.store.files import Files
from sync.wire.messages import EditionRecord


class Shelved(StrEnum):
    """What became of an edition that was told."""

    NEW = "new"
    """It is here, and counts from the next start on."""
    KNOWN = "known"
    """It was here already."""
    OLDER = "older"
    """A newer one is here, which stays."""
    REFUSED = "refused"
    """It is not the centre's, or makes no sense; :meth:`EditionShelf.problem` says which."""


class EditionShelf:
    """The edition in the work file: it survives the cache."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def serial(self) -> int:
        """Return the serial of the edition that is here, 0 for none."""
        with self._files.work.read() as work:
            record = _kept(work)
        return 0 if record is None else record.serial

    def content(self) -> Edition | None:
        """Return the edition that is here, as far as it can be used."""
        with self._files.work.read() as work:
            return _usable(work)

    def problem(self) -> str:
        """Return the code of why the last one that was told is not here; empty where it is."""
        with self._files.work.read() as work:
            return meta.get(work, "edition_problem") or ""

    def take(self, record: EditionRecord) -> Shelved:
        """Keep a newer edition, if it is the centre's and makes sense; else keep the old one."""
        with self._files.work.write() as work:
            known, centre = _kept(work), pinned(work)
            if known is not None and known.serial >= record.serial:
                return Shelved.KNOWN if known.serial == record.serial else Shelved.OLDER
            try:
                if centre is None:  # nobody whose signature would count
                    raise EditionRefused("edition.no-keys")
                opened(record, centre).amends(self._files.rulebook)
            except EditionRefused as refused:
                meta.put(work, edition_problem=refused.code)
                return Shelved.REFUSED
            text = msgspec.json.encode(record).decode()
            meta.put(work, edition=text, edition_problem=None)
            return Shelved.NEW


def rulebook_in(work: Database, base: Rulebook) -> Rulebook:
    """Return the rulebook of the program with the edition in a work file."""
    with work.read() as connection:
        edition = _usable(connection)
    if edition is None:
        return base
    try:
        return edition.amends(base)
    except EditionRefused:  # the program was updated meanwhile, and knows better
        return base


def _usable(work: sa.Connection) -> Edition | None:
    record, centre = _kept(work), pinned(work)
    if record is None or centre is None:
        return None
    try:
        return opened(record, centre)
    except EditionRefused:  # of a centre whose key is another one now
        return None


def _kept(work: sa.Connection) -> EditionRecord | None:
    text = meta.get(work, "edition")
    return None if text is None else msgspec.json.decode(text, type=EditionRecord)
