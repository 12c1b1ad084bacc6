# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is done with files in whatever order: none is lost, none half is shown, the room holds.

One real device and the real engine; the centre is a few lines that cut, spoil, refuse and lose.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from sync.cases.events import EventBody, FilesArrived, FollowedUp
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from sync.engine.files import FileExchange, FileService, Transfer
from sync.errors import FileRefused, StoreUnavailable, SyncError, SyncErrorKind
from sync.store.local import LocalStore
from tests.support.local_store import (
    NOW,
    a_head,
    a_reply,
    accepted,
    act,
    an_entry,
    open_store,
    opened,
    sent,
)
from tests.support.uploads import evidence, follow_up, sha256_of, some_bytes

ONE = CaseId(1)
DAY = 86_400_000
SIZES = st.integers(min_value=1, max_value=30_000)


@dataclass
class Centre(FileService):
    """Takes and gives contents, as well as its next mood allows."""

    parts: dict[str, tuple[Transfer, bytes]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    mood: str = "well"

    @override
    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        if transfer.sha256 in self.contents:
            return "known", transfer.size
        url = f"u{len(self.parts)}"
        self.parts[url] = (transfer, b"")
        return url, self._take(url, first)

    @override
    def arrived(self, token: str, url: str) -> int:
        self._meet()
        return len(self._part(url)[1])

    @override
    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        if at != len(self._part(url)[1]):
            raise FileRefused("file.offset")
        return self._take(url, piece)

    @override
    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        self._meet()
        if sha256 not in self.contents:
            raise FileRefused("file.gone")
        piece = self.contents[sha256][at : at + size]
        if self.mood == "cut":
            return piece[: len(piece) // 2]
        return bytes(len(piece)) if self.mood == "spoil" else piece

    @override
    def thumbnail(self, token: str, sha256: str) -> bytes:
        raise FileRefused("file.gone")

    def _part(self, url: str) -> tuple[Transfer, bytes]:
        if url not in self.parts:
            raise FileRefused("file.gone")
        return self.parts[url]

    def _take(self, url: str, piece: bytes) -> int:
        self._meet()
        transfer, have = self._part(url)
        have += piece[: len(piece) // 2] if self.mood == "cut" else piece
        have = bytes(len(have)) if self.mood == "spoil" else have
        self.parts[url] = (transfer, have)
        if self.mood == "cut":
            raise SyncError(SyncErrorKind.UNANSWERED)
        if len(have) == transfer.size:
            del self.parts[url]
            if sha256_of(have) != transfer.sha256:
                raise FileRefused("file.checksum")
            self.contents[transfer.sha256] = have
        return len(have)

    def _meet(self) -> None:
        if self.mood == "down":
            raise SyncError(SyncErrorKind.OFFLINE)
        if self.mood == "full":
            raise FileRefused("file.no-room")


class _Token:
    def access_token(self) -> str:
        return "token"

    def renew(self) -> None:
        """There is only one."""

    def fork(self) -> None:
        """Nobody copies this device."""


class LifeOfFiles(RuleBasedStateMachine):
    """One device, its officer, a colleague, and a centre."""

    empty: ClassVar[Path]
    place: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.empty, self.place)
        self.now = NOW
        self.v = 1
        self.count = 0
        self.attached: dict[str, bytes] = {}
        self.theirs: dict[str, bytes] = {}
        self.largest = 0
        self.centre = Centre()
        self._open()
        self.store.file_space.choose(30_000)
        self._tell()

    def _open(self) -> None:
        self.store: LocalStore = open_store(self.place)
        self.exchange = FileExchange(
            self.store.transfers, self.centre, _Token(), lambda: self.now, lambda: 0.5
        )

    def _tell(self, *bodies: EventBody) -> None:
        """Let the centre tell of facts."""
        events = []
        for body in bodies:
            self.v += 1
            events.append(an_entry(1, self.v, body))
        self.store.journal.absorb(a_reply(a_head(1, v=self.v), events=events), self.now)

    @rule(size=SIZES, is_sent=st.booleans())
    def attach(self, size: int, is_sent: bool) -> None:
        """The officer adds a file to a draft, which names it, and maybe sends it at once."""
        self.count += 1
        content = some_bytes(size, seed=self.count)
        sha256, _ = self.store.own_files.keep(content, "application/pdf", self.now)
        self.attached[sha256] = content
        named = tuple(map(evidence, self.attached.values()))
        self.store.drafts.save(Draft(case_id=ONE, kind="follow_up", evidence=named))
        if is_sent:
            self._send(sha256)

    @precondition(lambda self: self.attached)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        """The words go, and are accepted."""
        self._send(data.draw(st.sampled_from(sorted(self.attached))))

    def _send(self, sha256: str) -> None:
        self.count += 1
        name = f"c-{self.count}"
        act(self.store, name, follow_up(evidence(self.attached[sha256])))
        sent(self.store)
        self.v += 1
        self.store.journal.absorb(a_reply(verdicts=[accepted(name, self.v)]), self.now)

    @rule(size=SIZES, is_opened=st.booleans())
    def a_colleague_brings_one(self, size: int, is_opened: bool) -> None:
        """It is at the centre, and every device is told; the officer may open it at once."""
        self.count += 1
        content = some_bytes(size, seed=self.count)
        sha256 = sha256_of(content)
        self.theirs[sha256] = self.centre.contents[sha256] = content
        work = FollowedUp(text="Bukti.", done_on=date(2026, 11, 24), evidence=(evidence(content),))
        self._tell(work, FilesArrived(digests=(sha256,)))
        if is_opened:
            self.store.transfers.want(ONE, sha256)

    @rule(
        mood=st.sampled_from(["well", "well", "well", "cut", "spoil", "full", "down"]),
        steps=st.sampled_from([1, 2, 20]),
        piece=st.sampled_from([4_096, 12_000, 64_000]),
    )
    def exchange_some(self, mood: str, steps: int, piece: int) -> None:
        """Some pieces move, or not."""
        self.centre.mood = mood
        for _ in range(steps):
            self.now += 60_000
            if self.exchange.step(lambda _errand: piece) is None:
                break
        self.centre.mood = "well"

    @precondition(lambda self: self.theirs)
    @rule(data=st.data())
    def ask_for_one(self, data: st.DataObject) -> None:
        """The officer opens a file of a colleague."""
        self.store.transfers.want(ONE, data.draw(st.sampled_from(sorted(self.theirs))))

    @rule(pinned=st.booleans())
    def pin(self, pinned: bool) -> None:
        """The case is kept ready, or not any more."""
        self.store.pins.set(ONE, self.now, pinned=pinned)
        self.store.file_space.tidy()

    @rule(limit=st.sampled_from([0, 20_000, 40_000]))
    def limit(self, limit: int) -> None:
        """The officer allows so much."""
        self.store.file_space.choose(limit)

    @rule()
    def clear(self) -> None:
        """The officer wants room."""
        self.store.file_space.clear()

    @rule(days=st.integers(min_value=1, max_value=40))
    def time_passes(self, days: int) -> None:
        """What nobody needs is tidied away."""
        self.now += days * DAY
        self.store.own_files.tidy(self.now)
        self.store.file_cache.sweep()

    @rule()
    def restart(self) -> None:
        """The program ends and begins anew."""
        self.store.close()
        self._open()

    @precondition(lambda self: self.store.file_cache.all())
    @rule(at=st.integers(min_value=600, max_value=5_000))
    def the_disk_spoils_a_fetched_one(self, at: int) -> None:
        """A bit falls over."""
        for path in sorted((self.place / "files-cache").glob("*"))[:1]:
            raw = bytearray(path.read_bytes())
            if at < len(raw):
                raw[at] ^= 1
                path.write_bytes(raw)

    @precondition(lambda self: self.attached.keys() & self.centre.contents.keys())
    @rule(data=st.data())
    def the_centre_loses_one(self, data: st.DataObject) -> None:
        """Its disk broke; who tends it had that told."""
        here = self.store.own_files.all().keys() & self.centre.contents.keys()
        ours = sorted(here & self.attached.keys())
        if ours:
            sha256 = data.draw(st.sampled_from(ours))
            del self.centre.contents[sha256]
            self._tell(FilesArrived(digests=(), lost=(sha256,)))

    @invariant()
    def nothing_attached_is_lost(self) -> None:
        """It is whole here or whole at the centre, and never only believed to be there."""
        own = self.store.own_files.all()
        for sha256, content in self.attached.items():
            at_centre = self.centre.contents.get(sha256) == content
            assert at_centre or self.store.own_files.is_intact(sha256)
            if sha256 in own and own[sha256].at_centre:
                assert at_centre

    @invariant()
    def what_is_shown_is_whole(self) -> None:
        """A content is given as it is, or it is said that it is not here."""
        for sha256, held in self.store.file_cache.all().items():
            if held.is_complete:
                try:
                    content = b"".join(self.store.file_cache.pieces(sha256, self.now))
                except StoreUnavailable:
                    continue
                assert sha256 == sha256_of(content)

    @invariant()
    def the_room_holds(self) -> None:
        """But for what is pinned, and one that is larger than all the room there is."""
        now = self.store.file_space.use()
        unpinned = [held.have for held in self.store.file_cache.all().values() if held.have]
        assert now.used <= max(now.budget, now.pinned) or (not now.pinned and len(unpinned) == 1)

    @override
    def teardown(self) -> None:
        """In the end the line is good: everything that was sent arrives."""
        for _ in range(400):
            self.now += 60 * 60_000
            if self.exchange.step(lambda _errand: 64_000) is None and not self._waits():
                break
        assert not self._waits()
        self.store.close()

    def _waits(self) -> bool:
        return bool(self.store.own_files.to_send())


LifeOfFiles.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_no_order_of_things_loses_a_file(tmp_path: Path) -> None:
    """See above."""
    with opened(tmp_path / "asal"):
        pass
    LifeOfFiles.empty, LifeOfFiles.place = tmp_path / "asal", tmp_path / "profil"
    LifeOfFiles.TestCase("runTest").runTest()
