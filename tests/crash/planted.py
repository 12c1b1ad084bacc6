# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliberate bugs that cost something only where a process dies, to show that its death is noticed.

``python -m tests.crash.planted BUG FOLDER`` plays the flow that a bug belongs to with it, until the
first boundary at which something is lost or done twice; see ``tests/simulation/planted.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, text, update

from sync.central import schema, snapshots
from sync.central.courier import CourierDesk
from sync.central.feed import Feed
from sync.central.page import Page
from sync.central.uploads import Uploads
from sync.services.courier import Courier
from sync.store.journal import StoreJournal
from sync.store.transfers import Transfers
from tests.crash.nursery import die_everywhere
from tests.simulation.planted import BUGS as SIMULATED
from tests.simulation.planted import replaced

Bug = Callable[[], AbstractContextManager[None]]

PLANTED: dict[str, tuple[str, str, Bug]] = {
    name: (flow, side, SIMULATED[name])
    for name, flow, side in (
        ("a_draft_goes_before_its_act_is_stored", "act", "client"),
        ("what_was_being_sent_is_forgotten", "push", "client"),
        ("the_verdict_is_remembered_in_another_transaction", "push", "centre"),
        ("the_cursor_is_stored_before_the_page", "pull", "client"),
    )
}
"""By name: the flow and the side that dies in it, and the bug."""


def _bug(flow: str, side: str) -> Callable[[Callable[[], Iterator[None]]], None]:
    def note(plant: Callable[[], Iterator[None]]) -> None:
        PLANTED[plant.__name__] = (flow, side, contextmanager(plant))

    return note


@_bug("pull", "centre")
def a_page_counts_as_told_when_it_is_read() -> Iterator[None]:
    """The centre remembers what it has told a device, and does not tell it again."""
    read = Feed.read
    told = "CREATE TABLE IF NOT EXISTS told (device TEXT, seq INTEGER)"
    at = "device = :device AND seq = :seq"

    def once(self: Feed, asked: Any, *what: Any) -> Any:
        answer, cursor = read(self, asked, *what), asked.cursor
        if cursor is None or cursor.loading is not None or answer.page.is_empty:
            return answer
        here = {"device": asked.device_id, "seq": cursor.seq}
        with self._database.write() as connection:
            connection.execute(text(told))
            known = connection.execute(text(f"SELECT 1 FROM told WHERE {at}"), here).first()  # noqa: S608
            connection.execute(text("INSERT INTO told VALUES (:device, :seq)"), here)
        return answer if known is None else replace(answer, page=Page(answer.page._veil, 0))

    with replaced(Feed, "read", once):
        yield


@_bug("first-load", "client")
def a_piece_is_ticked_before_it_is_in() -> Iterator[None]:
    """A piece counts as loaded in a transaction of its own, before its cases are there."""
    keep_piece = StoreJournal.keep_piece

    def tick_first(self: StoreJournal, piece: Any, data: bytes) -> Any:
        if piece.held + len(data) == piece.bytes:
            with self._cache.write() as cache:
                cache.exec_driver_sql(
                    "UPDATE segments SET done = 1 WHERE sha256 = ?", (piece.sha256,)
                )
        return keep_piece(self, piece, data)

    with replaced(StoreJournal, "keep_piece", tick_first):
        yield


@_bug("first-load", "centre")
def a_first_load_is_stored_piece_by_piece() -> Iterator[None]:
    """Each piece is committed when it is ready, so that no transaction is long."""

    def by_piece(connection: Connection, key: str, pieces: Any) -> None:
        connection.execute(delete(schema.segments).where(schema.segments.c.audience == key))
        for piece in pieces:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(insert(schema.segments), snapshots._values(key, piece))

    with replaced(snapshots, "_replace", by_piece):
        yield


@_bug("upload", "client")
def a_file_counts_as_sent_before_its_last_piece_goes() -> Iterator[None]:
    """What will surely arrive is noted first."""
    read = Transfers.read

    def noted_first(self: Transfers, sha256: str, at: int, size: int) -> bytes:
        piece, file = read(self, sha256, at, size), self._own.find(sha256)
        if file is not None and at + len(piece) == file.size:
            self._own.arrived(sha256)
        return piece

    with replaced(Transfers, "read", noted_first):
        yield


@_bug("upload", "centre")
def an_upload_is_done_before_its_content_is_kept() -> Iterator[None]:
    """The row says that it is complete; the disk does not yet."""
    keep = Uploads._keep

    def done_first(self: Uploads, upload: Any, sha256: str) -> None:
        done = update(schema.uploads).where(schema.uploads.c.id == upload.id)
        with self._database.write() as connection:
            connection.execute(done.values(done_at=self._clock()))
        keep(self, upload, sha256)

    with replaced(Uploads, "_keep", done_first):
        yield


@_bug("courier-export", "client")
def what_was_given_to_a_courier_does_not_go_with_another() -> Iterator[None]:
    """The acts of a file that was begun are left out of the next one."""
    export = Courier._export

    def only_new(self: Courier, *what: Any) -> Any:
        consign = self._store.courier.consign

        def fewer(*who: Any) -> Any:
            with self._store.files.work.read() as work:
                gone = set(
                    work.exec_driver_sql(
                        "SELECT id FROM commands WHERE courier_at IS NOT NULL"
                    ).scalars()
                )
            found = consign(*who)
            found.commands[:] = [each for each in found.commands if each.id not in gone]
            return found

        with replaced(self._store.courier, "consign", fewer):
            return export(self, *what)

    with replaced(Courier, "_export", only_new):
        yield


@_bug("courier-take-in", "client")
def a_file_is_taken_in_before_its_acts_are_settled() -> Iterator[None]:
    """Its number is remembered first, and one that is known is not read again."""
    settle, note = CourierDesk._settle, CourierDesk._note
    noted: dict[str, Any] = {}

    def note_first(self: CourierDesk, bundle: Any, sender: Any) -> Any:
        noted[bundle.id] = note(self, sender.id, bundle)
        return ([], 0) if noted[bundle.id][0] else settle(self, bundle, sender)

    def as_noted(_self: CourierDesk, _device: str, bundle: Any) -> Any:
        return noted[bundle.id]

    with replaced(CourierDesk, "_settle", note_first), replaced(CourierDesk, "_note", as_noted):
        yield


@_bug("courier-reply", "client")
def a_reply_is_taken_before_it_is_followed() -> Iterator[None]:
    """Its number is remembered first, and one that is known is not followed again."""
    follow = Courier._follow

    def taken_first(self: Courier, bundle: Any, changes: Any) -> Any:
        memory, device, n = self._store.courier, bundle.manifest.device, bundle.manifest.n
        if memory.log(device).taken >= n:
            bundle = replace(bundle, messages=[])
        memory.taken(device, n, self._clock())
        return follow(self, bundle, changes)

    with replaced(Courier, "_follow", taken_first):
        yield


def main() -> int:
    """Play the flow of a bug with it; ends as the flow does."""
    flow, side, planted = PLANTED[sys.argv[1]]
    with planted():
        die_everywhere(flow, side, Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
