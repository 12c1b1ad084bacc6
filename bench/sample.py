# SPDX-License-Identifier: AGPL-3.0-or-later
"""A seeded office with any number of complaints, as records of the wire.

Every case is the fold of its own events, by the rules themselves, so that nobody who checks it
finds a gap. About 1.1 KB of JSON a case, and one or two entries besides its registration.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bench.words import Words
from sync.cases.access import Role, Unit
from sync.cases.case import Attachment, Case, Classification, Milestones
from sync.cases.events import Closed, Disposed, Event, EventBody, Registered, Responded, evolve
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.wire import codec
from sync.wire.messages import CaseRecord, EventRecord

PASSWORD = "rahasia-contoh"
NOW = 1_795_500_000_000
"""2026-11-24 in the morning, Jakarta."""

TODAY = date(2026, 11, 24)

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_ONE_CASE_MS = 10 * _MINUTE_MS

PROVINCE = UnitId(1)
_AGENCIES = (
    "Dinas Perhubungan",
    "Dinas Bina Marga dan Penataan Ruang",
    "Dinas Kesehatan",
    "Dinas Pendidikan",
    "Dinas Sumber Daya Air",
    "Dinas Perumahan dan Permukiman",
    "Dinas Lingkungan Hidup",
    "Dinas Sosial",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Badan Pendapatan Daerah",
)
UNITS = (
    Unit(id=PROVINCE, name="Pemerintah Provinsi Jawa Barat", kind="provinsi"),
    *(
        Unit(
            id=UnitId(number),
            name=f"{name} Provinsi Jawa Barat",
            short_name=name,
            parent_id=PROVINCE,
        )
        for number, name in enumerate(_AGENCIES, start=2)
    ),
)
_HANDLING = [unit.id for unit in UNITS if unit.id != PROVINCE]

OFFICERS = (("petugas", Role.LIAISON, PROVINCE), ("admin", Role.AGENCY_ADMIN, PROVINCE))
"""User name, role, unit: both see every case; the liaison must not learn who is anonymous."""

_CATEGORIES = tuple(f"{area} - {kind}" for area in _AGENCIES for kind in ("Layanan", "Sarana"))
_CHANNELS = ("Website", "Mobile", "SMS", "WhatsApp", "Instagram", "Tatap Muka")
_PLACES = ("Bandung", "Bekasi", "Bogor", "Cirebon", "Depok", "Garut", "Sukabumi", "Tasikmalaya")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A case with all its events; the registration, the first one, never leaves the centre."""

    head: CaseRecord
    events: list[EventRecord]


def complaints(count: int, seed: int = 20261124) -> Iterator[Complaint]:
    """Make complaints, the oldest first; the same ones for the same count and seed."""
    words = Words(seed)
    chance = random.Random(seed + 1)
    for number in range(1, count + 1):
        registered_at = NOW - (count - number + 1) * _ONE_CASE_MS
        case = _registered(number, registered_at, words, chance)
        events = list(_history(case, words, chance))
        for event in events:
            case = evolve(case, event)
        yield Complaint(codec.case_record(case), [codec.event_record(event) for event in events])


def _registered(number: int, at: int, words: Words, chance: random.Random) -> Case:
    classification = chance.choices(
        [Classification.COMPLAINT, Classification.INFORMATION, Classification.ASPIRATION],
        weights=[85, 8, 7],
    )[0]
    return Case(
        id=CaseId(number),
        tracking_id=str(7_000_000 + number),
        unit_id=chance.choice(_HANDLING),
        institution=UNITS[0].name,
        title=words.sentence(chance.randint(5, 9)),
        text=words.text(chance.randint(64, 100)),
        classification=classification,
        category=chance.choice(_CATEGORIES),
        channel=chance.choice(_CHANNELS),
        reporter=words.name(),
        anonymous=chance.random() < 0.08,
        secret=chance.random() < 0.04,
        location=f"{words.sentence(2)}, {chance.choice(_PLACES)}",
        raw_status="Belum Ditindaklanjuti",
        attachments=tuple(
            Attachment(name=f"foto-{index}.jpg", size_bytes=chance.randint(40_000, 900_000))
            for index in range(chance.choice((0, 0, 1, 2)))
        ),
        milestones=Milestones(registered_at=at, verified_at=at + _HOUR_MS),
    )


def _history(case: Case, words: Words, chance: random.Random) -> Iterator[Event]:
    """Yield registration and disposition, and for every other case an answer or the end."""
    at = case.milestones.registered_at
    unit = UNITS[case.unit_id - 1]
    yield _event(case, 1, at, Registered(particulars={"Kanal": case.channel}))
    yield _event(case, 2, at + _HOUR_MS, Disposed(unit_id=unit.id, unit_name=unit.name))
    fate = chance.random()
    if fate < 0.5:
        return
    body = Responded if fate < 0.6 else Closed
    answer = body(text=words.text(chance.randint(25, 45)))
    yield _event(case, 3, at + chance.randint(2, 90) * _HOUR_MS // 24, answer, by=OfficerId(1))


def _event(case: Case, v: int, at: int, body: EventBody, *, by: OfficerId | None = None) -> Event:
    actor = "" if by is None else "Admin Contoh"
    return Event(case_id=case.id, v=v, at=at, body=body, actor_id=by, actor=actor)
