# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills a centre with the sample world: units, accounts, complaints and what passed between.

Complaints come in by the same road as real exports, in the order in which things happened: the
cases that officers worked on as an earlier export showed them, that work, then the export of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from argon2 import PasswordHasher
from sqlalchemy import Connection, select

from sync.cases.case import StatusMap
from sync.cases.events import (
    Assigned,
    CitizenReplied,
    Closed,
    EventBody,
    FollowedUp,
    Noted,
    Responded,
)
from sync.cases.ids import CaseId, OfficerId
from sync.central import schema
from sync.central.administration import Administration
from sync.central.database import Database
from sync.central.importing import ImportSummary, import_export
from sync.central.recording import Fact, Recorder
from sync.central.sample.office_time import WIB
from sync.central.sample.people import SampleOfficer
from sync.central.sample.threads import CITIZEN_REPLY, FOLLOW_UP, NOTE, SampleEvent, SampleThread
from sync.central.sample.world import World, generate_world
from sync.central.spreadsheet import ExportRow

DEMO_PASSWORD = "tanggap-contoh"  # noqa: S105 - of invented people, and printed for everybody
_WHEN_NEW = "Terverifikasi"
_CLOSED_BY_ADMIN = "Ditutup oleh Admin"
_CLOSED_BY_SYSTEM = "Ditutup oleh Sistem"
_SYSTEM_WORDS = "Ditutup oleh sistem karena pelapor tidak menanggapi."
_SILENCE_MS = 14 * 86_400_000
"""Ten working days, after which the national system closes a case (domain dossier 2.2, row 9)."""
_BATCH_CASES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOffice:
    """What was put into the centre; everybody's password is :data:`DEMO_PASSWORD`."""

    world: World
    summary: ImportSummary


def build_sample(
    database: Database,
    *,
    today: date,
    status_map: StatusMap,
    hasher: PasswordHasher,
    seed: int = 1,
    count: int = 1_500,
) -> SampleOffice:
    """Fill an empty centre (tables made) with the sample world that ends on a day."""
    world = generate_world(seed, count, today=today)
    administration = Administration(database)
    administration.add_units(world.units)
    accounts = _open_accounts(administration, world.officers, hasher.hash(DEMO_PASSWORD))
    worked_on = {
        row.tracking_id: row for row in world.rows if world.threads[row.tracking_id].events
    }
    earlier = [replace(row, status=_WHEN_NEW, reason="") for row in worked_on.values()]
    _take_in(database, world, earlier, status_map)
    _tell_threads(database, world, worked_on, accounts, status_map)
    return SampleOffice(world=world, summary=_take_in(database, world, world.rows, status_map))


def _open_accounts(
    administration: Administration, officers: Sequence[SampleOfficer], password_hash: str
) -> dict[str, tuple[OfficerId, str]]:
    return {
        officer.username: (
            administration.add_officer(
                officer.username,
                password_hash=password_hash,
                name=officer.name,
                role=officer.role,
                unit_id=officer.unit_id,
            ),
            officer.name,
        )
        for officer in officers
    }


def _take_in(
    database: Database, world: World, rows: Sequence[ExportRow], status_map: StatusMap
) -> ImportSummary:
    return import_export(
        database,
        rows,
        status_map=status_map,
        clock=lambda: world.now,
        attachments_of=lambda tracking_id: world.threads[tracking_id].attachments,
    )


def _tell_threads(
    database: Database,
    world: World,
    worked_on: Mapping[str, ExportRow],
    accounts: Mapping[str, tuple[OfficerId, str]],
    status_map: StatusMap,
) -> None:
    recorder = Recorder(status_map)
    told = (
        (key, list(_facts(row, world.threads[key], accounts, world.now)))
        for key, row in worked_on.items()
    )
    while batch := dict(islice(told, _BATCH_CASES)):
        with database.write() as connection:
            ids = _case_ids(connection, batch)
            recorder.record(connection, {ids[key]: facts for key, facts in batch.items()})


def _case_ids(connection: Connection, keys: Mapping[str, object]) -> dict[str, CaseId]:
    cases = schema.cases.c
    rows = connection.execute(
        select(cases.tracking_id, cases.id).where(cases.tracking_id.in_(list(keys)))
    )
    return {key: CaseId(case_id) for key, case_id in rows}


def _facts(
    row: ExportRow,
    thread: SampleThread,
    accounts: Mapping[str, tuple[OfficerId, str]],
    now: int,
) -> Iterator[Fact]:
    """Tell a thread; the officer who acted first is in charge from then on."""
    events = thread.events
    first = next((event for event in events if event.actor is not None), None)
    for event in events:
        if event is first:
            officer_id, name = accounts[event.actor or ""]
            yield _fact(event, Assigned(officer_id=officer_id, officer_name=name), accounts)
        last_word = row.status == _CLOSED_BY_ADMIN and event is events[-1]
        yield _fact(event, Closed(text=event.text) if last_word else _body(event), accounts)
    if row.status == _CLOSED_BY_SYSTEM:
        closed_at = min(events[-1].at + _SILENCE_MS, now)
        yield Fact(body=Closed(text=_SYSTEM_WORDS), at=closed_at)


def _fact(
    event: SampleEvent, body: EventBody, accounts: Mapping[str, tuple[OfficerId, str]]
) -> Fact:
    if event.actor is None:
        return Fact(body=body, at=event.at)
    officer_id, name = accounts[event.actor]
    return Fact(body=body, at=event.at, done_at=event.at, actor_id=officer_id, actor=name)


def _body(event: SampleEvent) -> EventBody:
    if event.kind == FOLLOW_UP:
        return FollowedUp(
            text=event.text,
            done_on=datetime.fromtimestamp(event.at / 1000, WIB).date(),
            evidence=event.attachments,
            next_step=event.next_step,
            next_step_on=event.next_step_on,
        )
    if event.kind == NOTE:
        return Noted(text=event.text)
    if event.kind == CITIZEN_REPLY:
        return CitizenReplied(text=event.text, attachments=event.attachments)
    return Responded(text=event.text)
