# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts reach the disk while they are typed, and outlive their cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sync.cases.case import Attachment
from sync.cases.changes import ChangeSet
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from sync.store.local import LocalStore
from tests.support.local_store import NOW, a_head, a_reply, opened

FULL = Draft(
    case_id=CaseId(1),
    kind="follow_up",
    text="Tim sudah ke lokasi.",
    done_on=date(2026, 11, 23),
    next_step="Pasang lampu baru",
    next_step_on=date(2026, 11, 30),
    evidence=(Attachment(name="foto.jpg", size_bytes=12_345),),
    base_v=1,
    saved_at=NOW,
)


def test_a_draft_comes_back_whole(folder: Path) -> None:
    """Every field survives a restart."""
    with opened(folder) as store:
        store.drafts.save(FULL)
    with opened(folder) as store:
        assert FULL == store.drafts.load(CaseId(1), "follow_up")


def test_drafts_of_other_kinds_are_apart(store: LocalStore) -> None:
    """One draft of each kind for a case."""
    store.drafts.save(FULL)
    assert store.drafts.load(CaseId(1), "respond") is None
    assert store.drafts.load(CaseId(2), "follow_up") is None


def test_only_the_first_save_touches_the_lists(store: LocalStore) -> None:
    """Typing on does not make every pane read again."""
    draft = Draft(case_id=CaseId(1), kind="note", text="S")
    marked = ChangeSet(cases=frozenset({CaseId(1)}), drafts=True)
    assert marked == store.drafts.save(draft)
    assert ChangeSet(drafts=True) == store.drafts.save(
        Draft(case_id=CaseId(1), kind="note", text="Su")
    )
    assert store.queue.rows([1])[0].has_draft


def test_a_blank_draft_is_no_draft(store: LocalStore) -> None:
    """Deleting every letter takes the draft away."""
    store.drafts.save(FULL)
    changes = store.drafts.save(Draft(case_id=CaseId(1), kind="follow_up", text="  "))
    assert ChangeSet(cases=frozenset({CaseId(1)}), drafts=True) == changes
    assert store.drafts.load(CaseId(1), "follow_up") is None
    assert [] == store.drafts.kept()


def test_a_discarded_draft_is_kept_aside(store: LocalStore) -> None:
    """Words thrown away by mistake can be found again."""
    store.drafts.save(FULL)
    changes = store.drafts.discard(CaseId(1), "follow_up", NOW + 1)
    assert ChangeSet(cases=frozenset({CaseId(1)}), drafts=True) == changes
    assert store.drafts.load(CaseId(1), "follow_up") is None
    [kept] = store.drafts.kept()
    words = "Tim sudah ke lokasi.\n\nPasang lampu baru"
    assert (words, "discarded", NOW + 1) == (kept.text, kept.reason, kept.kept_at)
    assert not store.queue.rows([1])[0].has_draft


def test_discarding_nothing_changes_nothing(store: LocalStore) -> None:
    """A second click is harmless."""
    assert ChangeSet() == store.drafts.discard(CaseId(1), "note", NOW)
    assert [] == store.drafts.kept()


def test_the_queue_of_drafts_lists_cases_that_are_here(store: LocalStore) -> None:
    """A draft of a case that left is listed by the drafts, not by the queue."""
    store.journal.absorb(a_reply(a_head(2)), NOW)
    for id_ in (1, 2):
        store.drafts.save(Draft(case_id=CaseId(id_), kind="note", text="x", saved_at=id_))
    store.journal.absorb(a_reply(left=[1]), NOW)
    today = date(2026, 11, 24)
    assert [2] == list(store.queue.ids(Queue.DRAFTS, CaseFilter(), Sort.DUE, today))
    assert [(2, True), (1, False)] == [
        (listed.draft.case_id, listed.case_present) for listed in store.drafts.all()
    ]
