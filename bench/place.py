# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device behind a poor line, a colleague beside the centre, and the least that could do the same.

Ours is the whole road: store, exchange, HTTP client, modelled line, the real centre, and back into
the store. The limit posts the same records over the same model with the least headers that HTTP
allows to a peer that answers at once, as arrays and compressed as the program does. It carries no
cursor, no scope and nothing that the other end knows. Connections are open before the clock starts,
at both.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from bench.bare import BareClient, BareServer, bare_server
from bench.device import Recorder, Ticket, drain, exchange_of, load, now_ms, open_store, sign_in
from bench.figures import Measured, Pair
from bench.filling import fill
from bench.goals import COLUMNS
from bench.line import LineTo, Traffic, line_to
from bench.meters import Sizes
from bench.sample import NOW, TODAY
from bench.serve import served
from bench.words import Words
from sync.cases.commands import CommandBody, Respond, kind_of
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, CommandId
from sync.central.database import Database
from sync.engine.exchange import Exchange
from sync.store.local import LocalStore
from sync.transports.bodies import packed
from sync.transports.http import HttpService
from sync.wire import codec
from sync.wire.messages import CommandRecord, SyncReply, SyncRequest

_WORDS = Words(11)


@dataclass(slots=True, kw_only=True)
class Place:
    """The device that is measured, and a colleague whose computer is beside the centre."""

    store: LocalStore
    ticket: Ticket
    colleague: HttpService
    colleague_ticket: Ticket
    slow: LineTo
    bare_slow: LineTo
    bare: BareServer
    recorder: Recorder
    exchange: Exchange = field(init=False)
    bare_client: BareClient = field(init=False)
    fresh: Iterator[CaseId] = field(init=False)
    n: int = 0

    def __post_init__(self) -> None:
        """Open both connections by exchanges that are not measured, the first check among them."""
        self.recorder.keeps_replies = True
        self.exchange = exchange_of(self.store.journal, self.recorder, self.ticket)
        drain(self.exchange)
        drain(self.exchange)
        self.bare_client = BareClient(self.bare_slow.port)
        self.bare_client.post(b"{}")
        ids = self.store.queue.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST, TODAY)
        self.fresh = iter(map(CaseId, ids))

    def take(self, count: int) -> list[CaseId]:
        """Return cases that nobody has touched in this measurement."""
        return [next(self.fresh) for _ in range(count)]

    def answer(self, count: int) -> None:
        """Record answers of 75 words on this device."""
        for case_id in self.take(count):
            self.store.outbox.record(
                an_answer(),
                case_id=case_id,
                base_v=self._version(case_id),
                now=now_ms(),
                command_id=CommandId(str(uuid.uuid4())),
            )

    def change(self, count: int, body: Callable[[], CommandBody]) -> frozenset[CaseId]:
        """Let the colleague act on so many cases; return which."""
        case_ids = self.take(count)
        records = [self._command(case_id, body()) for case_id in case_ids]
        reply = self.colleague.sync(
            self.colleague_ticket.access_token(), SyncRequest(commands=records, max_bytes=0)
        )
        assert {"accepted"} == {verdict.verdict for verdict in reply.verdicts}, reply.verdicts
        return frozenset(case_ids)

    def _command(self, case_id: CaseId, body: CommandBody) -> CommandRecord:
        self.n += 1
        return CommandRecord(
            id=str(uuid.uuid4()),
            n=self.n,
            case_id=case_id,
            base_v=self._version(case_id),
            at=NOW,
            kind=kind_of(body),
            data=codec.body_data(body),
        )

    def _version(self, case_id: CaseId) -> int:
        view = self.store.cases.view(case_id)
        assert view is not None
        return view.confirmed.v


Bodies = tuple[bytes, bytes]
"""What a limit posts, and what it is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an exchange is there to bring.

    Attributes:
        matters: whether an answer brought some of it; time runs until the last that did.
        limits: makes the least that would bring it too, out of what was really said. The first
            is the one that ours is judged by.
    """

    matters: Callable[[SyncReply], bool]
    limits: Callable[[Sequence[SyncRequest], Sequence[SyncReply]], Sequence[Bodies]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """One exchange, ours and the least there is.

    Attributes:
        seconds: until what it was there for is in the store.
        quiet_seconds: until all is said.
        said: the answers.
        limits: seconds and traffic of each limit.
    """

    seconds: float
    quiet_seconds: float
    traffic: Traffic
    said: list[SyncReply]
    limits: list[tuple[float, Traffic]]


def once(place: Place, work: Work) -> Exchanged:
    """Exchange until all is said, and let the limits do the same."""
    place.recorder.requests.clear()
    place.recorder.replies.clear()
    place.slow.take_traffic()
    times: list[float] = []
    begun = time.perf_counter()
    drain(place.exchange, lambda: times.append(time.perf_counter() - begun))
    traffic = place.slow.take_traffic()
    replies = list(place.recorder.replies)
    mattered = [at for at, reply in zip(times, replies, strict=True) if work.matters(reply)]
    return Exchanged(
        seconds=mattered[-1],
        quiet_seconds=times[-1],
        traffic=traffic,
        said=replies,
        limits=[_bare(place, bodies) for bodies in work.limits(place.recorder.requests, replies)],
    )


def _bare(place: Place, bodies: Bodies) -> tuple[float, Traffic]:
    request, place.bare.answer = bodies
    place.bare_slow.take_traffic()
    begun = time.perf_counter()
    assert place.bare.answer == place.bare_client.post(request)
    return time.perf_counter() - begun, place.bare_slow.take_traffic()


def costs_of(name: str, run: Exchanged) -> Measured:
    """Return what an exchange cost, beside the limit that it is judged by."""
    return costs(name, (run.seconds, run.traffic), run.limits[0])


def costs(name: str, ours: tuple[float, Traffic], bare: tuple[float, Traffic]) -> Measured:
    """Return the figures of an operation: seconds, bytes up and down, round trips."""
    pairs = zip(_columns(*ours), _columns(*bare), strict=True)
    return {
        f"op.{name}.{column}": Pair(ours=mine, raw=least)
        for column, (mine, least) in zip(COLUMNS, pairs, strict=True)
    }


def _columns(seconds: float, traffic: Traffic) -> tuple[float, ...]:
    return seconds, traffic.up, traffic.down, traffic.requests


def an_answer() -> Respond:
    """Return an answer of 75 words."""
    return Respond(text=_WORDS.text(75))


def small(*records: object) -> bytes:
    """Return records as they travel, small ones packed with the dictionary that both ends have."""
    return packed(msgspec.json.encode(records[0] if len(records) == 1 else records), shared=True)[0]


@contextmanager
def placed(sizes: Sizes, folder: Path, cases: int) -> Iterator[Place]:
    """Found the office; the device has loaded so many cases and has nothing new."""
    url = f"sqlite:///{folder / 'central.db'}"
    database = Database(url)
    fill(database, cases)
    database.close()
    with served(url) as address, bare_server() as bare:
        port = urlsplit(address).port or 0
        near = HttpService(address)
        store = open_store(folder / "device")
        ticket = sign_in(near)
        load(store, exchange_of(store.journal, near, ticket))
        with (
            line_to(port, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s) as slow,
            line_to(bare.port, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s) as bare_slow,
        ):
            yield Place(
                store=store,
                ticket=ticket,
                colleague=near,
                colleague_ticket=sign_in(near, "admin"),
                slow=slow,
                bare_slow=bare_slow,
                bare=bare,
                recorder=Recorder(HttpService(f"http://127.0.0.1:{slow.port}")),
            )
        store.close()
