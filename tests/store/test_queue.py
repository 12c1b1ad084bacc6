# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queues: numbers, orders and filters, against the same asked of plain Python; query plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.case import Classification, Status
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.cases.views import CaseRow, Draft
from sync.store.local import LocalStore
from sync.wire.messages import CaseRecord, UnitRecord
from tests.support.casework import DAY_MS, OFFICER, OTHER_UNIT, REGISTERED_AT, STATUS_MAP, UNIT
from tests.support.local_store import NOW, RULEBOOK, a_head, a_reply, a_scope, act
from tests.support.plans import plan_of, statements_of

TODAY = date(2026, 11, 24)

heads = st.builds(
    a_head,
    st.integers(1, 20),
    raw_status=st.sampled_from(["Aneh", *STATUS_MAP.buckets]),
    registered_at=st.integers(0, 20).map(lambda days: REGISTERED_AT + days * DAY_MS),
    classification=st.sampled_from(Classification),
    channel=st.sampled_from(["Web", "SMS"]),
    unit_id=st.sampled_from([UNIT, OTHER_UNIT]),
    assignee_id=st.sampled_from([None, OFFICER, OfficerId(71)]),
    secret=st.booleans(),
    title=st.sampled_from(["Lampu jalan padam", "Jalan rusak", "Air keruh"]),
)
filters = st.builds(
    CaseFilter,
    text=st.sampled_from(["", "jalan", "air ker", "9000001"]),
    unit_id=st.sampled_from([None, UNIT, OTHER_UNIT]),
    classification=st.one_of(st.none(), st.sampled_from(Classification)),
    channel=st.sampled_from(["", "Web"]),
    secret_only=st.booleans(),
)


STATUS_OF = {
    Queue.NOT_STARTED: Status.NOT_STARTED,
    Queue.IN_PROGRESS: Status.IN_PROGRESS,
    Queue.AWAITING_REPORTER: Status.AWAITING_REPORTER,
    Queue.DONE: Status.DONE,
}


def in_queue(queue: Queue, row: CaseRow) -> bool:
    """Say the same as the queue, in other words."""
    soon = date.fromordinal(RULEBOOK.calendar.add_to_ordinal(TODAY.toordinal(), 2))
    match queue:
        case Queue.DUE_SOON:
            return row.due_on is not None and TODAY <= row.due_on <= soon
        case Queue.OVERDUE:
            return row.due_on is not None and row.due_on < TODAY
        case Queue.MINE:
            return row.assignee_id == OFFICER and row.status.is_open
        case Queue.DRAFTS:
            return row.has_draft
        case Queue.FLAGGED:
            return False  # without events nothing is flagged; test_one_truth.py has flagged ones
        case Queue.ALL:
            return True
        case _:
            return row.status is STATUS_OF[queue]


def passes(narrowed: CaseFilter, row: CaseRow) -> bool:
    """Say the same as the filter, in other words."""
    text = f"{row.tracking_id} {row.title} lampu jalan di depan pasar padam".lower()
    return (
        all(word in text for word in narrowed.text.split())
        and narrowed.unit_id in {None, row.unit_id}
        and narrowed.classification in {None, row.classification}
        and narrowed.channel in {"", row.channel}
        and (row.secret or not narrowed.secret_only)
    )


LARGE = [queue for queue in Queue if queue not in {Queue.MINE, Queue.DRAFTS, Queue.FLAGGED}]
SORT_KEYS: dict[Sort, Callable[[CaseRow], Any]] = {
    Sort.NEWEST: lambda row: (-row.registered_at, -row.id),
    Sort.OLDEST: lambda row: (row.registered_at, row.id),
    Sort.DUE: lambda row: (row.due_on or date.max, -row.registered_at, -row.id),
}


@given(
    records=st.lists(heads, max_size=12, unique_by=lambda head: head.id),
    queue=st.sampled_from(Queue),
    narrowed=filters,
    sort=st.sampled_from(Sort),
    drafted=st.integers(1, 12),
)
def test_any_list_is_what_plain_python_says(
    lasting_store: LocalStore,
    records: list[CaseRecord],
    queue: Queue,
    narrowed: CaseFilter,
    sort: Sort,
    drafted: int,
) -> None:
    """Queue, filter and order agree with their definitions, and counts with the lists."""
    store = lasting_store
    everything = a_scope(everything=True, units=[])
    store.journal.absorb(a_reply(*records, scope=everything), NOW)
    store.drafts.save(Draft(case_id=CaseId(drafted), kind="note", text="x"))
    rows = store.queue.rows([record.id for record in records])
    expected = [row for row in rows if in_queue(queue, row) and passes(narrowed, row)]
    ids = store.queue.ids(queue, narrowed, sort, TODAY)
    assert [row.id for row in sorted(expected, key=SORT_KEYS[sort])] == list(ids)
    counts = store.queue.counts(TODAY)
    assert {q: sum(in_queue(q, row) for row in rows) for q in Queue} == counts.queues
    assert len(records) == counts.held
    store.drafts.discard(CaseId(drafted), "note", NOW)
    store.journal.forget_cache("x")


def test_rows_come_in_the_order_asked_without_those_that_left(store: LocalStore) -> None:
    """A window of ids may name a case that is gone."""
    store.journal.absorb(a_reply(a_head(2), a_head(3)), NOW)
    assert [3, 1] == [row.id for row in store.queue.rows([3, 404, 1])]


def test_a_unit_narrows_to_its_branch(store: LocalStore) -> None:
    """Units below are part of a unit."""
    units = [
        UnitRecord(UNIT, "Divisi", "", "unit", None, None),
        UnitRecord(50, "Subdivisi", "", "unit", UNIT, None),
    ]
    page = a_reply(a_head(2, unit_id=UnitId(50)), scope=a_scope(UNIT, 50, units=units))
    store.journal.absorb(page, NOW)
    by_unit = {
        unit: list(store.queue.ids(Queue.ALL, CaseFilter(unit_id=UnitId(unit)), Sort.OLDEST, TODAY))
        for unit in (UNIT, 50)
    }
    assert {UNIT: [1, 2], 50: [2]} == by_unit


def test_soon_means_two_working_days(store: LocalStore) -> None:
    """A weekend in between does not count."""
    due_on = store.queue.rows([1])[0].due_on
    assert due_on is not None
    queues = {
        days: [
            queue
            for queue in (Queue.DUE_SOON, Queue.OVERDUE)
            if store.queue.counts(due_on + timedelta(days)).queues[queue]
        ]
        for days in range(-6, 2)
    }
    assert date(2026, 11, 6) == due_on  # a Friday
    expected: dict[int, list[Queue]] = {-6: [], -5: [], -4: [], -3: []}
    expected |= {-2: [Queue.DUE_SOON], -1: [Queue.DUE_SOON], 0: [Queue.DUE_SOON]}
    assert expected | {1: [Queue.OVERDUE]} == queues


def test_many_text_hits_are_filtered_like_few(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of narrowing by text give the same list."""
    store.journal.absorb(a_reply(a_head(2, title="Air keruh", text="Bau."), a_head(3)), NOW)
    narrowed = CaseFilter(text="padam")
    few = store.queue.ids(Queue.ALL, narrowed, Sort.NEWEST, TODAY)
    monkeypatch.setattr("sync.store.queue._FEW", 0)
    assert [3, 1] == list(few)
    assert few == store.queue.ids(Queue.ALL, narrowed, Sort.NEWEST, TODAY)


def test_before_the_first_sign_in_nothing_is_mine(tmp_path: Path, store: LocalStore) -> None:
    """Nobody is no officer: unassigned cases are not mine."""
    with store.files.work.write() as work:
        work.exec_driver_sql("DELETE FROM meta WHERE name = 'officer'")
    assert 0 == store.queue.counts(TODAY).queues[Queue.MINE]
    assert [] == list(store.queue.ids(Queue.MINE, CaseFilter(), Sort.DUE, TODAY))


def test_own_work_moves_a_case_between_queues_at_once(store: LocalStore) -> None:
    """What was recorded here counts before the centre has heard of it."""
    before = store.queue.counts(TODAY).queues
    act(store)
    assert before == store.queue.counts(TODAY).queues
    store.journal.absorb(a_reply(a_head(assignee_id=OFFICER, raw_status="Proses")), NOW)
    after = store.queue.counts(TODAY).queues
    assert (1, 0, 1, 1) == (
        before[Queue.NOT_STARTED],
        after[Queue.NOT_STARTED],
        after[Queue.IN_PROGRESS],
        after[Queue.MINE],
    )


@pytest.mark.parametrize("narrowed", [CaseFilter(), CaseFilter(channel="Web", secret_only=True)])
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("queue", LARGE)
def test_lists_never_touch_the_wide_rows(
    store: LocalStore, queue: Queue, sort: Sort, narrowed: CaseFilter
) -> None:
    """Every list comes from covering indices; only the few that are the officer's are looked up."""
    statements = statements_of(
        lambda: store.queue.ids(queue, narrowed, sort, TODAY)
    ) + statements_of(lambda: store.queue.counts(TODAY))
    plans = [
        (statement, step)
        for statement, parameters in statements
        if "FROM cases" in statement and "shown_assignee" not in statement
        for step in plan_of(store.files.cache, statement, parameters)
        if " cases" in step
    ]
    assert plans
    assert [] == [plan for plan in plans if "USING COVERING INDEX" not in plan[1]]


@pytest.mark.parametrize("queue", [Queue.ALL, Queue.NOT_STARTED, Queue.OVERDUE])
def test_the_order_by_deadline_needs_no_sort(store: LocalStore, queue: Queue) -> None:
    """The usual list is a walk along an index."""
    statements = statements_of(lambda: store.queue.ids(queue, CaseFilter(), Sort.DUE, TODAY))
    steps = [
        step
        for statement, parameters in statements
        if "ORDER BY shown_due" in statement
        for step in plan_of(store.files.cache, statement, parameters)
    ]
    assert steps
    assert [] == [step for step in steps if "TEMP B-TREE" in step]
