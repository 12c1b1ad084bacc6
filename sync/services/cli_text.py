# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the command line prints for people: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sync.cases.commands import kind_of, words_of
from sync.cases.deadlines import Deadline, was_missed
from sync.cases.events import EventBody, FilesArrived
from sync.cases.filters import Queue
from sync.cases.projection import Delivery, TimelineEntry
from sync.cases.views import CaseRow, CaseView, Counts, LeftWork, OutboxItem
from sync.engine.status import LineUsage, SyncStatus
from sync.i18n import gettext as _
from sync.i18n import ngettext
from sync.services.profiles import Profile
from sync.services.sentences import sentence
from sync.services.terms import (
    cause_text,
    choice_text,
    clock_text,
    clock_words,
    command_text,
    delivery_text,
    departure_text,
    entry_text,
    flag_texts,
    full_classification_text,
    link_text,
    mode_text,
    queue_text,
    status_text,
)

SHORT_ID = 8
"""Characters of a command's id that are shown; enough to point at it."""


def _usage(usage: LineUsage) -> str:
    told = [mode_text(usage.mode)] if usage.chosen else [mode_text(usage.mode), _("automatic")]
    goodput = usage.estimate.down_bytes_per_s
    if goodput is not None:
        told.append(_("measured {rate} kbit/s").format(rate=f"{goodput * 8 / 1000:.0f}"))
    return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Day:
    """Today, and whether that is sure: a clock may be wrong and nobody there to say so."""

    on: date
    is_sure: bool = True

    def standing(self, due_on: date) -> str:
        """Return what is to be said beside a due day that still counts."""
        told = [_("late")] if due_on < self.on else []
        told += [] if self.is_sure else [_("not verified")]
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
        yield from aligned(
            (_("Officer"), f"{profile.display_name} ({profile.username}, {profile.server})"),
            (_("Connection"), link_text(status.link)),
            (_("Last contact"), _("never") if contact is None else self.moment(contact)),
            (_("Not sent"), status.undelivered),
            (_("Answer not known"), status.unknown),
            (_("Needs decision"), status.decisions),
            (_("Complaints here"), counts.held),
            (_("Use of the line"), _usage(status.usage)),
        )
        if status.locked:
            yield sentence("lease.over")
        if status.problem:
            yield sentence(status.problem)
        if status.clock_is_off:
            yield _clock(status)
        if not counts.day_verified:
            yield _("Deadlines are not verified: this clock was not compared with the centre yet.")
        if not (status.undelivered or status.unknown or status.decisions):
            yield _("No work is waiting on this computer.")

    def rows(self, rows: Sequence[CaseRow], today: Day) -> Iterator[str]:
        """Return one line for each case."""
        for row in rows:
            marks = [
                _("secret") if row.secret else "",
                *dict.fromkeys(delivery_text(own) for own in row.own),
                _("draft") if row.has_draft else "",
            ]
            marked = ", ".join(mark for mark in marks if mark)
            due = "" if row.due_on is None else f"{_day(row.due_on)}{today.standing(row.due_on)}"
            status = status_text(row.status, row.raw_status)
            line = f"{row.tracking_id:<10} {due:<22} {status:<22} {row.title}"
            yield f"{line} [{marked}]" if marked else line

    def case(self, view: CaseView, today: Day) -> Iterator[str]:
        """Return everything about a case."""
        case = view.case
        yield f"{case.tracking_id}  {case.title}"
        kind = full_classification_text(case.classification)
        yield f"{status_text(view.status, case.raw_status)} · {kind} · {case.category}"
        yield " › ".join(unit.name for unit in view.unit_path)
        yield _("Person in charge: {name}").format(name=view.assignee or "-")
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
            told = _("{id}  {moment}  {kind} on {number} {title}: {standing}").format(
                id=command.id[:SHORT_ID],
                moment=self.moment(command.at),
                kind=command_text(kind_of(command.body)),
                number=item.tracking_id,
                title=item.title,
                standing=delivery_text(item.standing),
            )
            yield " ".join((told, *self._receipt(item)))
            yield from (f"    {flag}" for flag in flag_texts(item.flags))
            words = words_of(command.body)
            if words:
                yield f"    {_shortened(words)}"
            if item.delivery.needs_decision:
                yield f"    {_cause(item)}"
                for event in item.newer:
                    yield from ("    " + line for line in self._entry(TimelineEntry(event=event)))
                if item.newer:
                    yield "    " + _("(read so far: --seen {version})").format(version=item.seen_v)
                for choice in item.choices:
                    yield f"    - {choice.value}: {choice_text(choice)}"

    def left_work(self, items: Sequence[LeftWork]) -> Iterator[str]:
        """Return own words on cases that left, whole: this is also what is exported."""
        for item in items:
            went = departure_text(item.reason, item.to)
            when = "" if item.left_at is None else f", {self.moment(item.left_at)}"
            stands = _("draft") if item.standing is None else delivery_text(item.standing)
            name = item.kind if item.command_id is None else item.command_id[:SHORT_ID]
            yield f"{item.tracking_id} {item.title}".strip()
            yield f"    {went}{when}"
            kind, written = command_text(item.kind), self.moment(item.written_at)
            yield f"    {kind} [{name}], {written}: {stands}"
            yield from (f"    | {line}" for line in item.words.splitlines())

    def _receipt(self, item: OutboxItem) -> Iterator[str]:
        if item.delivery is not Delivery.ACCEPTED or item.settled_at is None:
            return
        moment = self.moment(item.settled_at)
        if item.receipt:
            told = _("({moment}, receipt {number})")
            yield told.format(moment=moment, number=item.receipt)
        elif item.receipt_due:
            yield _("({moment}, receipt number follows)").format(moment=moment)

    def _entry(self, entry: TimelineEntry) -> Iterator[str]:
        event = entry.event
        kind = entry_text(event.body)
        if isinstance(event.body, FilesArrived) and event.body.lost:
            kind = _("files were lost at the centre; the computer that sent them sends them again")
        stands = "" if entry.standing is None else f" [{delivery_text(entry.standing)}]"
        who = f" — {event.actor}" if event.actor else ""
        yield f"{self.moment(event.happened_at)}  {kind}{who}{stands}"
        text = _text_of(event.body)
        if text:
            yield text


def queue_lines(counts: Counts) -> Iterator[str]:
    """Return the size of every queue."""
    for queue in Queue:
        unsure = queue.is_of_days and not counts.day_verified
        doubt = f" ({_('not verified')})" if unsure else ""
        yield f"{queue.value:<22} {queue_text(queue):<24} {counts.queues.get(queue, 0)}{doubt}"


def _deadline(deadline: Deadline, today: Day) -> str:
    told = _("Deadline, {name}: {day}").format(
        name=clock_text(deadline.clock), day=_day(deadline.due_on)
    )
    if deadline.met_on is not None:
        met = _("Met late, on {day}") if was_missed(deadline) else _("Met on {day}")
        return f"{told} ({met.format(day=_day(deadline.met_on))})"
    return told + (today.standing(deadline.due_on) if deadline.running else "")


def aligned(*facts: tuple[str, object]) -> Iterator[str]:
    """Return names and values, one below the other."""
    width = max(len(name) for name, _value in facts)
    return (f"{name:<{width}} : {value}" for name, value in facts)


def _clock(status: SyncStatus) -> str:
    title, detail = clock_words(status.clock)
    off = _duration(abs(status.server_offset_ms or 0) // 60_000)
    return f"{title.format(time=off)}. {detail}"


def _duration(minutes: int) -> str:
    hours, days = minutes // 60, minutes // 1440
    if days > 1:
        return ngettext("{count} day", "{count} days", days).format(count=days)
    if hours > 1:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def _cause(item: OutboxItem) -> str:
    """Return why an act was not accepted, and what can be done."""
    told = cause_text(item)
    advised = sentence(item.code)
    return advised if advised.startswith(told) else told[:1].upper() + told[1:] + "."


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
