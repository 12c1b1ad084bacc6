# SPDX-License-Identifier: AGPL-3.0-or-later
"""How officers ask for work: queues, filters and orders, as values. No SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.cases.case import Classification
from sync.cases.ids import UnitId


class Queue(StrEnum):
    """The entries of the left pane that list cases."""

    NOT_STARTED = "belum_ditindaklanjuti"
    DUE_SOON = "jatuh_tempo"
    """Due within two working days and not late."""
    OVERDUE = "terlambat"
    IN_PROGRESS = "sedang_diproses"
    AWAITING_REPORTER = "menunggu_pelapor"
    DONE = "selesai"
    MINE = "ditugaskan_ke_saya"
    DRAFTS = "draf"
    """Cases with words that were typed and not sent."""
    FLAGGED = "ditandai"
    """Cases with facts that the centre applied and flagged, which nobody else has looked at."""
    ALL = "semua"

    @property
    def is_of_days(self) -> bool:
        """Whether it depends on what day it is which cases are in it."""
        return self in {Queue.DUE_SOON, Queue.OVERDUE}


class Sort(StrEnum):
    """Orders of the list; ties are broken by newest first."""

    DUE = "tenggat_terdekat"
    NEWEST = "terbaru"
    OLDEST = "terlama"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What narrows a queue; empty fields do not.

    Attributes:
        text: full-text query; each word must occur, the last as a prefix.
    """

    text: str = ""
    unit_id: UnitId | None = None
    classification: Classification | None = None
    channel: str = ""
    secret_only: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == CaseFilter()
