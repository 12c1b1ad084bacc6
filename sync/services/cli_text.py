# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the command line prints for people: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sync.cases.commands import kind_of, words_of
from sync.cases.deadlines import Deadline
from sync.cases.events import EventBody, FilesArrived, kind_of_fact
from sync.cases.projection import TimelineEntry
from sync.cases.views import CaseRow, CaseView, Counts, LeftWork, OutboxItem
from sync.engine.budget import LineMode
from sync.engine.status import LineUsage, SyncStatus
from sync.services.profiles import Profile
from sync.services.wording import (
    CHOICES,
    CLASSIFICATIONS,
    CLOCKS,
    CLOCKS_WRONG,
    COMMANDS,
    DELIVERIES,
    DEPARTURES,
    ENTRIES,
    FILES_LOST,
    LINKS,
    QUEUES,
    STATUSES,
    UNKNOWN_COMMAND,
    UNKNOWN_ENTRY,
    cause,
    sentence,
)

SHORT_ID = 8
"""Characters of a command's id that are shown; enough to point at it."""


_MODES = {
    LineMode.FULL: "penuh",
    LineMode.LEAN: "hemat",
    LineMode.TEXT_ONLY: "teks saja",
    LineMode.OFF: "hanya bila diminta",
}


def _usage(usage: LineUsage) -> str:
    chosen = "" if usage.chosen else " (otomatis)"
    goodput = usage.estimate.down_bytes_per_s
    measured = "" if goodput is None else f", terukur {goodput * 8 / 1000:.0f} kbit/detik"
    return f"{_MODES[usage.mode]}{chosen}{measured}"


@dataclass(frozen=True, slots=True)
class Day:
    """Today, and whether that is sure: a clock may be wrong and nobody there to say so."""

    on: date
    is_sure: bool = True

    def standing(self, due_on: date) -> str:
        """Return what is to be said beside a due day that still counts."""
        told = ["terlambat"] if due_on < self.on else []
        told += [] if self.is_sure else ["belum diverifikasi"]
        return f" ({', '.join(told)})" if told else ""


class Texts:
    """Writes values as text.

    Args:
        zone: where the reader is; None for the zone of this computer.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def moment(self, at: int) -> str:
        """Return "24-11-2026 09.14"."""
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone)
        return local.strftime("%d-%m-%Y %H.%M")

    def status(self, profile: Profile, status: SyncStatus, counts: Counts) -> Iterator[str]:
        """Tell how things truly stand."""
        contact = status.last_contact_at
        yield f"Petugas          : {profile.display_name} ({profile.username}, {profile.server})"
        yield f"Sambungan        : {LINKS[status.link]}"
        yield f"Kontak terakhir  : {'belum pernah' if contact is None else self.moment(contact)}"
        yield f"Belum terkirim   : {status.undelivered}"
        yield f"Menunggu jawaban : {status.unknown}"
        yield f"Perlu keputusan  : {status.decisions}"
        yield f"Laporan di sini  : {counts.held}"
        yield f"Pemakaian jalur  : {_usage(status.usage)}"
        if status.locked:
            yield sentence("lease.over")
        if status.problem:
            yield f"Masalah          : {sentence(status.problem)}"
        if status.clock_is_off:
            yield CLOCKS_WRONG[status.clock]
        if not counts.day_verified:
            yield "Tenggat belum diverifikasi: jam komputer ini belum dicocokkan dengan pusat."
        if not (status.undelivered or status.unknown or status.decisions):
            yield "Tidak ada pekerjaan yang menunggu di komputer ini."

    def rows(self, rows: Sequence[CaseRow], today: Day) -> Iterator[str]:
        """Return one line for each case."""
        for row in rows:
            marks = [
                "rahasia" if row.secret else "",
                *dict.fromkeys(DELIVERIES[own.delivery] for own in row.own),
                "draf" if row.has_draft else "",
            ]
            marked = ", ".join(mark for mark in marks if mark)
            due = "" if row.due_on is None else f"{_day(row.due_on)}{today.standing(row.due_on)}"
            line = f"{row.tracking_id:<10} {due:<22} {STATUSES[row.status]:<22} {row.title}"
            yield f"{line} [{marked}]" if marked else line

    def case(self, view: CaseView, today: Day) -> Iterator[str]:
        """Return everything about a case."""
        case = view.case
        yield f"{case.tracking_id}  {case.title}"
        yield f"{STATUSES[view.status]} · {CLASSIFICATIONS[case.classification]} · {case.category}"
        yield " › ".join(unit.name for unit in view.unit_path)
        yield f"Ditugaskan kepada: {view.assignee or '-'}"
        for deadline in view.deadlines:
            yield _deadline(deadline, today)
        yield ""
        yield case.text
        for entry in view.entries:
            yield ""
            yield from self._entry(entry)

    def outbox(self, items: Sequence[OutboxItem]) -> Iterator[str]:
        """Return one act after the other, with what may be done about it."""
        for item in items:
            command = item.command
            kind = COMMANDS.get(kind_of(command.body), UNKNOWN_COMMAND)
            stands = DELIVERIES[item.delivery]
            receipt = f" (no. {item.receipt})" if item.receipt else ""
            yield (
                f"{command.id[:SHORT_ID]}  {self.moment(command.at)}  {kind} pada"
                f" {item.tracking_id} {item.title}: {stands}{receipt}"
            )
            words = words_of(command.body)
            if words:
                yield f"    {_shortened(words)}"
            if item.delivery.needs_decision:
                yield f"    {cause(item.code, item.why)}"
                for event in item.newer:
                    yield from ("    " + line for line in self._entry(TimelineEntry(event=event)))
                if item.newer:
                    yield f"    (sudah dibaca: --seen {item.seen_v})"
                for choice in item.choices:
                    yield f"    - {choice.value}: {CHOICES[choice]}"

    def left_work(self, items: Sequence[LeftWork]) -> Iterator[str]:
        """Return own words on cases that left, whole: this is also what is exported."""
        for item in items:
            went = DEPARTURES.get(item.reason, "tidak ada lagi di komputer ini")
            to = f" ({item.to})" if item.to else ""
            when = "" if item.left_at is None else f" pada {self.moment(item.left_at)}"
            stands = "draf" if item.delivery is None else DELIVERIES[item.delivery]
            name = item.kind if item.command_id is None else item.command_id[:SHORT_ID]
            yield f"{item.tracking_id} {item.title}".strip()
            yield f"    {went}{to}{when}"
            yield f"    {COMMANDS[item.kind]} [{name}], {self.moment(item.written_at)}: {stands}"
            yield from (f"    | {line}" for line in item.words.splitlines())

    def _entry(self, entry: TimelineEntry) -> Iterator[str]:
        event = entry.event
        kind = ENTRIES.get(kind_of_fact(event.body), UNKNOWN_ENTRY)
        if isinstance(event.body, FilesArrived) and event.body.lost:
            kind = FILES_LOST
        stands = "" if entry.delivery is None else f" [{DELIVERIES[entry.delivery]}]"
        who = f" — {event.actor}" if event.actor else ""
        yield f"{self.moment(event.happened_at)}  {kind}{who}{stands}"
        text = _text_of(event.body)
        if text:
            yield text


def queue_lines(counts: Counts) -> Iterator[str]:
    """Return the size of every queue."""
    for queue, name in QUEUES.items():
        doubt = " (belum diverifikasi)" if queue.is_of_days and not counts.day_verified else ""
        yield f"{queue.value:<22} {name:<24} {counts.queues.get(queue, 0)}{doubt}"


def _deadline(deadline: Deadline, today: Day) -> str:
    name = CLOCKS[deadline.clock]
    if deadline.met_on is not None:
        return f"Tenggat {name}: {_day(deadline.due_on)}, terpenuhi {_day(deadline.met_on)}"
    late = today.standing(deadline.due_on) if deadline.running else ""
    return f"Tenggat {name}: {_day(deadline.due_on)}{late}"


def _day(day: date) -> str:
    return day.strftime("%d-%m-%Y")


def _shortened(text: str, length: int = 72) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _text_of(body: EventBody) -> str:
    words = (str(getattr(body, name, "")) for name in ("text", "reason", "label"))
    return next(filter(None, words), "") or _particulars(body)


def _particulars(body: EventBody) -> str:
    for name in ("officer_name", "unit_name", "raw_status"):
        if value := getattr(body, name, ""):
            return str(value)
    return ""
