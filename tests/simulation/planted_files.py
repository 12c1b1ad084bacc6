# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliberate bugs about files' contents, digests and couriers; see ``planted.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from sync.central import feed_rows, schema
from sync.central.courier import CourierDesk
from sync.central.holdings import Holdings
from sync.store import file_cache
from sync.store.courier import CourierMemory
from sync.store.file_cache import FileCache
from sync.store.own_files import OwnFiles
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
