# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many devices one process of the centre serves before one exchange in a hundred is slow.

Slow is half a second, which an officer hardly notices; the promise is two seconds until they see a
colleague's entry.

The real ``tanggap-central serve`` on PostgreSQL. A thousand devices in offices of twenty-five hold
streams of announcements open. A device acts once in five minutes, and the twenty-four others of its
office are told and exchange: one exchange in twelve seconds for each device. Acts come faster and
faster until the 99th percentile passes the bound; what was carried then says how many devices that
rate stands for. The limit is bare uvicorn that answers as many requests and knows nothing; its
crowd comes without being told. Crowd, centre and PostgreSQL share one machine.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, sqrt
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import update

from bench.crowd import Plan, Seat
from bench.figures import Measured, Pair
from bench.filling import CHEAP_HASHER, centre_on, fill
from bench.meters import Sizes, child, next_line, program, program_of
from bench.postgres import postgres
from bench.sample import NOW, PASSWORD, PROVINCE
from sync.cases.access import Role, Unit
from sync.cases.ids import UnitId
from sync.central import schema
from sync.central.administration import Administration
from sync.central.database import Database
from sync.central.exchange import Centre
from sync.wire import codec
from sync.wire.messages import SignInRequest, SyncReply, SyncRequest

_OFFICE = 25
_ACTS_EVERY_S = 300
_FIRST_OFFICE = 1_000
_CASES_AN_OFFICE = 50
_STEP = 1.5
_FINE = 1.1
_LEAST_ACTS_PER_S = 1.0
_LEAST_BARE_ACTS_PER_S = 10.0


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure how many devices a process serves."""
    with postgres(folder) as url:
        seats = _found(url, sizes.devices)
        with _serving(url, folder) as address:
            ours = _most(sizes, folder, address, seats, _LEAST_ACTS_PER_S, told=0)
    quiet = codec.encode(SyncReply(now=NOW)).decode()
    with program("bench.echo", quiet) as process:
        address = next_line(process)
        bare = _most(sizes, folder, address, seats, _LEAST_BARE_ACTS_PER_S, told=_OFFICE - 1)
    each = _OFFICE / _ACTS_EVERY_S
    return {
        "capacity.exchanges-per-s": Pair(ours=ours, raw=bare),
        "capacity.devices": Pair(ours=ours / each, raw=bare / each),
    }


def _most(
    sizes: Sizes, folder: Path, address: str, seats: list[Seat], acts: float, *, told: int
) -> float:
    """Return the most exchanges a second within the bound: what surely is, until it nearly is not.

    A rate is too much where it was twice, for one bad moment of the machine says nothing.
    """
    carried = fine = too_much = 0.0
    for _ in range(sizes.crowd_steps):
        plan = Plan(
            port=urlsplit(address).port or 0,
            seats=seats,
            acts_per_s=acts,
            seconds=sizes.crowd_s,
            told=told,
        )
        if rate := _carried(sizes, folder, plan) or _carried(sizes, folder, plan):
            carried, fine = rate, acts
        else:
            too_much = acts
        if not too_much:
            acts *= _STEP
        elif not fine:
            acts /= 2
        elif too_much / fine > _FINE:
            acts = sqrt(fine * too_much)
        else:
            break
    return carried


def _carried(sizes: Sizes, folder: Path, plan: Plan) -> float:
    """Return the exchanges a second at a rate of acts; 0 where they are too slow."""
    file = folder / "plan.json"
    file.write_bytes(msgspec.json.encode(plan))
    found = child("bench.crowd", str(file))
    for seat in plan.seats:  # numbers that were used are not used again
        seat.n += ceil(plan.acts_per_s * plan.seconds)
    return found["exchanges"] / found["seconds"] if found["p99_ms"] <= sizes.p99_ms else 0.0


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "sync.central.cli", "--database", url, "serve"]
    command += ["--port", "0", "--files", str(folder / "files")]
    with (folder / "centre.log").open("w") as log, program_of(command, log) as process:
        yield next_line(process).rpartition(" ")[2]


def _found(url: str, devices: int) -> list[Seat]:
    """Found offices of twenty-five devices each; return the devices, all of them up to date."""
    database = Database(url)
    offices = max(1, devices // _OFFICE)
    fill(database, _CASES_AN_OFFICE * offices)
    centre = centre_on(database)
    administration = Administration(database)
    seats = []
    for office in range(offices):
        unit_id = UnitId(_FIRST_OFFICE + office)
        administration.add_units([Unit(id=unit_id, name=f"Dinas {office}", parent_id=PROVINCE)])
        administration.add_officer(
            f"petugas{office}",
            password_hash=CHEAP_HASHER.hash(PASSWORD),
            name="Petugas Contoh",
            role=Role.LIAISON,
            unit_id=unit_id,
        )
    _spread(database, offices)
    for office in range(offices):
        case_ids = list(range(1 + office, 1 + _CASES_AN_OFFICE * offices, offices))
        seats += _office(centre, f"petugas{office}", case_ids, min(_OFFICE, devices))
    database.close()
    return seats


def _spread(database: Database, offices: int) -> None:
    """Give every office its cases."""
    cases, feed = schema.cases.c, schema.feed.c
    with database.write() as connection:
        for case_id, table, column in (
            (cases.id, schema.cases, cases.unit_id),
            (feed.case_id, schema.feed, feed.unit_id),
        ):
            unit = _FIRST_OFFICE + (case_id - 1) % offices
            connection.execute(update(table).values({column.name: unit}))


def _office(centre: Centre, username: str, case_ids: list[int], devices: int) -> list[Seat]:
    tokens = [_token(centre, username) for _ in range(devices)]
    cursor, more = None, True
    while more:
        reply = centre.sync(tokens[0], SyncRequest(cursor=cursor, max_bytes=1 << 22))
        cursor, more = reply.cursor or cursor, reply.more
    assert cursor is not None
    return [Seat(token=token, cursor=cursor, case_ids=case_ids) for token in tokens]


def _token(centre: Centre, username: str) -> str:
    request = SignInRequest(
        username=username, password=PASSWORD, device_id=str(uuid.uuid4()), device_name="bench"
    )
    return centre.sign_in(request).access_token
