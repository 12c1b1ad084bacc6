# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a row of the export says about a case, as facts.

The export owns what the national system owns: particulars, disposition, status. What our officers
did (answers, assignee, next step, working state) is not in it and is never touched by it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from sync.cases.access import Unit
from sync.cases.case import Attachment, Case, Classification, Milestones, StatusMap
from sync.cases.events import Corrected, Disposed, Registered, StatusReported
from sync.cases.ids import CaseId
from sync.central.import_units import Place
from sync.central.recording import Fact, Opening
from sync.central.spreadsheet import ExportRow

_CLASSIFICATIONS = {
    "pengaduan berkadar pengawasan": Classification.SUPERVISORY,
    "pengaduan tidak berkadar pengawasan": Classification.COMPLAINT,
    "pengaduan": Classification.COMPLAINT,
    "aspirasi": Classification.ASPIRATION,
    "permintaan informasi": Classification.INFORMATION,
}
"""The present list, and the name that the version before had (domain dossier 4.4)."""


def place_of(row: ExportRow) -> Place:
    """Return where a row says that the case is."""
    return row.institution, row.unit_name, row.unit_external_id


def opening_of(
    row: ExportRow,
    unit: Unit,
    now: int,
    status_map: StatusMap,
    attachments_of: Callable[[str], tuple[Attachment, ...]],
) -> Opening:
    """Return a case as a row tells of it for the first time.

    The export says when a complaint came in, not when it was disposed or reached its status. The
    day it came in is the strictest reading, and true within a day where exports are taken in
    daily.
    """
    received_at = now if row.received_at is None else row.received_at
    facts = [Fact(body=Registered(particulars=_particulars(row)), at=received_at)]
    if row.unit_name.strip():
        facts.append(Fact(body=Disposed(unit_id=unit.id, unit_name=unit.name), at=received_at))
    if row.status:
        facts.append(Fact(body=_status(row, status_map), at=received_at))
    case = _case_of(row, unit, received_at, attachments_of(row.tracking_id))
    return Opening(case=case, facts=facts)


def _case_of(
    row: ExportRow, unit: Unit, received_at: int, attachments: tuple[Attachment, ...]
) -> Case:
    return Case(
        id=CaseId(0),
        tracking_id=row.tracking_id,
        unit_id=unit.id,
        institution=row.institution,
        title=row.title,
        text=_text(row),
        text_original=row.text_original if row.text_original != _text(row) else "",
        classification=classification_of(row.classification),
        category=row.category,
        channel=row.channel,
        reporter=row.reporter_name,
        anonymous=row.anonymous,
        secret=row.secret,
        location=_location(row),
        rating=row.rating,
        attachments=attachments,
        milestones=Milestones(registered_at=received_at),
    )


def news_of(row: ExportRow, unit: Unit, case: Case, now: int, status_map: StatusMap) -> list[Fact]:
    """Return what a row says that a known case does not have yet.

    An empty cell says nothing.
    """
    facts: list[Fact] = []
    if (corrected := _corrections(row, case)) is not None:
        facts.append(Fact(body=corrected, at=now))
    if row.unit_name.strip() and unit.id != case.unit_id:
        facts.append(Fact(body=Disposed(unit_id=unit.id, unit_name=unit.name), at=now))
    if row.status and (row.status, row.reason) != (case.raw_status, case.reason):
        facts.append(Fact(body=_status(row, status_map), at=now))
    return facts


def _status(row: ExportRow, status_map: StatusMap) -> StatusReported:
    closes = not status_map.bucket(row.status).is_open
    return StatusReported(raw_status=row.status, reason=row.reason, closes=closes)


def classification_of(name: str) -> Classification:
    """Return the classification of a name, ``OTHER`` for one that we do not know."""
    return _CLASSIFICATIONS.get(" ".join(name.split()).casefold(), Classification.OTHER)


def _corrections(row: ExportRow, case: Case) -> Corrected | None:
    said: dict[str, Any] = {
        "title": row.title or None,
        "text": _text(row) or None,
        "classification": classification_of(row.classification) if row.classification else None,
        "category": row.category or None,
        "rating": row.rating,
        "location": _location(row) or None,
        "anonymous": row.anonymous or None,
        "secret": row.secret or None,
    }
    changed = {
        name: value
        for name, value in said.items()
        if value is not None and value != getattr(case, name)
    }
    return Corrected(**changed) if changed else None


def _text(row: ExportRow) -> str:
    return row.text_final or row.text_original


def _location(row: ExportRow) -> str:
    return ", ".join(part for part in (row.village, row.district, row.city, row.province) if part)


def _particulars(row: ExportRow) -> dict[str, str]:
    named = {
        field.name: value
        for field in dataclasses.fields(row)
        if isinstance(value := getattr(row, field.name), str) and value
    }
    return named | dict(row.extra)
