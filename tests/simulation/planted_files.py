# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliberate bugs about files' contents, digests and couriers; see ``planted.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyrage import x25519
from sqlalchemy import select

from sync.central import feed_rows, schema
from sync.central.courier import CourierDesk
from sync.central.downloads import Downloads
from sync.central.holdings import Holdings
from sync.courier import bundle, parts
from sync.errors import FileRefused
from sync.store import file_cache, own_files
from sync.store.courier import CourierMemory
from sync.store.file_cache import FileCache
from sync.store.file_space import FileSpace
from sync.store.own_files import OwnFiles
from sync.store.transfers import Transfers
from sync.transports.tus import TusFiles
from tests.simulation.planted import bug, replaced


@bug
def a_content_is_not_checked_when_it_is_whole() -> Iterator[None]:
    """What came down is opened whatever its hash is."""
    with replaced(file_cache, "_is_what_it_says", lambda *_what: True):
        yield


@bug
def nobody_remembers_where_an_upload_goes_on() -> Iterator[None]:
    """Every piece begins the upload anew."""

    def forgotten(_self: OwnFiles, *_what: Any) -> None:
        pass

    with replaced(OwnFiles, "begun", forgotten):
        yield


@bug
def after_a_break_an_upload_begins_anew() -> Iterator[None]:
    """Nobody asks how much has arrived when the line is back."""

    def gone(_self: TusFiles, _token: str, _url: str) -> int:
        raise FileRefused("file.gone")

    with replaced(TusFiles, "arrived", gone):
        yield


@bug
def whoever_knows_its_name_gets_a_content() -> Iterator[None]:
    """The call for a content asks whether it is here, and not whose case it belongs to."""

    def size_for(_self: Holdings, connection: Any, _actor: Any, sha256: str) -> int | None:
        blobs = schema.blobs.c
        size: int | None = connection.execute(
            select(blobs.size).where(blobs.sha256 == sha256)
        ).scalar()
        return size

    with replaced(Holdings, "size_for", size_for):
        yield


@bug
def a_pin_is_let_go() -> Iterator[None]:
    """Files make room for others although their case is pinned."""
    make_room = FileCache.make_room

    def unpinned(self: FileCache, budget: int, _pinned: Any, **how: Any) -> int:
        return make_room(self, budget, (), **how)

    with replaced(FileCache, "make_room", unpinned):
        yield


@bug
def a_digest_leaves_one_case_out() -> Iterator[None]:
    """The centre sums all cases but the last."""
    versions = feed_rows.versions

    def short(*what: Any) -> Any:
        return list(versions(*what))[:-1]

    with replaced(feed_rows, "versions", short):
        yield


@bug
def a_gap_in_the_numbers_is_not_told() -> Iterator[None]:
    """The centre takes a courier's file in and does not say that earlier ones never came."""
    note = CourierDesk._note

    def silent(self: CourierDesk, *what: Any) -> tuple[bool, list[int]]:
        repeated, _missing = note(self, *what)
        return repeated, []

    with replaced(CourierDesk, "_note", silent):
        yield


@bug
def an_old_reply_is_followed() -> Iterator[None]:
    """A courier's reply is taken in from wherever the cache stands."""

    def all_of_it(_self: CourierMemory, _device: Any, _n: int, _since: Any, pages: Any) -> Any:
        return pages

    with replaced(CourierMemory, "to_follow", all_of_it):
        yield


@bug
def a_piece_is_read_where_the_last_answer_left_it() -> Iterator[None]:
    """An upload goes on at the centre's place, with the bytes of the place remembered here."""
    read = Transfers.read

    def remembered(self: Transfers, sha256: str, at: int, size: int) -> bytes:
        own = self._own.find(sha256)
        return read(self, sha256, own.sent if own is not None else at, size)

    with replaced(Transfers, "read", remembered):
        yield


@bug
def contents_are_sealed_with_an_older_key() -> Iterator[None]:
    """The words of a courier file are for the centre, its contents for a key it has given up."""
    append = parts.append_part
    older = x25519.Identity.generate().to_public()

    def sealed(file: Any, pieces: Any, _recipients: Any) -> None:
        append(file, pieces, [str(older)])

    with replaced(bundle, "append_part", sealed):
        yield


@bug
def a_budget_takes_unsent_files_too() -> Iterator[None]:
    """Own files count as well, and go when there is too much."""
    tidy = FileSpace.tidy

    def all_files(self: FileSpace) -> int:
        with self._files.work.write() as work:
            if self.limit() < self.use().own:
                work.exec_driver_sql("DELETE FROM own_files")
        return tidy(self)

    with replaced(FileSpace, "tidy", all_files):
        yield


@bug
def small_pictures_are_for_everybody() -> Iterator[None]:
    """Nobody asks whose a small picture is: so little can be seen in it."""
    answer = Downloads.__call__

    async def lenient(self: Downloads, call: Any) -> None:
        await (self._send_thumbnail(call) if "thumb" in call.query else answer(self, call))

    with replaced(Downloads, "__call__", lenient):
        yield


@bug
def a_secret_case_leaves_its_pictures() -> Iterator[None]:
    """What a watcher has of a case stays when the case becomes secret."""
    with replaced(file_cache, "forget_unnamed", lambda *_what: False):
        yield


@bug
def files_of_refused_acts_are_sent() -> Iterator[None]:
    """A file goes as soon as any act names it, also one that was refused or taken back."""
    naming = own_files._cases_naming

    def any_act(work: Any, sha256: str, *_deliveries: str) -> Any:
        return naming(work, sha256, "('accepted', 'conflict', 'blocked', 'rejected', 'withdrawn')")

    with replaced(own_files, "_cases_naming", any_act):
        yield
