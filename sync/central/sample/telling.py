# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes one planned complaint in full, as a row of the export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from sync.cases.access import Unit
from sync.central.sample.chance import draw, happens
from sync.central.sample.filing import Filing
from sync.central.sample.office_time import milliseconds
from sync.central.sample.people import citizen
from sync.central.sample.phrases import Scenario, category_ids, phrases
from sync.central.sample.places import best_match, place_for
from sync.central.sample.slots import Slots
from sync.central.sample.writing import CHANNELS, write
from sync.central.spreadsheet import ExportRow

_WAPRES: Final = "Lapor Mas Wapres"
_ANONYMOUS_PERCENT: Final = 12
_SECRET_PERCENT: Final = 2.5
_SECRET_IN_GRAVE_CASES_PERCENT: Final = 70
_RATED_PERCENT: Final = 45
_RATINGS: Final[Mapping[str, Mapping[int, float]]] = {
    "Ditutup oleh Admin": {5: 40, 4: 30, 3: 15, 2: 8, 1: 7},
    "Ditutup oleh Sistem": {5: 8, 4: 14, 3: 28, 2: 24, 1: 26},
}
"""Status -> rating -> how often; citizens like an answer better than a time limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A complaint with what its answers must agree with."""

    row: ExportRow
    filing: Filing
    scenario: Scenario
    variant: str
    slots: Slots


def tell(rng: Random, filing: Filing, *, row_number: int, tracking_id: str) -> Told:
    """Write one complaint."""
    scenario = _scenario(rng, filing)
    place = place_for(rng, filing.sector, filing.institution, filing.unit)
    slots = Slots(
        rng,
        received=filing.received,
        place=place,
        short_name=filing.institution.short_name,
        words=_words(filing),
    )
    channel = draw(rng, CHANNELS)
    writing = write(rng, filing.sector, scenario, slots, channel)
    row = ExportRow(
        row_number=row_number,
        tracking_id=tracking_id,
        received_at=milliseconds(filing.received),
        reporter_name=citizen(rng),
        title=writing.title,
        text_original=writing.original,
        text_final=writing.final,
        channel=channel,
        setwapres=channel == _WAPRES,
        province=place.province,
        city=place.city,
        district=place.district,
        village=place.village,
    )
    return Told(
        row=_classified(rng, _disposed(rng, row, filing), scenario),
        filing=filing,
        scenario=scenario,
        variant=writing.variant,
        slots=slots,
    )


def _classified(rng: Random, row: ExportRow, scenario: Scenario) -> ExportRow:
    """Add what the verifier adds, and what the citizen ticked."""
    grave = _SECRET_IN_GRAVE_CASES_PERCENT if scenario.secret else _SECRET_PERCENT
    return replace(
        row,
        classification=scenario.classification,
        category_id=category_ids()[scenario.category],
        category=scenario.category,
        anonymous=happens(rng, _ANONYMOUS_PERCENT),
        secret=happens(rng, grave),
    )


def _disposed(rng: Random, row: ExportRow, filing: Filing) -> ExportRow:
    """Add who has it, how far it is, and the agency's formal documents."""
    decree, decree_url, report_url = _decree(filing.institution)
    return replace(
        row,
        institution=filing.institution.name,
        unit_external_id=str(filing.holder.id),
        unit_name=filing.holder.name,
        status=filing.status,
        reason=_reason(rng, filing.status),
        rating=_rating(rng, filing.status),
        decree_number=decree,
        decree_url=decree_url,
        annual_report_url=report_url,
    )


def _words(filing: Filing) -> Mapping[str, tuple[str, ...]]:
    """The sector's words, with those of the institution or unit where it has its own."""
    field = filing.sector
    local = best_match(field.slots_at, f"{filing.institution.name} > {filing.unit.name}") or {}
    return {**field.slots, **local}


def _scenario(rng: Random, filing: Filing) -> Scenario:
    """Draw a trouble that this unit has, or at least its institution."""
    known = [
        scenario
        for scenario in filing.sector.scenarios
        if not scenario.institutions or filing.institution.name in scenario.institutions
    ]
    fitting = [
        scenario
        for scenario in known
        if not scenario.units or any(part in filing.unit.name for part in scenario.units)
    ]
    choices = fitting or known
    return rng.choices(choices, [scenario.weight for scenario in choices])[0]


def _reason(rng: Random, status: str) -> str:
    if status == "Tunda":
        return rng.choice(phrases("status", "tunda_reasons"))
    if status.startswith("Diarsipkan"):
        return rng.choice(phrases("status", "arsip_reasons"))
    return ""


def _rating(rng: Random, status: str) -> int | None:
    if status not in _RATINGS or not happens(rng, _RATED_PERCENT):
        return None
    return draw(rng, _RATINGS[status])


def _decree(institution: Unit) -> tuple[str, str, str]:
    """The formal documents of an agency: number of its decree, and two addresses.

    Every fourth agency has none, as evaluations keep finding.
    """
    if institution.id % 4 == 0:
        return "", "", ""
    base = f"https://dokumen.example/{institution.id}"
    return f"SK-{institution.id:03d}/HUMAS/2025", f"{base}/sk.pdf", f"{base}/laporan-tahunan.pdf"
