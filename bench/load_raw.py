# SPDX-License-Identifier: AGPL-3.0-or-later
"""The limit of a first load: the same bytes with as little between socket and file as possible.

``python -m bench.load_raw ADDRESS FOLDER PARTS rows|page|end``: asks the same centre for the same
pieces by bare ``requests``, decodes them into the same records, and inserts them with the bare
driver into files that the program made (same tables, indices, search index, cipher, pragmas).
``rows`` commits each piece and gathers no words, as the program until all rows are here; ``page``
commits and indexes each piece; ``end`` commits every 5,000 cases and indexes everything at the end,
which is faster and useless until then. It computes no deadlines, looks for no own work, checks no
gaps and replaces nothing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec
import requests
import zstandard

from bench.bare_store import BareStore
from bench.device import open_store, sign_in
from bench.load_ours import WINDOW, recorded
from bench.meters import forget_peak, keep_garbage, peak_mb, report, resident_mb
from sync.transports.http import HttpService
from sync.wire.messages import Segment
from sync.wire.versions import CURRENT

_CASES_A_COMMIT = 5_000
_QUEUE = "SELECT id FROM cases WHERE shown_status = ? ORDER BY registered_at DESC"


class Loader:
    """Fetches pages and inserts them."""

    def __init__(self, address: str, folder: Path, mode: str) -> None:
        open_store(folder).close()  # the program makes the tables
        self._mode = mode
        self._store = BareStore(folder)
        self._store.tell_indices("automerge", 0)
        self._store.tell_indices("crisismerge", 1_900)
        self._url = f"{address}/v{CURRENT}/segments"
        self._packed = b""
        self._http = requests.Session()
        token = sign_in(HttpService(address)).access_token()
        self._http.headers.update({"Authorization": f"Bearer {token}"})
        self._uncommitted = 0

    def part(self, sha256: str, start: int, size: int, *, is_last: bool) -> None:
        """Ask for a part of a piece, and insert the piece once it is whole."""
        wanted = {"Range": f"bytes={start}-{start + size - 1}"}
        self._packed += self._http.get(f"{self._url}/{sha256}", headers=wanted).content
        if is_last:
            body = zstandard.ZstdDecompressor().decompress(self._packed)
            self._insert(msgspec.json.decode(body, type=Segment))
            self._packed = b""

    def finish(self) -> None:
        """Commit what is open, and index what is not."""
        self._store.commit()
        if self._mode == "end":
            self._store.tell_indices("rebuild")

    def look(self) -> None:
        """Do what the list does when it opens a queue."""
        found = self._store.database.execute(_QUEUE, ("belum_ditindaklanjuti",))
        ids = [row[0] for row in found.fetchall()]
        assert self._store.rows(ids[:WINDOW])

    def _insert(self, piece: Segment) -> None:
        self._store.begin()
        self._store.insert(piece.cases, piece.events)
        if self._mode == "page":
            self._store.remember_words(piece.cases, piece.events)
        self._store.keep_cursor(len(piece.events))
        self._uncommitted += len(piece.cases)
        if self._mode != "end" or self._uncommitted >= _CASES_A_COMMIT:
            self._uncommitted = 0
            self._store.commit()


def main() -> None:
    """Load everything once."""
    address, folder, parts_file, mode = sys.argv[1:]
    loader = Loader(address, Path(folder), mode)
    parts = recorded(Path(parts_file))
    following = [*[part[0] for part in parts[1:]], ""]
    usable = 0.0
    keep_garbage()
    forget_peak()
    idle_mb = resident_mb()
    begun, cpu = time.perf_counter(), time.process_time()
    for (sha256, start, size), then in zip(parts, following, strict=True):
        loader.part(sha256, start, size, is_last=then != sha256)
        if not usable and then != sha256:
            loader.look()
            usable = time.perf_counter() - begun
    loader.finish()
    report(
        {
            "seconds": time.perf_counter() - begun,
            "cpu": time.process_time() - cpu,
            "usable": usable,
            "memory": peak_mb() - idle_mb,
        }
    )


if __name__ == "__main__":
    main()
