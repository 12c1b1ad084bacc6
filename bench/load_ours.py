# SPDX-License-Identifier: AGPL-3.0-or-later
"""One first load by the real client, in a fresh process.

``python -m bench.load_ours ADDRESS FOLDER REQUESTS``: the requests it made are kept for the limit
to make them again. The clock runs from the first request until the last page is committed; what
happens once per installation (making the files, signing in) is before it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from bench.device import Recorder, drain, exchange_of, open_store, sign_in
from bench.meters import forget_peak, peak_mb, report, resident_mb
from bench.sample import TODAY
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.store.local import LocalStore
from sync.transports.http import HttpService
from sync.wire.messages import SyncRequest

WINDOW = 64
"""Rows that the list fetches at a time (``CaseListModel``)."""


def look(store: LocalStore) -> None:
    """Do what the list does when it opens a queue."""
    ids = store.queue.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST, TODAY)
    assert store.queue.rows(ids[:WINDOW])


def main() -> None:
    """Load everything once."""
    address, folder, requests = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    store = open_store(folder)
    recorder = Recorder(HttpService(address))
    exchange = exchange_of(store.journal, recorder, sign_in(recorder))
    store.journal.forget_cache(recorder.hello().epoch)
    pages: list[float] = []

    def after_page() -> None:
        if not pages:
            look(store)
        pages.append(time.perf_counter())

    forget_peak()
    idle_mb = resident_mb()
    begun, cpu = time.perf_counter(), time.process_time()
    trips = drain(exchange, after_page)
    report(
        {
            "seconds": pages[-1] - begun,
            "cpu": time.process_time() - cpu,
            "usable": pages[0] - begun,
            "memory": peak_mb() - idle_mb,
            "pages": trips,
            "cases": len(store.queue.ids(Queue.ALL, CaseFilter(), Sort.NEWEST, TODAY)),
        }
    )
    requests.write_bytes(msgspec.json.encode(recorder.requests))
    store.close()


def recorded(requests: Path) -> list[SyncRequest]:
    """Return the requests that a load made."""
    return msgspec.json.decode(requests.read_bytes(), type=list[SyncRequest])


if __name__ == "__main__":
    main()
