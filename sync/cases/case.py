# SPDX-License-Identifier: AGPL-3.0-or-later
"""The complaint (*laporan*) as the ledger tells it. No clock, no storage, no sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sync.cases.ids import CaseId, OfficerId, UnitId


class Status(StrEnum):
    """The bucket a complaint is counted in, as dashboards name them (domain dossier 2.1)."""

    UNVERIFIED = "belum_terverifikasi"
    NOT_STARTED = "belum_ditindaklanjuti"
    IN_PROGRESS = "proses"
    AWAITING_REPORTER = "menunggu_pelapor"
    DONE = "selesai"
    POSTPONED = "tunda"
    ARCHIVED = "arsip"
    UNKNOWN = "tidak_dikenal"
    """The centre used a status that the mapping does not know; it is shown as it came."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes work."""
        return self not in {Status.DONE, Status.ARCHIVED}


class Classification(StrEnum):
    """Klasifikasi laporan; it decides how long completion may take."""

    SUPERVISORY = "pengaduan_berkadar_pengawasan"
    COMPLAINT = "pengaduan_tidak_berkadar_pengawasan"
    ASPIRATION = "aspirasi"
    INFORMATION = "permintaan_informasi"
    OTHER = "lainnya"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with the complaint or an entry.

    Attributes:
        sha256: its content, in hexadecimal; empty where only name and size are known.
        media_type: what it is said to be, such as ``image/jpeg``; empty where nobody said.
    """

    name: str
    size_bytes: int
    sha256: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The instants that deadlines are counted from; UTC milliseconds, None if not yet."""

    registered_at: int
    verified_at: int | None = None
    disposed_at: int | None = None
    """When it reached the present unit."""
    first_answer_at: int | None = None
    """First response or follow-up by the unit (a boilerplate acknowledgement counts)."""
    last_answer_at: int | None = None
    """When the citizen could read the latest response."""
    citizen_replied_at: int | None = None
    """Latest message of the citizen after the complaint itself."""
    closed_at: int | None = None
    reopened_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One complaint: the fold of all its events.

    Three columns about its state are kept apart on purpose (domain dossier 2.1 and 9.2):
    ``raw_status`` is what the national system last said, word for word; ``working`` is what our
    officers made of it, or None while nobody has acted; the bucket is derived from both.
    """

    id: CaseId
    tracking_id: str
    unit_id: UnitId
    institution: str
    title: str
    text: str
    """The text after correction by the verifier (*Isi Laporan Akhir*)."""
    text_original: str = ""
    """The citizen's own words when the verifier changed them, else empty."""
    classification: Classification
    category: str
    channel: str
    reporter: str | None
    """None where the reader may not know; empty where nobody knows."""
    anonymous: bool = False
    secret: bool = False
    location: str = ""
    raw_status: str = ""
    reason: str = ""
    """Alasan tunda/arsip, as the centre gave it."""
    working: Status | None = None
    assignee_id: OfficerId | None = None
    next_step: str = ""
    next_step_on: date | None = None
    rating: int | None = None
    attachments: tuple[Attachment, ...] = ()
    milestones: Milestones
    v: int = 0
    """How many events the centre has recorded for it."""


@dataclass(frozen=True, slots=True)
class StatusMap:
    """Which bucket each raw status of the national system belongs to; data, not code.

    Keys are compared without case and outer blanks, for exports are typed by several hands.
    """

    version: str
    buckets: dict[str, Status] = field(default_factory=dict)

    def bucket(self, raw_status: str) -> Status:
        """Return the bucket of a raw status, ``UNKNOWN`` for one that we do not know."""
        return self.buckets.get(raw_status.strip().casefold(), Status.UNKNOWN)

    def status_of(self, case: Case) -> Status:
        """Return where a case stands: what officers did outweighs what an import said."""
        return case.working if case.working is not None else self.bucket(case.raw_status)
