# SPDX-License-Identifier: AGPL-3.0-or-later
"""The share of room that whoever carries files has at the centre: on a real folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from sync.cases.access import Actor, Role
from sync.cases.ids import OfficerId, UnitId
from sync.central.blob_files import BlobFiles
from sync.central.courier_inbox import CourierInbox
from sync.central.uploads import Limits, UploadRefused, announcing

NOW = 1_700_000_000_000
SARI = Actor(id=OfficerId(2), name="Sari", unit_id=UnitId(1), role=Role.LIAISON)


def inbox_at(folder: Path) -> CourierInbox:
    return CourierInbox(folder, lambda: NOW, Limits(kept_free_bytes=0))


def begins(inbox: CourierInbox, size: int, n: int) -> str:
    """Begin a file; return its place, or why there is none."""
    try:
        return inbox.begin(SARI, size, announcing(f"{n:064x}")).id
    except UploadRefused as refused:
        return refused.code


def test_a_file_that_still_comes_stays_in_its_officers_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes: the mark of who began it is as old as its beginning."""
    monkeypatch.setattr("sync.central.courier_inbox.MOST_FILES", 1)
    inbox = inbox_at(tmp_path)
    begins(inbox, 5, 0)
    for path in (tmp_path / "parts").iterdir():
        days = 8 if ".of-" in path.name else 1
        os.utime(path, (NOW / 1000 - days * 86_400,) * 2)
    assert begins(inbox, 5, 1) == "upload.too-many"


def test_replies_count_in_the_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may have a large answer, and that lies here too until it is fetched."""
    monkeypatch.setattr("sync.central.courier_inbox.MOST_FILES_BYTES", 100)
    inbox = inbox_at(tmp_path)
    place = begins(inbox, 5, 0)
    inbox.files.part_path(f"{place}.reply").write_bytes(bytes(90))
    assert begins(inbox, 6, 1) == "upload.quota"
    inbox.drop(place)
    assert begins(inbox, 6, 1).endswith("-6")


class Meeting(BlobFiles):
    """A folder in which whoever has looked for room goes on when two have come that far.

    Waiting for the other one counts as having come.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._come: set[int] = set()
        self._both = threading.Event()

    @override
    def has_room(self, size: int, kept_free: int) -> bool:
        self._arrive()
        return self._both.wait(60) and super().has_room(size, kept_free)

    @override
    @contextmanager
    def upload_locked(self, upload_id: str) -> Iterator[None]:
        self._arrive()
        with super().upload_locked(upload_id):
            yield

    def _arrive(self) -> None:
        self._come.add(threading.get_ident())
        if len(self._come) > 1:
            self._both.set()


def test_files_that_begin_at_once_do_not_both_take_the_last_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several processes serve one folder; the lock is one of the folder."""
    monkeypatch.setattr("sync.central.courier_inbox.MOST_FILES", 1)
    inbox = inbox_at(tmp_path)
    inbox.files = Meeting(tmp_path)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda n: begins(inbox, 5, n), range(2)))
    assert answers.count("upload.too-many") == 1
