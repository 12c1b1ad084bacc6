# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an exchange costs on a poor line: nothing new, 50 changes down, 50 commands up.

Ours is the whole road: store, exchange, HTTP client, modelled line, the real centre, and back into
the store. The limit posts the same records over the same model with the least headers that HTTP
allows to a peer that answers at once: commands and verdicts, or heads and facts, as arrays and
compressed as the program does. It carries no cursor, no scope and nothing that the other end knows.
Connections are open before the clock starts, at both.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import msgspec

from bench.bare import BareClient, BareServer, bare_server
from bench.device import Recorder, Ticket, drain, exchange_of, now_ms, open_store, sign_in
from bench.figures import Measured, Pair
from bench.filling import fill
from bench.line import LineTo, Traffic, line_to
from bench.meters import Sizes
from bench.sample import NOW, TODAY
from bench.serve import served
from bench.words import Words
from sync.cases.commands import Assign, CommandBody, Respond
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, CommandId, OfficerId
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
        """Open both connections by an exchange that is not measured."""
        self.recorder.keeps_replies = True
        self.exchange = exchange_of(self.store.journal, self.recorder, self.ticket)
        drain(self.exchange)
        self.bare_client = BareClient(self.bare_slow.port)
        self.bare_client.post(b"{}")
        narrowed = CaseFilter()
        ids = self.store.queue.ids(Queue.NOT_STARTED, narrowed, Sort.NEWEST, TODAY)
        self.fresh = iter(map(CaseId, ids))

    def take(self, count: int) -> list[CaseId]:
        """Return cases that nobody has touched in this measurement."""
        return [next(self.fresh) for _ in range(count)]


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure small exchanges."""
    runs = sizes.runs
    with _place(sizes, folder) as place:
        nothing = [_once(place, _nothing_new(place)) for _ in range(runs)]
        down = [_once(place, _changes(place, sizes.changes)) for _ in range(runs)]
        up = [_once(place, _commands(place, sizes.changes)) for _ in range(runs)]
        return {
            "nothing-new.bytes": Pair(
                ours=_bytes(nothing[-1].traffic), raw=_bytes(nothing[-1].bare_traffic)
            ),
            "nothing-new.requests": Pair(ours=nothing[-1].traffic.requests, raw=1),
            "nothing-new.seconds": _seconds(nothing),
            "changes-down.seconds": _seconds(down),
            "changes-down.requests": Pair(ours=down[-1].traffic.requests, raw=1),
            "commands-up.seconds": _seconds(up),
            "commands-up.quiet": Pair(
                ours=median(run.quiet_seconds for run in up), raw=_seconds(up).raw
            ),
            "commands-up.requests": Pair(ours=up[-1].traffic.requests, raw=1),
        }


@contextmanager
def _place(sizes: Sizes, folder: Path) -> Iterator[Place]:
    url = f"sqlite:///{folder / 'central.db'}"
    database = Database(url)
    fill(database, 8 * sizes.changes * sizes.runs)
    database.close()
    with served(url) as address, bare_server() as bare:
        port = urlsplit(address).port or 0
        near = HttpService(address)
        store = open_store(folder / "device")
        ticket = sign_in(near)
        drain(exchange_of(store.journal, near, ticket))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """One exchange, ours and the least there is.

    Attributes:
        seconds: until the last verdict is in the store; without commands, until all is said.
        quiet_seconds: until all is said.
    """

    seconds: float
    quiet_seconds: float
    bare_seconds: float
    traffic: Traffic
    bare_traffic: Traffic


Bare = Callable[[Sequence[SyncRequest], Sequence[SyncReply]], tuple[bytes, bytes]]
"""Makes the two bodies of the limit out of what was really said."""


def _once(place: Place, bodies: Bare) -> Exchanged:
    place.recorder.requests.clear()
    place.recorder.replies.clear()
    place.slow.take_traffic()
    times: list[float] = []
    begun = time.perf_counter()
    drain(place.exchange, lambda: times.append(time.perf_counter() - begun))
    request, place.bare.answer = bodies(place.recorder.requests, place.recorder.replies)
    place.bare_slow.take_traffic()
    begun = time.perf_counter()
    assert place.bare.answer == place.bare_client.post(request)
    return Exchanged(
        seconds=times[_answering(place.recorder.replies)],
        quiet_seconds=times[-1],
        bare_seconds=time.perf_counter() - begun,
        traffic=place.slow.take_traffic(),
        bare_traffic=place.bare_slow.take_traffic(),
    )


def _answering(replies: Sequence[SyncReply]) -> int:
    """Return which of the answers had the last verdict, or the last one where none had."""
    with_verdicts = [number for number, reply in enumerate(replies) if reply.verdicts]
    return with_verdicts[-1] if with_verdicts else len(replies) - 1


def _nothing_new(_place: Place) -> Bare:
    def bodies(
        requests: Sequence[SyncRequest], replies: Sequence[SyncReply]
    ) -> tuple[bytes, bytes]:
        assert not replies[-1].cases
        return codec.encode(requests[-1]), codec.encode(replies[-1])

    return bodies


def _changes(place: Place, count: int) -> Bare:
    """Let the colleague assign cases; the limit sends what changed: each head, and its fact."""
    _act_as_colleague(place, place.take(count), Assign(officer_id=OfficerId(1)))

    def bodies(
        requests: Sequence[SyncRequest], replies: Sequence[SyncReply]
    ) -> tuple[bytes, bytes]:
        told = {record.case_id for reply in replies for record in reply.events}
        assert count == len(told), len(told)
        whole = SyncRequest(cursor=requests[0].cursor, max_bytes=1 << 22)
        reply = place.colleague.sync(place.ticket.access_token(), whole)
        assert count == len(reply.cases), len(reply.cases)
        return b"{}", packed(msgspec.json.encode((reply.cases, reply.events)))[0]

    return bodies


def _commands(place: Place, count: int) -> Bare:
    """Answer cases with 75 words each; measured until every verdict is in the store."""
    for case_id in place.take(count):
        view = place.store.cases.view(case_id)
        assert view is not None
        place.store.outbox.record(
            Respond(text=_WORDS.text(75)),
            case_id=case_id,
            base_v=view.confirmed.v,
            now=now_ms(),
            command_id=CommandId(str(uuid.uuid4())),
        )

    def bodies(
        requests: Sequence[SyncRequest], replies: Sequence[SyncReply]
    ) -> tuple[bytes, bytes]:
        commands = [record for request in requests for record in request.commands]
        verdicts = [verdict for reply in replies for verdict in reply.verdicts]
        assert ["accepted"] * count == [verdict.verdict for verdict in verdicts]
        return (
            packed(msgspec.json.encode(commands))[0],
            packed(msgspec.json.encode(verdicts))[0],
        )

    return bodies


def _act_as_colleague(place: Place, case_ids: Sequence[CaseId], body: CommandBody) -> None:
    records = []
    for case_id in case_ids:
        view = place.store.cases.view(case_id)
        assert view is not None
        place.n += 1
        records.append(
            CommandRecord(
                id=str(uuid.uuid4()),
                n=place.n,
                case_id=case_id,
                base_v=view.confirmed.v,
                at=NOW,
                kind="assign",
                data=codec.body_data(body),
            )
        )
    reply = place.colleague.sync(
        place.colleague_ticket.access_token(), SyncRequest(commands=records, max_bytes=1)
    )
    assert {"accepted"} == {verdict.verdict for verdict in reply.verdicts}, reply.verdicts


def _seconds(runs: Sequence[Exchanged]) -> Pair:
    return Pair(
        ours=median(run.seconds for run in runs), raw=median(run.bare_seconds for run in runs)
    )


def _bytes(traffic: Traffic) -> int:
    return traffic.up + traffic.down
