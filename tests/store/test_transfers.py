# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of files on their way here when the centre, the case or the clock misbehaves."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from sync.cases.events import FilesArrived, FollowedUp
from sync.cases.ids import CaseId
from sync.engine.budget import Errand
from sync.engine.files import FileExchange, FileService, Transfer
from sync.store.local import LocalStore
from tests.support.local_store import NOW, a_head, a_reply, accepted, act, an_entry, sent
from tests.support.uploads import evidence, follow_up, some_bytes

CONTENT = some_bytes(9_000)
FILE = evidence(CONTENT)
ONE = CaseId(1)


class Centre(FileService):
    """Gives what it is told to give."""

    def __init__(self, give: Callable[[int, int], bytes]) -> None:
        self._give = give

    @override
    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        raise NotImplementedError

    @override
    def arrived(self, token: str, url: str) -> int:
        raise NotImplementedError

    @override
    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        raise NotImplementedError

    @override
    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        return self._give(at, size)

    @override
    def thumbnail(self, token: str, sha256: str) -> bytes:
        raise NotImplementedError


class Tokens:
    """A sign-in that holds."""

    def access_token(self) -> str:
        """Return a token."""
        return "token"

    def renew(self) -> None:
        """Never needed."""

    def fork(self) -> None:
        """Never needed."""


def hold(store: LocalStore) -> None:
    """Let a case with a file at the centre be here."""
    named = FollowedUp(text="Terlampir.", done_on=follow_up().done_on, evidence=(FILE,))
    arrived = FilesArrived(digests=(FILE.sha256,))
    store.journal.absorb(
        a_reply(a_head(v=3), events=[an_entry(v=2, body=named), an_entry(v=3, body=arrived)]), NOW
    )


def exchange(store: LocalStore, centre: Centre, clock: Callable[[], int]) -> FileExchange:
    """Return what moves files."""
    return FileExchange(store.transfers, centre, Tokens(), clock, lambda: 0.0)


def test_a_content_that_always_comes_spoilt_is_told_and_rests(store: LocalStore) -> None:
    """The officer learns it at the third time; it does not use the line up for ever after."""
    hold(store)
    store.pins.set(ONE, NOW, pinned=True)
    now, asked = NOW, 0

    def give(at: int, size: int) -> bytes:
        nonlocal asked
        asked += 1
        return bytes(size)[: len(CONTENT) - at]

    files = exchange(store, Centre(give), lambda: now)
    for _ in range(60):
        files.step(lambda _errand: 100_000)
        now += 60_000
    found = store.file_cache.find(FILE.sha256)
    assert found is not None
    assert "file.checksum" == found.problem
    assert 3 == asked


def test_a_case_that_leaves_while_its_file_is_on_the_way_is_no_fault(store: LocalStore) -> None:
    """A courier may take it away meanwhile: nothing is broken, and nothing is kept."""
    hold(store)
    store.transfers.want(ONE, FILE.sha256)

    def give(at: int, size: int) -> bytes:
        store.journal.absorb(a_reply(left=[ONE]), NOW)
        return CONTENT[at : at + size]

    files = exchange(store, Centre(give), lambda: NOW)
    assert files.step(lambda _errand: 100_000) is not None
    assert files.step(lambda _errand: 100_000) is None
    assert {} == store.file_cache.all()


def test_a_clock_that_was_set_back_keeps_no_file_waiting(store: LocalStore) -> None:
    """No pause is as long as a wrong clock makes it: what was put off by that clock may move."""
    hold(store)
    store.pins.set(ONE, NOW, pinned=True)
    year = 365 * 86_400_000
    store.transfers.not_received(
        Transfer(errand=Errand.OPENED, sha256=FILE.sha256, case_id=ONE, size=FILE.size_bytes),
        "file.checksum",
        NOW + year + 60_000,
        NOW + year,
    )
    own = some_bytes(5_000, seed=2)
    sha256, _ = store.own_files.keep(own, "application/pdf", NOW)
    act(store, "c-1", follow_up(evidence(own)))
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 4)]), NOW)
    store.own_files.failed(sha256, "file.no-room", NOW + year + 60_000, from_start=False)
    assert {sha256, FILE.sha256} == {transfer.sha256 for transfer in store.transfers.transfers(NOW)}
    almost = NOW + year + 59_999
    assert [] == list(store.transfers.transfers(almost))
