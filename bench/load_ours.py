# SPDX-License-Identifier: AGPL-3.0-or-later
"""One first load by the real client, in a fresh process.

``python -m bench.load_ours ADDRESS FOLDER PARTS``: what it fetched is kept for the limit to fetch
it again. The clock runs from the first request; it is read when the last row is committed and can
be worked with, again when every word of it can be searched, and when the indices are merged. What
happens once per installation (making the files, signing in) is before it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from bench.device import Recorder, drain, exchange_of, gather_words, open_store, sign_in
from bench.meters import forget_peak, keep_garbage, peak_mb, report, resident_mb
from bench.sample import TODAY
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.store.local import LocalStore
from sync.transports.http import HttpService

WINDOW = 64
"""Rows that the list fetches at a time (``CaseListModel``)."""


def look(store: LocalStore) -> bool:
    """Do what the list does when it opens a queue; say whether it shows anything."""
    ids = store.queue.ids(Queue.NOT_STARTED, CaseFilter(), Sort.NEWEST, TODAY)
    return bool(store.queue.rows(ids[:WINDOW]))


def main() -> None:
    """Load everything once."""
    address, folder, parts = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    store = open_store(folder)
    recorder = Recorder(HttpService(address))
    exchange = exchange_of(store.journal, recorder, sign_in(recorder))
    store.journal.forget_cache(recorder.hello().epoch)
    pages: list[float] = []

    def after_step() -> None:
        if pages or look(store):
            pages.append(time.perf_counter())

    keep_garbage()
    forget_peak()
    idle_mb = resident_mb()
    begun, cpu = time.perf_counter(), time.process_time()
    trips = drain(exchange, after_step)
    rows_cpu = time.process_time() - cpu
    while (step := store.upkeep.gather_words()) is not None and step.words:
        pass
    seconds, words_cpu = time.perf_counter() - begun, time.process_time() - cpu
    gather_words(store)
    report(
        {
            "seconds": seconds,
            "merged": time.perf_counter() - begun,
            "rows": pages[-1] - begun,
            "cpu": words_cpu,
            "rows-cpu": rows_cpu,
            "usable": pages[0] - begun,
            "memory": peak_mb() - idle_mb,
            "pages": trips,
            "cases": len(store.queue.ids(Queue.ALL, CaseFilter(), Sort.NEWEST, TODAY)),
        }
    )
    parts.write_bytes(msgspec.json.encode(recorder.parts))
    store.close()


def recorded(parts: Path) -> list[tuple[str, int, int]]:
    """Return what a load fetched: hash of the piece, first byte, number of bytes."""
    return msgspec.json.decode(parts.read_bytes(), type=list[tuple[str, int, int]])


if __name__ == "__main__":
    main()
