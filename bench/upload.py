# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of a megabyte goes up over a line that breaks ten times; what of it is sent twice?

The whole road: the officer's encrypted copy, the engine that moves files, tus, and the real centre,
in pieces as a line of 64 kbit/s is given them. Where the line breaks is drawn by lot, the first
time within the first piece; what was on the line arrives. The limit is the file itself.
"""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

from bench.device import drain, exchange_of, now_ms, open_store, sign_in
from bench.figures import Measured, Pair
from bench.filling import fill
from bench.line import Traffic, line_to
from bench.meters import Sizes
from bench.sample import TODAY
from bench.serve import served
from sync.cases.case import Attachment
from sync.cases.commands import FollowUp
from sync.cases.ids import CaseId, CommandId
from sync.central.database import Database
from sync.engine.files import FileExchange
from sync.store.local import LocalStore
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles

_PIECE_BYTES = 64_000
"""Eight seconds of 64 kbit/s (``sync.engine.budget``)."""

_DROPS = 10
_FILES = 3
_RTT_MS = 40
_KBIT_PER_S = 16_000
"""Fast, for nobody wants to wait: what is sent twice does not depend on it."""


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure an upload that is broken again and again."""
    url = f"sqlite:///{folder / 'central.db'}"
    database = Database(url)
    fill(database, 2 * _FILES)
    database.close()
    store = open_store(folder / "device")
    with served(url) as address:
        sent = [_upload(store, address, number, sizes.blob) for number in range(1, _FILES + 1)]
    store.close()
    return {
        "upload.bytes": Pair(ours=mean(each.up for each in sent), raw=sizes.blob),
        "upload.requests": Pair(
            ours=mean(each.requests for each in sent), raw=1 + -(-sizes.blob // _PIECE_BYTES)
        ),
    }


def _upload(store: LocalStore, address: str, number: int, size: int) -> Traffic:
    """Send a file from its first byte to its last."""
    service = HttpService(address)
    ticket = sign_in(service)
    chance = random.Random(number)
    _attach(store, CaseId(number), chance.randbytes(size))
    drain(exchange_of(store.journal, service, ticket))
    port = urlsplit(address).port or 0
    cuts = broken_after(chance, size)
    with line_to(port, rtt_ms=_RTT_MS, kbit_per_s=_KBIT_PER_S, cuts=cuts) as line:
        slow = HttpService(f"http://127.0.0.1:{line.port}")
        files = FileExchange(store.transfers, TusFiles(slow), ticket, now_ms, chance.random)
        while store.own_files.to_send():
            assert files.step(lambda _errand: _PIECE_BYTES) is not None
        slow.close()
        traffic = line.take_traffic()
    assert _DROPS < traffic.connections, traffic
    service.close()
    return traffic


def _attach(store: LocalStore, case_id: CaseId, content: bytes) -> None:
    sha256, size = store.own_files.keep(content, "application/pdf", now_ms())
    evidence = Attachment(
        name="bukti.pdf", size_bytes=size, sha256=sha256, media_type="application/pdf"
    )
    store.outbox.record(
        FollowUp(text="Sudah diperbaiki.", done_on=TODAY, evidence=(evidence,)),
        case_id=case_id,
        base_v=3,
        now=now_ms(),
        command_id=CommandId(str(uuid.uuid4())),
    )


def broken_after(chance: random.Random, size: int) -> list[int]:
    """Return after how many bytes each connection breaks, all of them within the file."""
    first = chance.randrange(min(_PIECE_BYTES, size // _DROPS))
    at = sorted(chance.sample(range(first, size), _DROPS - 1))
    return [after - before for before, after in zip([0, first, *at], [first, *at], strict=False)]
