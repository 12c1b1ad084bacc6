# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the lists show of a case: the confirmed facts with the officer's own work folded in.

The shown columns of the cache are a function of its confirmed columns and of the work file, and
this is that function. Whoever changes either side calls :func:`reproject` under the cache's write
lock; since it reads the work file there and then, the last caller leaves the truth, whatever
order two threads came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from sync.cases.case import Case
from sync.cases.deadlines import next_due_on
from sync.cases.ids import OfficerId
from sync.cases.projection import Delivery, PendingCommand, Standing, TimelineEntry, with_pending
from sync.cases.rulebook import Rulebook
from sync.errors import StoreUnavailable
from sync.store.engine import fetch
from sync.store.files import Files
from sync.store.identity import officer_of
from sync.store.records import (
    COMMAND_FIELDS,
    EVENT_FIELDS,
    MAX_EVENTS,
    command_of,
    event_record_of,
    json_text,
    json_value,
    read_cases,
)
from sync.wire.codec import case_from, classification_from, status_from
from sync.wire.messages import CaseRecord, EventRecord

Shown = tuple[str, int | None, str | None, int | None, int, int, bool]
"""Status, due day (ordinal), clock, assignee, pending, decisions, has draft: columns in order."""


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """A command that may still shape what is shown, and where the centre put it."""

    pending: PendingCommand
    verdict_v: int

    def is_reached(self, v: int) -> bool:
        """Whether a case at this version contains what the centre accepted."""
        return self.pending.delivery is Delivery.ACCEPTED and v >= self.verdict_v


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """The officer's side of some cases, read from the work file at one instant.

    ``delivered`` in its methods are the ids of commands that the cache holds as facts already,
    whatever the work file has heard of them: an answer may be lost and its effect still come.
    """

    commands: Mapping[int, Sequence[OwnCommand]]
    drafted: frozenset[int]
    officer_id: OfficerId
    officer: str

    def pending(self, case: Case, delivered: Collection[str]) -> list[PendingCommand]:
        """Return the commands that are not among the case's confirmed facts yet."""
        return [
            own.pending
            for own in self.commands.get(case.id, ())
            if own.pending.command.id not in delivered and not own.is_reached(case.v)
        ]

    def fold(
        self, case: Case, delivered: Collection[str]
    ) -> tuple[Case, tuple[TimelineEntry, ...]]:
        """Return the case as it will be, and its entries that are not confirmed yet."""
        return with_pending(case, self.pending(case, delivered), self.officer_id, self.officer)


_OWN_COMMANDS = f"""
    SELECT {", ".join(COMMAND_FIELDS)}, delivery, verdict_v, flags, sent_at,
        courier_at
    FROM commands WHERE overlay = 1
"""  # noqa: S608 - names of ours
_DRAFTED = "SELECT DISTINCT case_id FROM drafts WHERE true"


def read_own_work(work: sa.Connection, case_ids: Iterable[int] | None = None) -> OwnWork:
    """Read the officer's side of these cases, or of all."""
    # One text with "or all" in it would keep SQLite from using an index for some.
    among = "" if case_ids is None else " AND case_id IN (SELECT value FROM json_each(?))"
    wanted = () if case_ids is None else (json_text(list(case_ids)),)
    rows = fetch(work, f"{_OWN_COMMANDS}{among} ORDER BY case_id, n", wanted)
    drafted = fetch(work, f"{_DRAFTED}{among}", wanted)
    officer = officer_of(work)
    commands: dict[int, list[OwnCommand]] = defaultdict(list)
    for *fields, delivery, verdict_v, flags, sent_at, courier_at in rows:
        standing = Standing.of(Delivery(delivery), sent_at, courier_at)
        pending = PendingCommand(
            command=command_of(fields),
            delivery=standing.delivery,
            flags=tuple(json_value(flags)) if flags else (),
            by_courier=standing.by_courier,
        )
        commands[pending.command.case_id].append(OwnCommand(pending, verdict_v))
    return OwnWork(
        commands=commands,
        drafted=frozenset(case_id for (case_id,) in drafted),
        officer_id=OfficerId(0 if officer is None else officer.id),
        officer="" if officer is None else officer.name,
    )


def delivered_ids(cache: sa.Connection, case_ids: Collection[int]) -> set[str]:
    """Return the ids of commands that became facts of these cases."""
    if not case_ids:
        return set()
    rows = fetch(
        cache,
        "SELECT command_id FROM json_each(?1) AS own JOIN events"
        " ON events.id >= own.value * ?2 AND events.id < (own.value + 1) * ?2"
        " WHERE command_id IS NOT NULL",
        (json_text(list(case_ids)), MAX_EVENTS),
    )
    return {command_id for (command_id,) in rows}


def own_facts(cache: sa.Connection, own: OwnWork) -> list[EventRecord]:
    """Return the facts here that the officer's commands became."""
    columns = ", ".join(EVENT_FIELDS)
    ids = [item.pending.command.id for items in own.commands.values() for item in items]
    rows = cache.exec_driver_sql(
        f"SELECT {columns} FROM json_each(?1) AS own JOIN events"  # noqa: S608 - names of ours
        " ON events.id >= own.value * ?2 AND events.id < (own.value + 1) * ?2"
        " WHERE command_id IN (SELECT value FROM json_each(?3))",
        (json_text(list(own.commands)), MAX_EVENTS, json_text(ids)),
    )
    return [event_record_of(row) for row in rows]


def arrived(own: OwnWork, cache: sa.Connection) -> set[str]:
    """Return the ids of the officer's commands that the cache tells of already."""
    delivered = delivered_ids(cache, own.commands.keys())
    rows = cache.exec_driver_sql(
        "SELECT id, v FROM cases WHERE id IN (SELECT value FROM json_each(?))",
        (json_text(list(own.commands)),),
    )
    versions: dict[int, int] = dict(rows.all())
    return {
        item.pending.command.id
        for case_id, items in own.commands.items()
        for item in items
        if item.pending.command.id in delivered or item.is_reached(versions.get(case_id, -1))
    }


def unreached(work: sa.Connection, cache: sa.Connection) -> set[str]:
    """Return the ids of accepted commands that are not folded in and lie ahead of the cache."""
    rows = work.exec_driver_sql(
        "SELECT id, case_id, verdict_v FROM commands WHERE delivery = 'accepted' AND overlay = 0"
    ).all()
    found = cache.exec_driver_sql(
        "SELECT id, v FROM cases WHERE id IN (SELECT value FROM json_each(?))",
        (json_text([row.case_id for row in rows]),),
    )
    versions: dict[int, int] = dict(found.all())
    return {row.id for row in rows if row.verdict_v > versions.get(row.case_id, row.verdict_v)}


class Projector:
    """Computes shown columns; remembers the buckets of status names it has met."""

    def __init__(self, rulebook: Rulebook, own: OwnWork) -> None:
        self._rulebook = rulebook
        self._own = own
        self._buckets: dict[str, str] = {}

    def of_record(self, record: CaseRecord, delivered: Collection[str]) -> Shown:
        """Return the shown columns of a case as it comes from the wire."""
        if record.id in self._own.commands:
            return self.of_case(case_from(record), delivered)
        return self._bare(record)

    def of_case(self, case: Case, delivered: Collection[str]) -> Shown:
        """Return the shown columns of a case with the officer's commands folded in."""
        shown, entries = self._own.fold(case, delivered)
        status = self._rulebook.status_map.status_of(shown)
        marks = shown.milestones
        due, clock = next_due_on(
            self._rulebook,
            status,
            shown.classification,
            registered_at=marks.registered_at,
            verified_at=marks.verified_at,
            disposed_at=marks.disposed_at,
            first_answer_at=marks.first_answer_at,
            reopened_at=marks.reopened_at,
        )
        deliveries = [entry.delivery for entry in entries if entry.delivery is not None]
        return (
            status.value,
            due,
            None if clock is None else clock.value,
            shown.assignee_id,
            sum(delivery.is_pending for delivery in deliveries),
            sum(delivery.needs_decision for delivery in deliveries),
            case.id in self._own.drafted,
        )

    def _bare(self, record: CaseRecord) -> Shown:
        """Do the same without commands, by the hundred thousand."""
        status = status_from(record.working or self._bucket(record.raw_status))
        due, clock = next_due_on(
            self._rulebook,
            status,
            classification_from(record.classification),
            registered_at=record.registered_at,
            verified_at=record.verified_at,
            disposed_at=record.disposed_at,
            first_answer_at=record.first_answer_at,
            reopened_at=record.reopened_at,
        )
        clock_name = None if clock is None else clock.value
        has_draft = record.id in self._own.drafted
        return (status.value, due, clock_name, record.assignee_id, 0, 0, has_draft)

    def _bucket(self, raw_status: str) -> str:
        bucket = self._buckets.get(raw_status)
        if bucket is None:
            bucket = self._rulebook.status_map.bucket(raw_status).value
            self._buckets[raw_status] = bucket
        return bucket


def reproject(cache: sa.Connection, files: Files, case_ids: Collection[int]) -> None:
    """Bring the shown columns of these cases up to date, inside the cache's transaction."""
    if not case_ids:
        return
    with files.work.read() as work:
        own = read_own_work(work, case_ids)
    projector = Projector(files.rulebook, own)
    delivered = delivered_ids(cache, own.commands.keys())
    rows = [(*projector.of_case(case, delivered), case.id) for case in read_cases(cache, case_ids)]
    if rows:
        cache.exec_driver_sql(
            "UPDATE cases SET shown_status = ?, shown_due = ?, shown_clock = ?,"
            " shown_assignee = ?, pending = ?, decisions = ?, has_draft = ? WHERE id = ?",
            rows,
        )


def show(files: Files, case_id: int) -> None:
    """Bring a case's shown columns up to date after the work file was written.

    What the officer did is on the disk by then, so a cache that cannot be written is no reason
    to say otherwise; what it shows is made good when it can be written again.
    """
    files.stale.add(case_id)
    owed = frozenset(files.stale)
    with suppress(StoreUnavailable):
        with files.cache.write() as cache:
            reproject(cache, files, owed)
        files.stale.difference_update(owed)
