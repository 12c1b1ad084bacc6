# SPDX-License-Identifier: AGPL-3.0-or-later
"""What single operations cost on the poor line: seconds, bytes and round trips (see ``place``).

One answer until its receipt is here; a check whether device and centre hold the same; a file of
100 KB that an officer opens; a thousand cases of a first load by segments. The limits of the last
two post the same bytes in one go. Operations on fifty cases are measured by ``exchange``.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bench.bare import BareClient, BareServer, bare_server
from bench.device import Recorder, drain, exchange_of, now_ms, open_store, sign_in
from bench.exchange import nothing_new, own_answers
from bench.figures import Measured
from bench.first_load import a_centre
from bench.line import LineTo, Traffic, line_to
from bench.meters import Sizes
from bench.place import Place, costs, costs_of, once, placed
from bench.sample import TODAY
from bench.serve import served
from sync.cases.case import Attachment
from sync.cases.commands import FollowUp
from sync.engine.budget import Errand
from sync.engine.exchange import Exchange
from sync.engine.files import FileExchange, Transfer
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles

_PIECE_BYTES = 64_000
"""Eight seconds of 64 kbit/s (``sync.engine.budget``)."""

_CHECK_AFTER_MS = 2 * 3_600_000


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure single operations."""
    with placed(sizes, folder, 40) as place:
        return {
            **costs_of("one-answer", once(place, own_answers(place, 1))),
            **_opened_file(place, sizes),
            **_check(place),
            **_loaded(sizes, folder),
        }


def _check(place: Place) -> Measured:
    """Compare sums, as happens once an hour."""
    later = Exchange(
        place.store.journal, place.recorder, place.ticket, lambda: now_ms() + _CHECK_AFTER_MS
    )
    place.exchange = later
    drain(later)
    checked = once(place, nothing_new())
    assert place.recorder.requests[-1].digest is not None
    return costs_of("check", checked)


def _opened_file(place: Place, sizes: Sizes) -> Measured:
    """Fetch a file that a colleague has added, because the officer wants to see it."""
    content = random.Random(3).randbytes(sizes.opened)
    sha256 = hashlib.sha256(content).hexdigest()
    evidence = Attachment(
        name="bukti.pdf", size_bytes=len(content), sha256=sha256, media_type="application/pdf"
    )
    entry = FollowUp(text="Sudah diperbaiki.", done_on=TODAY, evidence=(evidence,))
    (case_id,) = place.change(1, lambda: entry)
    token = place.colleague_ticket.access_token()
    upload = Transfer(errand=Errand.UPLOAD, sha256=sha256, case_id=case_id, size=len(content))
    assert len(content) == TusFiles(place.colleague).begin(token, upload, content)[1]
    drain(place.exchange)
    place.store.transfers.want(case_id, sha256)
    service = place.recorder.service
    assert isinstance(service, HttpService)
    files = FileExchange(
        place.store.transfers, TusFiles(service), place.ticket, now_ms, random.random
    )

    def fetch() -> None:
        while files.step(lambda errand: _PIECE_BYTES * (errand is Errand.OPENED)):
            pass
        assert content == b"".join(place.store.file_cache.pieces(sha256, now_ms()))

    ours = _timed(place.slow, fetch)
    return costs("opened-file", ours, _posted(place.bare, place.bare_slow, content))


def _loaded(sizes: Sizes, folder: Path) -> Measured:
    """Load a thousand cases by segments, on a device that was never here."""
    poor = partial(line_to, rtt_ms=sizes.rtt_ms, kbit_per_s=sizes.kbit_per_s)
    with (
        served(a_centre(folder / "loaded.db", sizes.loaded)) as address,
        bare_server() as bare,
        poor(urlsplit(address).port or 0) as slow,
        poor(bare.port) as bare_slow,
    ):
        ticket = sign_in(HttpService(address))
        recorder = Recorder(HttpService(f"http://127.0.0.1:{slow.port}"))
        store = open_store(folder / "loaded")
        store.journal.forget_cache(recorder.hello().epoch)
        ours = _timed(slow, lambda: drain(exchange_of(store.journal, recorder, ticket)))
        store.close()
        content = _pieces(HttpService(address), ticket.access_token(), recorder)
        return costs("load", ours, _posted(bare, bare_slow, content))


def _pieces(service: HttpService, token: str, recorder: Recorder) -> bytes:
    """Return all pieces that were fetched, packed as they are."""
    fetched = [service.segment(token, *part) for part in recorder.parts]
    assert fetched
    assert None not in fetched
    return b"".join(filter(None, fetched))


def _posted(bare: BareServer, line: LineTo, content: bytes) -> tuple[float, Traffic]:
    client = BareClient(line.port)
    client.post(b"{}")
    bare.answer = content
    taken = _timed(line, lambda: client.post(b"{}"))
    client.close()
    return taken


def _timed(line: LineTo, work: Callable[[], object]) -> tuple[float, Traffic]:
    line.take_traffic()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun, line.take_traffic()
