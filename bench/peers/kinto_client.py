# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs in Kinto's environment: does the steps of ``bench.peers.steps`` with one collection."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kinto_http
import psycopg2
from psycopg2.extras import execute_values

_PATH = "/buckets/b/collections/cases/records"


class Steps:
    """What can be asked for."""

    def __init__(
        self, near: str, far: str, database: str, client_db: str, records: Path, changes: int
    ) -> None:
        self._near, self._far = _client(near), _client(far)
        self._database = database
        self._records = [json.loads(line) for line in records.open(encoding="utf-8")]
        self._changes = changes
        self._since = ""
        self._mine: list[dict[str, Any]] = []
        self._local = sqlite3.connect(client_db, isolation_level=None)
        self._local.execute("PRAGMA journal_mode = WAL")
        self._local.execute("CREATE TABLE records (id TEXT PRIMARY KEY, modified INT, body TEXT)")

    def seed(self) -> None:
        """Put all records at the server, past its own API, which takes 100 a second."""
        self._near.create_bucket(id="b")
        self._near.create_collection(id="cases", bucket="b")
        first = int(time.time() * 1000) - 100_000_000
        rows = []
        for number, record in enumerate(self._records):
            body = {name: value for name, value in record.items() if name != "id"}
            rows.append((record["id"], first + number, json.dumps(body)))
        with psycopg2.connect(self._database) as connection, connection.cursor() as cursor:
            execute_values(
                cursor,
                "INSERT INTO objects"
                " (id, parent_id, resource_name, last_modified, data, deleted) VALUES %s",
                rows,
                template="(%s, '/buckets/b/collections/cases', 'record', from_epoch(%s),"
                " %s::jsonb, false)",
                page_size=1000,
            )
            cursor.execute("ANALYZE objects")
        connection.close()

    def first_load(self) -> None:
        """Fetch everything, each page in one transaction."""
        count = 0
        for page in self._near.get_paginated_records(_limit=1000, _sort="-last_modified"):
            found = page["data"] if isinstance(page, dict) else page
            count += len(found)
            self._local.execute("BEGIN")
            self._local.executemany(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?)",
                ((record["id"], record["last_modified"], json.dumps(record)) for record in found),
            )
            self._local.execute("COMMIT")
        assert count == len(self._records), count
        self._since = self._near.get_records_timestamp()

    def meet(self) -> None:
        """Open the connection over the line."""
        self._changed()

    def nothing_new(self) -> None:
        """Ask, and hear that there is nothing."""
        assert not self._changed()

    def change_there(self) -> None:
        """Somebody else changes records."""
        self._batch(self._near, "PATCH", self._records[: self._changes], {})

    def changes_down(self) -> None:
        """Fetch them."""
        assert self._changes == len(self._changed())

    def change_here(self) -> None:
        """Know the versions that are about to be replaced."""
        mine = self._records[self._changes : 2 * self._changes]
        self._mine = [self._near.get_record(id=record["id"])["data"] for record in mine]

    def changes_up(self) -> None:
        """Send one's own."""
        match = {
            record["id"]: {"If-Match": f'"{record["last_modified"]}"'} for record in self._mine
        }
        self._batch(self._far, "PUT", self._mine, match)

    def _changed(self) -> list[dict[str, Any]]:
        body, _ = self._far.session.request("get", _PATH, params={"_since": self._since})
        found: list[dict[str, Any]] = body["data"]
        return found

    def _batch(
        self,
        client: kinto_http.Client,
        method: str,
        records: list[dict[str, Any]],
        headers: dict[str, dict[str, str]],
    ) -> None:
        requests = []
        for record in records:
            id_ = record["id"]
            kept = {
                name: value
                for name, value in record.items()
                if method == "PUT" and name not in {"id", "last_modified"}
            }
            requests.append(
                {
                    "method": method,
                    "path": f"{_PATH}/{id_}",
                    "headers": headers.get(id_, {}),
                    "body": {"data": kept | {"raw_status": f"x {time.time_ns()}"}},
                }
            )
        body, _ = client.session.request("post", "/batch", payload={"requests": requests})
        assert {200} == {answer["status"] for answer in body["responses"]}, body["responses"][0]


def _client(url: str) -> kinto_http.Client:
    return kinto_http.Client(server_url=url, auth=("u", "p"), bucket="b", collection="cases")


def main() -> None:
    """Do one step a line."""
    near, far, database, client_db, records, changes = sys.argv[1:]
    steps = Steps(near, far, database, client_db, Path(records), int(changes))
    for line in sys.stdin:
        work: Callable[[], None] = getattr(steps, line.strip().replace("-", "_"))
        begun = time.perf_counter()
        work()
        print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)


if __name__ == "__main__":
    main()
