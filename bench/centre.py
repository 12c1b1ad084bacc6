# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast the centre settles commands and makes pages, on a real PostgreSQL.

Everything happens in this process, without HTTP: what is compared is our work on a command or a
page with the least that a database must do for one.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import zstandard

from bench.figures import Measured, Pair
from bench.filling import centre_on, fill
from bench.meters import Sizes, stopwatch
from bench.postgres import postgres
from bench.sample import NOW, PASSWORD, PROVINCE, UNITS
from bench.words import Words
from sync.cases.commands import Respond
from sync.central.database import Database
from sync.central.exchange import Centre
from sync.wire import codec
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    EventRecord,
    SignInRequest,
    SyncReply,
    SyncRequest,
)

CONNECTIONS = 8
BATCH = 50
"""Commands in one exchange, as after a day without a network; they may share a transaction."""
PAGE_BYTES = 4 * 1024 * 1024
_PAGE_CASES = 2_000

_RAW_TABLES = """
DROP TABLE IF EXISTS raw_head, raw_events, raw_commands;
CREATE TABLE raw_head (id integer PRIMARY KEY, seq bigint NOT NULL);
INSERT INTO raw_head VALUES (1, 0);
CREATE TABLE raw_events (seq bigint PRIMARY KEY, case_id bigint NOT NULL, data text NOT NULL);
CREATE TABLE raw_commands (id text PRIMARY KEY, data text NOT NULL);
"""
_RAW_COUNT = "UPDATE raw_head SET seq = seq + %s WHERE id = 1 RETURNING seq"
_RAW_EVENT = "INSERT INTO raw_events VALUES (%s, %s, %s)"
_RAW_COMMAND = "INSERT INTO raw_commands VALUES (%s, %s)"

_BARE_CASES = f"""
SELECT {", ".join(CaseRecord.__struct_fields__)} FROM cases
WHERE unit_id = ANY(%s) AND (registered_at, id) < (%s, %s)
ORDER BY registered_at DESC, id DESC LIMIT {_PAGE_CASES}
""".encode()  # noqa: S608 - names of ours
_BARE_EVENTS = f"""
SELECT {", ".join(EventRecord.__struct_fields__)} FROM events
WHERE case_id = ANY(%s) AND kind <> 'registered' ORDER BY case_id, v
""".encode()  # noqa: S608 - names of ours


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure the centre."""
    with postgres(folder) as url:
        database = Database(url)
        fill(database, 2 * sizes.commands)
        try:
            return _measure(sizes, database, url)
        finally:
            database.close()


def _measure(sizes: Sizes, database: Database, url: str) -> Measured:
    centre = centre_on(database)
    # Pages first: the commands add to what a page holds.
    feed = _feed(centre, url)
    bare = _bare_commands_per_s(url, sizes.commands, 1)
    grouped = _bare_commands_per_s(url, sizes.commands, BATCH)
    half = sizes.commands // 2
    batched = _commands_per_s(centre, range(1, half + 1), BATCH)
    single = _commands_per_s(centre, range(half + 1, 2 * half + 1), 1)
    return {
        "centre.commands-per-s": Pair(ours=batched, raw=bare),
        "centre.grouped-commands-per-s": Pair(ours=batched, raw=grouped),
        "centre.single-commands-per-s": Pair(ours=single, raw=bare),
        "centre.feed-rows-per-s": feed,
    }


def _commands_per_s(centre: Centre, case_ids: Sequence[int], batch: int) -> float:
    """Let eight devices answer one case after another, no two of them the same."""
    tokens = [_token(centre) for _ in range(CONNECTIONS)]
    cursor = _feed_cases(centre)[1]
    queues = [
        [_command(case_id, n) for n, case_id in enumerate(case_ids[start::CONNECTIONS], start=1)]
        for start in range(CONNECTIONS)
    ]

    def deliver(worker: int) -> None:
        queue = queues[worker]
        for first in range(0, len(queue), batch):
            # The least page there is: what the feed costs is another figure.
            request = SyncRequest(cursor=cursor, commands=queue[first : first + batch], max_bytes=1)
            reply = centre.sync(tokens[worker], request)
            assert {"accepted"} == {verdict.verdict for verdict in reply.verdicts}, reply.verdicts

    return len(case_ids) / _together(deliver)


def _token(centre: Centre) -> str:
    request = SignInRequest(
        username="petugas", password=PASSWORD, device_id=str(uuid.uuid4()), device_name="bench"
    )
    return centre.sign_in(request).access_token


_WORDS = Words(3)


def _command(case_id: int, n: int) -> CommandRecord:
    return CommandRecord(
        id=str(uuid.uuid4()),
        n=n,
        case_id=case_id,
        base_v=3,
        at=NOW,
        kind="respond",
        data=codec.body_data(Respond(text=_WORDS.text(75))),
    )


def _bare_commands_per_s(url: str, count: int, batch: int) -> float:
    """Do what no commit-ordered ledger can do without: counter, events and memory, one commit."""
    each = max(batch, count // CONNECTIONS)
    text = _WORDS.text(75)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_RAW_TABLES)

    def write(_worker: int) -> None:
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            for _ in range(each // batch):
                cursor.execute(_RAW_COUNT, (batch,))
                row = cursor.fetchone()
                last = row[0] if row else 0
                seqs = range(last - batch + 1, last + 1)
                cursor.executemany(_RAW_EVENT, [(seq, seq, text) for seq in seqs])
                cursor.executemany(_RAW_COMMAND, [(str(seq), text) for seq in seqs])
                connection.commit()

    return each // batch * batch * CONNECTIONS / _together(write)


def _together(work: Callable[[int], None]) -> float:
    """Run the work in eight threads at once; return the seconds until the last is done."""
    failures: list[BaseException] = []

    def run(worker: int) -> None:
        try:
            work(worker)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(CONNECTIONS)]
    with stopwatch() as seconds:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
    return seconds()


def _feed(centre: Centre, url: str) -> Pair:
    """Make all pages of a first load as they go out, twice each way, and take the better one.

    Ours: authorised for a liaison, veiled, in the order of a first load, with its cursors. Bare:
    the same rows in the same order by the driver, in the same pages, encoded and compressed alike.
    """
    ours, bare = [], []
    for _ in range(2):
        ours.append(_rate(lambda: _feed_cases(centre)[0]))
        bare.append(_rate(lambda: _bare_feed_cases(url)))
    return Pair(ours=max(ours), raw=max(bare))


def _rate(make: Callable[[], int]) -> float:
    begun = time.perf_counter()
    cases = make()
    return cases / (time.perf_counter() - begun)


def _feed_cases(centre: Centre) -> tuple[int, str | None]:
    """Make every page; return how many cases were on them, and the cursor behind the last one."""
    token, cursor, cases, more = _token(centre), None, 0, True
    while more:
        request = SyncRequest(cursor=cursor, max_bytes=PAGE_BYTES, plain=True)
        reply: SyncReply = centre.sync(token, request)
        _packed(codec.encode(reply))
        cursor, more, cases = reply.cursor, reply.more, cases + len(reply.cases)
    return cases, cursor


def _bare_feed_cases(url: str) -> int:
    position, cases = (NOW, 0), 0
    with psycopg.connect(url) as connection:
        while True:
            heads = connection.execute(
                _BARE_CASES,
                ([unit.id for unit in UNITS if unit.parent_id == PROVINCE], *position),
            ).fetchall()
            if not heads:
                return cases
            events = connection.execute(_BARE_EVENTS, ([head[0] for head in heads],)).fetchall()
            _packed(msgspec.json.encode((heads, events)))
            position, cases = _position(heads[-1]), cases + len(heads)


def _position(head: tuple[Any, ...]) -> tuple[int, int]:
    return head[CaseRecord.__struct_fields__.index("registered_at")], head[0]


def _packed(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)
