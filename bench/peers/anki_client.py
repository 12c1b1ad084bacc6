# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs in Anki's environment: does the steps of ``bench.peers.steps`` with two collections."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from anki.collection import AddNoteRequest, Collection
from anki.sync_pb2 import SyncAuth, SyncCollectionResponse

_BATCH = 5_000


class Notebook:
    """One collection, signed in beside the line and over it."""

    def __init__(self, path: Path, near: str, far: str) -> None:
        self.collection = Collection(str(path))
        self.near = self._signed_in(near)
        self.far = self._signed_in(far)

    def sync(self, auth: SyncAuth) -> None:
        """Bring both sides into step."""
        answer = self.collection.sync_collection(auth, False)
        assert answer.required == SyncCollectionResponse.NO_CHANGES, answer

    def whole(self, *, upload: bool) -> None:
        """Send or fetch the whole file."""
        self.collection.sync_collection(self.near, False)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self.near, server_usn=None, upload=upload)
        self.collection.reopen(after_full_sync=True)

    def touch(self, first: int, count: int) -> None:
        """Change some notes."""
        time.sleep(1.1)  # Anki tells changes apart by the second
        notes = []
        for note_id in self.collection.find_notes("")[first : first + count]:
            note = self.collection.get_note(note_id)
            note["Front"] += " ."
            notes.append(note)
        self.collection.update_notes(notes)

    def _signed_in(self, endpoint: str) -> SyncAuth:
        return self.collection.sync_login(username="u", password="p", endpoint=endpoint)


class Steps:
    """What can be asked for."""

    def __init__(self, near: str, far: str, folder: Path, records: Path, changes: int) -> None:
        self._records = records
        self._changes = changes
        self._there = Notebook(folder / "there.anki2", near, far)
        self._here = Notebook(folder / "here.anki2", near, far)

    def seed(self) -> None:
        """Put all records at the server."""
        collection = self._there.collection
        kind, deck = collection.models.by_name("Basic"), collection.decks.id("Default")
        requests = []
        for line in self._records.open(encoding="utf-8"):
            note, record = collection.new_note(kind), json.loads(line)
            note["Front"], note["Back"] = f"{record['id']} {record['title']}", line.strip()
            requests.append(AddNoteRequest(note=note, deck_id=deck))
            if len(requests) == _BATCH:
                collection.add_notes(requests)
                requests = []
        collection.add_notes(requests)
        self._there.whole(upload=True)

    def first_load(self) -> None:
        """Fetch everything, as one file."""
        self._here.whole(upload=False)

    def meet(self) -> None:
        """Use the line once."""
        self._here.sync(self._here.far)

    def nothing_new(self) -> None:
        """Ask, and hear that there is nothing."""
        self._here.sync(self._here.far)

    def change_there(self) -> None:
        """Somebody else changes notes."""
        self._there.touch(0, self._changes)
        self._there.sync(self._there.near)

    def changes_down(self) -> None:
        """Fetch them."""
        self._here.sync(self._here.far)

    def change_here(self) -> None:
        """Change notes oneself."""
        self._here.touch(self._changes, self._changes)

    def changes_up(self) -> None:
        """Send them."""
        self._here.sync(self._here.far)

    def bulk(self) -> None:
        """Fetch changes of every note by ordinary sync; the changing is not measured."""
        self._there.sync(self._there.near)
        self._there.touch(0, sys.maxsize)
        self._there.sync(self._there.near)
        begun = time.perf_counter()
        self._here.sync(self._here.near)
        self.seconds = time.perf_counter() - begun


def main() -> None:
    """Do one step a line."""
    near, far, folder, records, changes = sys.argv[1:]
    steps = Steps(near, far, Path(folder), Path(records), int(changes))
    for line in sys.stdin:
        work: Callable[[], None] = getattr(steps, line.strip().replace("-", "_"))
        begun = time.perf_counter()
        work()
        seconds = time.perf_counter() - begun
        if line.strip() == "bulk":
            seconds = steps.seconds
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
