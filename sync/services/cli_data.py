# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the command line prints for machines: values as plain JSON values.

Instants are UTC milliseconds, days are ISO text, codes are those of the program itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from sync.cases.case import Case
from sync.cases.changes import ChangeSet
from sync.cases.commands import Command, kind_of
from sync.cases.events import Event, kind_of_fact
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.views import CaseRow, CaseView, Counts, Draft, OutboxItem
from sync.engine.status import SyncStatus
from sync.services.desk import Desk

Data = dict[str, Any]


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return a value of ours as JSON values."""
    return msgspec.to_builtins(value, str_keys=True)


def status_data(status: SyncStatus, counts: Counts) -> Data:
    """Return how things stand."""
    data: Data = plain(status)
    return data | {
        "all_delivered": status.all_delivered,
        "clock_is_off": status.clock_is_off,
        "counts": plain(counts),
    }


def row_data(row: CaseRow, *, day_verified: bool) -> Data:
    """Return one line of a list, with how many own acts wait for the line and for the officer."""
    told: Data = plain(row)
    return told | {
        "pending": row.pending,
        "decisions": row.decisions,
        "day_verified": day_verified,
    }


def case_data(view: CaseView, *, day_verified: bool, with_reporter: bool = False) -> Data:
    """Return a case with its history; who complained only when that is asked for."""
    return {
        "day_verified": day_verified,
        "case": _case(view.case, with_reporter=with_reporter),
        "status": view.status.value,
        "confirmed_v": view.confirmed.v,
        "assignee": view.assignee,
        "unit_path": [unit.name for unit in view.unit_path],
        "deadlines": plain(view.deadlines),
        "entries": [
            _event(entry.event) | {"delivery": plain(entry.delivery)} for entry in view.entries
        ],
    }


def outbox_data(item: OutboxItem) -> Data:
    """Return an act and where it stands."""
    data: Data = plain(replace(item, newer=()))
    return data | {"command": command_data(item.command), "newer": [*map(_event, item.newer)]}


def command_data(command: Command) -> Data:
    """Return an act with the name of its kind."""
    return {**plain(command), "kind": kind_of(command.body)}


def changes_data(changes: ChangeSet) -> Data:
    """Return what an act changed."""
    return {**plain(changes), "cases": sorted(changes.cases)}


def draft_data(draft: Draft) -> Data:
    """Return a draft."""
    data: Data = plain(draft)
    return data


def everything(desk: Desk, *, with_reporter: bool) -> Data:
    """Return the whole state on this computer, for backups, checks and support."""
    inbox = desk.inbox
    ids = inbox.ids(Queue.ALL, CaseFilter(), Sort.OLDEST)
    views = (inbox.case(case_id) for case_id in ids)
    return {
        "profile": {
            "id": desk.profile.id,
            "server": desk.profile.server,
            "username": desk.profile.username,
        },
        "officer": plain(replace(desk.officer, scope=type(desk.officer.scope)())),
        "today": inbox.today().isoformat(),
        "day_verified": inbox.is_day_verified(),
        "status": status_data(desk.synchronizer.status(), inbox.counts()),
        "queues": {
            queue.value: list(inbox.ids(queue, CaseFilter(), Sort.DUE))
            for queue in Queue
            if queue is not Queue.ALL
        },
        "cases": [
            case_data(view, day_verified=inbox.is_day_verified(), with_reporter=with_reporter)
            for view in views
            if view is not None
        ],
        "outbox": [outbox_data(item) for item in inbox.outbox()],
        "decisions": [outbox_data(item) for item in inbox.decisions()],
        "drafts": [draft_data(listed.draft) for listed in desk.store.drafts.all()],
        "kept": plain(desk.store.drafts.kept()),
        "left": plain(inbox.left_work()),
    }


def _case(case: Case, *, with_reporter: bool) -> Data:
    data: Data = plain(case)
    if not with_reporter:
        data.pop("reporter")
    return data


def _event(event: Event) -> Data:
    return {**plain(event), "kind": kind_of_fact(event.body)}
