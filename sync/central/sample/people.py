# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented citizens and the officers of the demo; every name is a random or made-up pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from sync.cases.access import Role, Unit
from sync.cases.ids import UnitId
from sync.central.sample.bodies import Bodies
from sync.central.sample.chance import happens
from sync.central.sample.phrases import document
from sync.central.spreadsheet import ExportRow

DEMO_INSTITUTION: Final = "PT Kereta Commuter Indonesia"
"""Where the officers of the demo work."""
OPEN_STATUSES: Final = ("Terverifikasi", "Belum Ditindaklanjuti")

_ELSEWHERE: Final = (
    ("dewi", "Dewi Kusumawati", "PT Pelabuhan Indonesia II (Persero)", "Regional 2 Tanjung Priok"),
    ("rudi", "Rudi Hartanto", "PT Kereta Api Indonesia (Persero)", ""),
    ("joko", "Joko Prabowo", "PT Perusahaan Listrik Negara (Persero)", ""),
    ("fitri", "Fitri Amalia", "PT Pertamina Patra Niaga", ""),
    ("lina", "Lina Marpaung", "PT Telekomunikasi Indonesia (Persero) Tbk", ""),
    ("mega", "Mega Silalahi", "PT Bank Rakyat Indonesia (Persero) Tbk", ""),
    ("tuti", "Tuti Alawiyah", "PT Pos Indonesia (Persero)", ""),
    ("yanto", "Yanto Subagyo", "PT Jasa Marga (Persero) Tbk", ""),
    ("anton", "Anton Rumbewas", "PT ASDP Indonesia Ferry (Persero)", ""),
)
"""User name, name, institution, and the field office of a liaison; admins have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOfficer:
    """Somebody with an account in the demo."""

    username: str
    name: str
    role: Role
    unit_id: UnitId


def citizen(rng: Random) -> str:
    """A name that belongs to nobody in particular."""
    names = document("people")
    given = rng.choice(names[rng.choice(("women", "men"))])
    family = rng.choice(names["families"])
    return f"{given} {family}" if happens(rng, 90) else str(given)


def sample_staff(bodies: Bodies, rows: Sequence[ExportRow]) -> tuple[SampleOfficer, ...]:
    """The officers of the demo; sari and budi sit where most open cases of their company are."""
    company = bodies.institution(DEMO_INSTITUTION)
    desk = busiest_unit(bodies.below(company), rows)
    ministry = next(unit for unit in bodies.units if unit.kind == "kementerian")
    return (
        _officer("sari", "Sari Wulandari", Role.LIAISON, desk),
        _officer("budi", "Budi Setyawan", Role.LIAISON, desk),
        _officer("ratna", "Ratna Dewanti", Role.AGENCY_ADMIN, company),
        _officer("hendra", "Hendra Gunadi", Role.SUPERVISOR, company),
        _officer("maya", "Maya Anindita", Role.COORDINATOR, ministry),
        _officer("agus", "Agus Priyatno", Role.NATIONAL_ADMIN, ministry),
        *(
            _officer(
                username,
                name,
                Role.LIAISON if office else Role.AGENCY_ADMIN,
                bodies.unit(bodies.institution(institution), office)
                if office
                else bodies.institution(institution),
            )
            for username, name, institution, office in _ELSEWHERE
        ),
    )


def busiest_unit(units: Iterable[Unit], rows: Iterable[ExportRow]) -> Unit:
    """The unit with the most cases that nobody has acted on; the first of equals."""
    waiting = Counter(row.unit_external_id for row in rows if row.status in OPEN_STATUSES)
    return max(units, key=lambda unit: waiting[str(unit.id)])


def _officer(username: str, name: str, role: Role, unit: Unit) -> SampleOfficer:
    return SampleOfficer(username=username, name=name, role=role, unit_id=unit.id)
