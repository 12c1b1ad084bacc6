# SPDX-License-Identifier: AGPL-3.0-or-later
"""An own act whose fact comes before its verdict: accepted at once, and its number asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.commands import Note, Respond
from sync.cases.events import Noted, Responded
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from sync.store.local import LocalStore
from sync.wire.messages import Verdict
from tests.support.local_store import (
    NOW,
    a_head,
    a_reply,
    a_scope,
    act,
    an_entry,
    opened,
    sent,
)


def deliveries(store: LocalStore) -> dict[str, Delivery]:
    """Return where every act stands."""
    return {item.command.id: item.delivery for item in store.outbox.items()}


def test_a_fact_that_overtakes_its_verdict_is_shown_once(store: LocalStore) -> None:
    """The answer was lost, but the effect came with the next page."""
    act(store, body=Respond(text="Terima kasih."))
    sent(store)
    store.journal.unanswered([CommandId("c-1")])
    fact = an_entry(1, body=Responded(text="Terima kasih."), command_id="c-1")
    store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [None] == [entry.delivery for entry in view.entries]
    assert 0 == store.queue.rows([1])[0].pending
    [item] = store.outbox.items()
    assert (Delivery.ACCEPTED, "", True) == (item.delivery, item.receipt, item.receipt_due)
    assert (fact.at, 0) == (item.settled_at, store.outbox.tally().undelivered)


@pytest.mark.parametrize("how", ["stored", "sending", "unknown", "conflict", "withdrawn"])
def test_what_became_a_fact_is_accepted_whatever_it_was(store: LocalStore, how: str) -> None:
    """Another copy of the files, a courier or a restored backup may have brought it there."""
    act(store, body=Note(text="Sudah ditelepon."))
    if how not in {"stored", "withdrawn"}:
        sent(store)
    if how == "unknown":
        store.journal.unanswered([CommandId("c-1")])
    if how == "conflict":
        told = Verdict(id="c-1", verdict="conflict", code="conflict.newer-entry", choices=["edit"])
        store.journal.absorb(a_reply(verdicts=[told]), NOW)
    if how == "withdrawn":
        store.outbox.withdraw(CommandId("c-1"), NOW)
    fact = an_entry(1, body=Noted(text="Sudah ditelepon."), command_id="c-1")
    changes = store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
    [item] = store.outbox.items()
    assert (Delivery.ACCEPTED, "", (), True) == (
        item.delivery,
        item.code,
        item.choices,
        changes.outbox,
    )


def test_the_number_of_a_receipt_is_asked_for_and_not_invented(store: LocalStore) -> None:
    """Under the same id, while the act is called accepted all along."""
    act(store, body=Note(text="Sudah ditelepon."))
    sent(store)
    fact = an_entry(1, body=Noted(text="Sudah ditelepon."), command_id="c-1")
    store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
    assert ["c-1"] == sent(store)
    assert {"c-1": Delivery.ACCEPTED} == deliveries(store)
    store.journal.unanswered([CommandId("c-1")])
    assert {"c-1": Delivery.ACCEPTED} == deliveries(store)
    told = Verdict(id="c-1", verdict="accepted", receipt="2026-0000007", v=2, seq=7, at=fact.at)
    store.journal.absorb(a_reply(verdicts=[told]), NOW)
    [item] = store.outbox.items()
    assert ("2026-0000007", fact.at, False) == (item.receipt, item.settled_at, item.receipt_due)
    assert [] == sent(store)


def test_nothing_takes_a_fact_back(store: LocalStore) -> None:
    """A centre that will not name the receipt is not asked for ever, and is not believed else."""
    act(store, body=Note(text="Sudah ditelepon."))
    sent(store)
    fact = an_entry(1, body=Noted(text="Sudah ditelepon."), command_id="c-1")
    store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
    refusal = Verdict(id="c-1", verdict="rejected", code="refused.id-reused")
    store.journal.absorb(a_reply(verdicts=[refusal]), NOW)
    [item] = store.outbox.items()
    assert (Delivery.ACCEPTED, "", False) == (item.delivery, item.code, item.receipt_due)
    assert [] == sent(store)


def test_an_act_that_an_older_program_left_unknown_beside_its_fact_is_accepted(
    folder: Path,
) -> None:
    """Or one that came back with an older copy of the work file: at the next start."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store, body=Note(text="Sudah ditelepon."))
        sent(store)
        fact = an_entry(1, body=Noted(text="Sudah ditelepon."), command_id="c-1")
        store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
        with store.files.work.write() as work:
            work.exec_driver_sql("UPDATE commands SET delivery = 'unknown', receipt_due = 0")
    with opened(folder) as store:
        store.journal.recover()
        assert {"c-1": Delivery.ACCEPTED} == deliveries(store)
