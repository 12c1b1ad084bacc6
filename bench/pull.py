# SPDX-License-Identifier: AGPL-3.0-or-later
"""A device that was away takes in ten thousand answers of its colleagues, and stays searchable.

Ours is the whole road: HTTP, the real centre in another process, the exchange, the store. Facts
come without heads, the device makes those grow, and computes deadlines. The limit asks the same
centre for the same cases whole, as peers must, replaces them with the bare driver in a copy of the
same files, indexes the new words and commits each page. A harder one beside it gets the same facts
and writes what an answer changes into the heads without looking at them.

The rebase takes in one page twice, into two copies of the same files: with an own, undelivered
note on every case of the page, and without any.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
import requests
import zstandard

from bench.bare_store import BareStore
from bench.device import Ticket, drain, exchange_of, load, now_ms, open_store, sign_in
from bench.figures import Measured, Pair
from bench.filling import centre_on, fill
from bench.meters import Sizes, stopwatch
from bench.sample import NOW, PASSWORD
from bench.serve import served
from bench.words import Words
from sync.cases.commands import Note, Respond
from sync.cases.ids import CaseId, CommandId
from sync.central.database import Database
from sync.central.exchange import Centre
from sync.store.local import LocalStore
from sync.transports.http import HttpService
from sync.wire import codec
from sync.wire.messages import CommandRecord, SignInRequest, SyncReply, SyncRequest
from sync.wire.versions import CURRENT

_WORDS = Words(13)
_COMMANDS_A_REQUEST = 500
_PAGE_BYTES = 1 << 20
"""About a thousand cases."""


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure catching up."""
    url = f"sqlite:///{folder / 'central.db'}"
    database = Database(url)
    fill(database, sizes.pulled)
    home = folder / "home"
    with served(url) as address:
        service = HttpService(address)
        ticket = sign_in(service)
        _load(home, service, ticket)
        before = _cursor(home)
        _answer_everything(centre_on(database), sizes.pulled)
        ours, bare, whole = [], [], []
        for run in range(sizes.runs):  # in turns, for a machine has moods
            copies = [_copy(home, folder / f"{kind}-{run}") for kind in ("ours", "bare", "whole")]
            ours.append(_pull(copies[0], service, ticket))
            bare.append(_pull_bare(copies[1], address, ticket, before, whole=False))
            whole.append(_pull_bare(copies[2], address, ticket, before, whole=True))
        page = service.sync(
            ticket.access_token(), SyncRequest(cursor=before, max_bytes=_PAGE_BYTES)
        )
    database.close()
    return {
        "pull.seconds": Pair(ours=median(ours), raw=median(whole)),
        "pull.facts": Pair(ours=median(ours), raw=median(bare)),
        "pull.changes-per-s": Pair(
            ours=sizes.pulled / median(ours), raw=sizes.pulled / median(whole)
        ),
        "rebase.seconds": _rebase(home, folder, page, sizes),
    }


def _load(home: Path, service: HttpService, ticket: Ticket) -> None:
    store = open_store(home)
    load(store, exchange_of(store.journal, service, ticket))
    store.close()


def _cursor(home: Path) -> str:
    store = open_store(home)
    cursor = store.journal.cursor()
    store.close()
    assert cursor is not None
    return cursor


def _copy(home: Path, folder: Path) -> Path:
    shutil.copytree(home, folder)
    return folder


def _pull(folder: Path, service: HttpService, ticket: Ticket) -> float:
    store = open_store(folder)
    with stopwatch() as seconds:
        drain(exchange_of(store.journal, service, ticket))
        taken = seconds()
    store.close()
    return taken


def _pull_bare(
    folder: Path, address: str, ticket: Ticket, cursor: str | None, *, whole: bool
) -> float:
    store = BareStore(folder)
    http = requests.Session()
    http.headers.update({"Authorization": f"Bearer {ticket.access_token()}"})
    http.headers.update({"Accept-Encoding": "zstd", "Content-Type": "application/json"})
    url = f"{address}/v{CURRENT}/sync"
    begun, more = time.perf_counter(), True
    while more:
        body = codec.encode(SyncRequest(cursor=cursor, max_bytes=_PAGE_BYTES, plain=whole))
        answer = http.post(url, body, stream=True).raw.read(decode_content=False)
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(answer)
        reply = msgspec.json.decode(plain, type=SyncReply)
        store.begin()
        if whole:
            store.replace(reply.cases, reply.events)
        else:
            assert not reply.cases
            store.answer(reply.events)
        store.keep_cursor(reply.cursor)
        store.commit()
        cursor, more = reply.cursor, reply.more
    taken = time.perf_counter() - begun
    store.close()
    return taken


def _answer_everything(centre: Centre, count: int) -> None:
    """Let a colleague answer every case with forty words."""
    request = SignInRequest(
        username="admin", password=PASSWORD, device_id=str(uuid.uuid4()), device_name="bench"
    )
    token = centre.sign_in(request).access_token
    for first in range(1, count + 1, _COMMANDS_A_REQUEST):
        numbers = range(first, min(first + _COMMANDS_A_REQUEST, count + 1))
        commands = [_answer(number) for number in numbers]
        reply = centre.sync(token, SyncRequest(commands=commands, max_bytes=0))
        assert len(commands) == len(reply.verdicts)


def _answer(number: int) -> CommandRecord:
    return CommandRecord(
        id=str(uuid.uuid4()),
        n=number,
        case_id=number,
        base_v=3,
        at=NOW,
        kind="respond",
        data=codec.body_data(Respond(text=_WORDS.text(40))),
    )


def _rebase(home: Path, folder: Path, page: SyncReply, sizes: Sizes) -> Pair:
    cases = sorted({event.case_id for event in page.events})[: sizes.pending]
    with_own, without = [], []
    for run in range(sizes.runs):
        own = open_store(_copy(home, folder / f"own-{run}"))
        _note(own, cases)
        none = open_store(_copy(home, folder / f"none-{run}"))
        with_own.append(_absorb(own, page))
        without.append(_absorb(none, page))
    return Pair(ours=median(with_own), raw=median(without))


def _note(store: LocalStore, cases: Sequence[int]) -> None:
    for case_id in cases:
        store.outbox.record(
            Note(text=_WORDS.text(20)),
            case_id=CaseId(case_id),
            base_v=2,
            now=now_ms(),
            command_id=CommandId(str(uuid.uuid4())),
        )


def _absorb(store: LocalStore, page: SyncReply) -> float:
    with stopwatch() as seconds:
        store.journal.absorb(page, now_ms())
        taken = seconds()
    store.close()
    return taken
