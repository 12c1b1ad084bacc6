# SPDX-License-Identifier: AGPL-3.0-or-later
"""An invented unit with about two hundred complaints, the same in every run; values only."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sync.cases.access import Actor, Role, Scope, Unit
from sync.cases.case import Attachment, Case, Classification, Milestones
from sync.cases.events import (
    Assigned,
    CitizenReplied,
    Closed,
    Disposed,
    Event,
    EventBody,
    FollowedUp,
    Noted,
    Responded,
    StatusReported,
    evolve,
)
from sync.cases.ids import CaseId, DeviceId, OfficerId, UnitId
from sync.cases.views import Person

WIB = UTC
_OFFSET_MS = 7 * 3_600_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

UNIT = UnitId(30102)
UNITS = (
    Unit(id=UnitId(1), name="Kementerian Badan Usaha Milik Negara", short_name="KemenBUMN"),
    Unit(
        id=UnitId(137),
        name="PT Kereta Api Indonesia (Persero)",
        short_name="KAI",
        kind="bumn",
        coordinated_by=UnitId(1),
    ),
    Unit(
        id=UnitId(301),
        name="PT Kereta Commuter Indonesia",
        short_name="KAI Commuter",
        kind="anak_perusahaan",
        coordinated_by=UnitId(137),
    ),
    Unit(id=UNIT, name="Area Bogor", parent_id=UnitId(301)),
)
OFFICER = Actor(
    id=OfficerId(11),
    name="Sari Wulandari",
    role=Role.LIAISON,
    unit_id=UNIT,
    scope=Scope(handles=frozenset({UNIT})),
)
COLLEAGUE = OfficerId(12)
PEOPLE = tuple(
    Person(id=OfficerId(number), name=name, role=Role.LIAISON, unit_id=UNIT)
    for number, name in ((11, "Sari Wulandari"), (12, "Budi Santoso"), (13, "Maya Lestari"))
)
_ELSEWHERE = DeviceId("pusat")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> int:
    """Return a moment of 2026 in Western Indonesian Time as UTC milliseconds."""
    local = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    return int(local.timestamp() * 1000) - _OFFSET_MS


NOW = at(24, 8, 33)


@dataclass(slots=True)
class History:
    """A case under construction: what the centre has, and the facts that led there."""

    case: Case
    events: list[Event] = field(default_factory=list)

    def add(self, body: EventBody, happened_at: int, actor: str = "", officer: int = 0) -> History:
        """Add one more fact."""
        event = Event(
            case_id=self.case.id,
            v=self.case.v + 1,
            at=happened_at,
            body=body,
            actor=actor,
            actor_id=OfficerId(officer) if officer else None,
            device=_ELSEWHERE,
        )
        self.events.append(event)
        self.case = evolve(self.case, event)
        return self


_TOPICS = (
    ("Eskalator Stasiun {place} mati sejak Senin", "Sarana stasiun", Classification.COMPLAINT),
    (
        "Minta jadwal KRL tambahan saat libur Natal",
        "Perjalanan kereta",
        Classification.INFORMATION,
    ),
    (
        "Petugas tidak membantu penumpang kursi roda di Stasiun {place}",
        "Pelayanan petugas",
        Classification.COMPLAINT,
    ),
    (
        "Usul gerbong khusus perempuan di jalur Rangkasbitung",
        "Perjalanan kereta",
        Classification.ASPIRATION,
    ),
    (
        "Pengembalian dana tiket yang dibatalkan belum diterima",
        "Tiket & pembayaran",
        Classification.COMPLAINT,
    ),
    (
        "AC gerbong 4 KA 1234 tidak dingin setiap pagi",
        "Sarana kereta",
        Classification.COMPLAINT,
    ),
    (
        "Parkir sepeda motor Stasiun {place} tidak aman",
        "Sarana stasiun",
        Classification.COMPLAINT,
    ),
    (
        "Dugaan pungutan liar di loket Stasiun {place}",
        "Pelayanan petugas",
        Classification.SUPERVISORY,
    ),
    ("Toilet Stasiun {place} kotor dan tidak ada air", "Sarana stasiun", Classification.COMPLAINT),
)
_PLACES = ("Manggarai", "Bogor", "Cilebut", "Bojong Gede", "Depok Baru", "Citayam", "Nambo")
_CHANNELS = ("Web", "Aplikasi", "SMS 1708", "X @lapor1708", "Surat", "Loket")
_NAMES = ("Rina A.", "Dewi K.", "Agus P.", "Tono S.", "Lina M.", "", "Yusuf H.")


def histories() -> Iterator[History]:
    """Return every case, the one of the mockups first."""
    yield _double_charge()
    yield _broken_escalator()
    chance = random.Random(1708)
    for number in range(200):
        yield _invented(number, chance)


def _double_charge() -> History:
    case = Case(
        id=CaseId(1),
        tracking_id="4021902",
        unit_id=UnitId(301),
        institution="PT Kereta Commuter Indonesia",
        title="Kartu Multi Trip terpotong dua kali di Stasiun Bogor",
        text=(
            "Saldo kartu terpotong dua kali saat tap keluar pukul 07.52. Petugas mencatat nomor "
            "kartu. Mohon saldo dikembalikan."
        ),
        text_original=(
            "saldo kartu kepotong 2x pas tap keluar jam 07.52 petugas udah catat no kartu. "
            "tolong balikin saldonya"
        ),
        classification=Classification.COMPLAINT,
        category="Tiket & pembayaran",
        channel="Loket",
        reporter="Rina A. · 0812-xxxx-771",
        location="Stasiun Bogor, Kota Bogor",
        raw_status="Terverifikasi",
        attachments=(
            Attachment(name="struk.jpg", size_bytes=412_000),
            Attachment(name="kartu.jpg", size_bytes=1_260_000),
        ),
        milestones=Milestones(registered_at=at(19, 9, 14), verified_at=at(19, 10, 40)),
    )
    history = History(case)
    note = "Mohon dicek dengan penyedia gerbang elektronik."
    history.add(
        Disposed(unit_id=UNIT, unit_name="Area Bogor", note=note), at(19, 11, 2), "Admin KAI"
    )
    history.add(
        Assigned(officer_id=OFFICER.id, officer_name=OFFICER.name), at(19, 13), "Budi S.", 12
    )
    words = "Kamera pintu 3 sudah dicek, penumpang memang tap dua kali karena mesin lambat."
    return history.add(Noted(text=words), at(20, 15, 40), "Budi Santoso", 12)


def _broken_escalator() -> History:
    case = Case(
        id=CaseId(2),
        tracking_id="4021877",
        unit_id=UNIT,
        institution="PT Kereta Commuter Indonesia",
        title="Eskalator Stasiun Manggarai mati sejak Senin",
        text="Eskalator peron 10 mati sejak Senin pagi. Orang tua saya kesulitan naik.",
        classification=Classification.COMPLAINT,
        category="Sarana stasiun",
        channel="Web",
        reporter=None,
        anonymous=True,
        location="Stasiun Manggarai, Jakarta Selatan",
        raw_status="Ditanggapi oleh Pelapor",
        milestones=Milestones(
            registered_at=at(12, 6, 30), verified_at=at(12, 8), disposed_at=at(13, 9)
        ),
    )
    history = History(case)
    done = FollowedUp(
        text="Teknisi mengganti rantai penggerak; suku cadang kedua dipesan.",
        done_on=date(2026, 11, 17),
        evidence=(Attachment(name="foto-perbaikan.jpg", size_bytes=2_310_000),),
        next_step="Pasang suku cadang",
        next_step_on=date(2026, 11, 25),
    )
    history.add(done, at(17, 14, 5), "Budi Santoso", 12)
    answer = "Kami mohon maaf. Eskalator sedang diperbaiki dan diperkirakan berfungsi 25 November."
    history.add(Responded(text=answer), at(17, 16, 20), OFFICER.name, 11)
    return history.add(
        CitizenReplied(text="Sisi timur masih mati. Mohon dicek lagi."), at(23, 18, 5)
    )


def _invented(number: int, chance: random.Random) -> History:
    title, category, classification = _TOPICS[number % len(_TOPICS)]
    place = chance.choice(_PLACES)
    registered_at = NOW - chance.randrange(2 * HOUR_MS, 24 * DAY_MS)
    anonymous = chance.random() < 0.12
    case = Case(
        id=CaseId(100 + number),
        tracking_id=str(4_021_700 - number * 7),
        unit_id=UNIT,
        institution="PT Kereta Commuter Indonesia",
        title=title.format(place=place),
        text=f"{title.format(place=place)}. Kejadian berulang, mohon ditindaklanjuti segera.",
        classification=classification,
        category=category,
        channel=chance.choice(_CHANNELS),
        reporter=None if anonymous else chance.choice(_NAMES),
        anonymous=anonymous,
        secret=chance.random() < 0.06,
        location=f"Stasiun {place}",
        raw_status="Terverifikasi",
        milestones=Milestones(
            registered_at=registered_at,
            verified_at=registered_at + HOUR_MS,
            disposed_at=registered_at + 2 * HOUR_MS,
        ),
    )
    history = History(case)
    for body in _what_followed(chance):
        history.add(body, registered_at + len(history.events) * HOUR_MS, "Budi Santoso", 12)
    return history


def _what_followed(chance: random.Random) -> list[EventBody]:
    done_on = (datetime.fromtimestamp(NOW / 1000, WIB) - timedelta(days=1)).date()
    work = FollowedUp(text="Sudah dikoordinasikan dengan petugas lapangan.", done_on=done_on)
    answer = Responded(text="Terima kasih, laporan Anda sudah kami tangani.")
    stage = chance.random()
    if stage < 0.35:
        return []
    if stage < 0.6:
        return [work]
    if stage < 0.75:
        return [work, answer]
    if stage < 0.8:
        return [StatusReported(raw_status="Menunggu Klarifikasi Internal")]
    return [work, answer, Closed(text="Laporan kami tutup. Terima kasih.")]
