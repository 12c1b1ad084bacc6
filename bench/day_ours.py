# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's computer of ``bench.day``: ``ADDRESS FOLDER PHOTOS ENTRIES``, the real program
without its window. It exchanges when the program's own patience says so.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from bench.device import now_ms
from bench.file_secrets import FileSecrets
from bench.meters import report
from bench.sample import PASSWORD, TODAY
from bench.words import Words
from sync.cases.commands import FollowUp
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.engine.status import SyncStatus
from sync.errors import SyncError
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.store.own_files import OwnFile
from sync.transports.bodies import packed
from sync.transports.http import HttpService
from sync.wire import codec

_WORDS = Words(30)


def main() -> None:
    """Sign in, fetch, work, and be done when everything has arrived."""
    address, folder, photos, entries = sys.argv[1], *map(Path, sys.argv[2:4]), int(sys.argv[4])
    desk = _at_the_desk(address, folder)
    _exchange_until(desk, lambda: desk.store.journal.cursor() is not None)
    words = _work(desk, sorted(photos.iterdir()), entries)
    begun = time.perf_counter()
    settled: list[float] = []

    def on_status(status: SyncStatus) -> None:
        if not status.undelivered:
            settled.append(time.perf_counter() - begun)

    failures = _exchange_until(desk, lambda: bool(settled) and not _on_the_way(desk), on_status)
    report(
        {
            "seconds": time.perf_counter() - begun,
            "word_seconds": settled[0],
            "failures": failures,
            "words": words,
        }
    )
    desk.close()


def _at_the_desk(address: str, folder: Path) -> Desk:
    """Sign in; a line that breaks is tried again, as an officer would."""
    folder.mkdir()
    door = SignIn(
        folder,
        HttpService,
        FileSecrets(folder / "keyring"),
        now_ms,
        lambda: str(uuid.uuid4()),
    )
    while True:
        try:
            return door.sign_in(address, "petugas", PASSWORD)
        except SyncError as error:
            print(f"sign-in: {error}", file=sys.stderr)


def _work(desk: Desk, photos: list[Path], entries: int) -> int:
    """Record the day's entries; return the bytes of their words, packed."""
    ids = desk.inbox.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST)[:entries]
    bodies = []
    for number, case_id in enumerate(ids):
        view = desk.inbox.case(case_id)
        assert view is not None
        evidence = (desk.attachments.attach(photos[number]),) if number < len(photos) else ()
        body = FollowUp(text=_WORDS.text(75), done_on=TODAY, evidence=evidence)
        desk.casework.act(case_id, body, view.confirmed.v)
        bodies.append(codec.body_data(body))
    return len(packed(codec.encode(bodies))[0])


def _exchange_until(
    desk: Desk,
    is_done: Callable[[], bool],
    on_status: Callable[[SyncStatus], None] = lambda _status: None,
) -> int:
    """Exchange when it is time, until something is so; return how often the line failed."""
    failures = 0
    while not is_done():
        outcome = desk.synchronizer.run_once(lambda _changes: None, on_status, lambda: False)
        if outcome.failure is not None:
            failures += 1
            print(f"failed: {outcome.failure}", file=sys.stderr)
        if not is_done():
            time.sleep(desk.synchronizer.next_wait_s())
    return failures


def _on_the_way(desk: Desk) -> list[OwnFile]:
    """Return the officer's files that the centre has not got yet."""
    return desk.store.own_files.to_send()


if __name__ == "__main__":
    main()
