# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the sample office straight into a centre's database, so that no figure waits for typing."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import Connection, insert, update

from bench.sample import OFFICERS, PASSWORD, UNITS, Complaint, complaints
from sync.central import schema
from sync.central.administration import Administration
from sync.central.database import Database
from sync.central.exchange import Centre
from sync.wire import codec
from sync.wire.rulebook import load_rulebook

_BATCH = 2_000
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Signing in is not what is measured."""


def centre_on(database: Database) -> Centre:
    """Return a centre in this process, as the real one is put together."""
    return Centre(
        database,
        clock=lambda: time.time_ns() // 1_000_000,
        randomness=os.urandom,
        status_map=load_rulebook().status_map,
        hasher=CHEAP_HASHER,
    )


def fill(database: Database, count: int) -> None:
    """Found the sample office with this many complaints in an empty database."""
    centre_on(database)
    administration = Administration(database)
    administration.add_units(UNITS)
    for username, role, unit_id in OFFICERS:
        administration.add_officer(
            username,
            password_hash=CHEAP_HASHER.hash(PASSWORD),
            name="Petugas Contoh",
            role=role,
            unit_id=unit_id,
        )
    with database.write() as connection:
        for batch in _batches(complaints(count)):
            _insert(connection, batch)
        connection.execute(update(schema.head).values(seq=count, last_case_id=count))


def _insert(connection: Connection, batch: list[Complaint]) -> None:
    connection.execute(insert(schema.cases), [_case_row(complaint) for complaint in batch])
    connection.execute(
        insert(schema.events),
        [
            msgspec.structs.asdict(event) | {"seq": complaint.head.id}
            for complaint in batch
            for event in complaint.events
        ],
    )
    connection.execute(insert(schema.feed), [_feed_row(complaint) for complaint in batch])


def _case_row(complaint: Complaint) -> dict[str, Any]:
    status = load_rulebook().status_map.status_of(codec.case_from(complaint.head))
    row = msgspec.structs.asdict(complaint.head)
    return row | {"seq": complaint.head.id, "is_open": status.is_open}


def _feed_row(complaint: Complaint) -> dict[str, Any]:
    seq = complaint.head.id
    return {
        "case_id": complaint.head.id,
        "unit_id": complaint.head.unit_id,
        "seq": seq,
        "entered_seq": seq,
        "op": "put",
        "reason": "",
        "to_name": "",
    }


def _batches(items: Iterable[Complaint]) -> Iterator[list[Complaint]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, _BATCH)):
        yield batch
