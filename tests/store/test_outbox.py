# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: acts are recorded durably, listed, decided and taken back; words are never lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sync.cases.changes import ChangeSet
from sync.cases.commands import Close, Note, Respond
from sync.cases.events import CitizenReplied, Responded
from sync.cases.ids import CaseId, CommandId, DeviceId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import Draft, OutboxItem
from sync.errors import Refused, StoreUnavailable
from sync.services.casework import Casework
from sync.store.local import LocalStore
from sync.wire.messages import Verdict
from tests.support.casework import DEVICE, FOREIGN_DEVICE, OFFICER, an_actor
from tests.support.local_store import (
    NOW,
    a_head,
    a_reply,
    a_scope,
    accepted,
    act,
    an_entry,
    opened,
    sent,
)
from tests.support.plans import plan_of, statements_of

NOW_ON = date(2026, 11, 24)
CONFLICT = Verdict(
    id="c-1", verdict="conflict", code="conflict.newer-entry", choices=["edit", "resend"]
)


def by_id(store: LocalStore) -> dict[str, OutboxItem]:
    """Return the outbox by command."""
    return {item.command.id: item for item in store.outbox.items()}


def put_in_conflict(store: LocalStore) -> None:
    """Let the centre find a conflict in the first act."""
    sent(store)
    store.journal.absorb(a_reply(verdicts=[CONFLICT]), NOW)


def test_an_act_is_there_after_a_restart(folder: Path) -> None:
    """Recorded means on the disk."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store, body=Respond(text="Petugas datang besok."))
    with opened(folder) as store:
        [item] = store.outbox.items()
        assert Respond(text="Petugas datang besok.") == item.command.body
        assert (1, 1, Delivery.STORED) == (item.command.n, item.command.base_v, item.delivery)
        assert ("9000001", "Lampu jalan padam") == (item.tracking_id, item.title)


def test_recording_takes_its_draft_away(store: LocalStore) -> None:
    """The words are in one place: no longer in the draft once they are in the outbox."""
    store.drafts.save(Draft(case_id=CaseId(1), kind="note", text="Sudah ditelepon."))
    _, changes = store.outbox.record(
        Note(text="Sudah ditelepon."),
        case_id=CaseId(1),
        base_v=1,
        now=NOW,
        command_id=CommandId("c-1"),
        from_draft="note",
    )
    assert ChangeSet(cases=frozenset({CaseId(1)}), outbox=True, drafts=True) == changes
    assert store.drafts.load(CaseId(1), "note") is None
    assert not store.queue.rows([1])[0].has_draft


def test_acts_on_one_case_follow_each_other(store: LocalStore) -> None:
    """Each names the one before it, delivered or not; other cases do not matter."""
    store.journal.absorb(a_reply(a_head(2)), NOW)
    act(store, "c-1")
    act(store, "c-2", case_id=CaseId(2))
    act(store, "c-3")
    items = by_id(store)
    assert [None, None, "c-1"] == [items[id_].command.after for id_ in ("c-1", "c-2", "c-3")]
    assert [1, 2, 3] == [items[id_].command.n for id_ in ("c-1", "c-2", "c-3")]


def test_what_waits_for_a_decision_does_not_hold_new_acts_back(store: LocalStore) -> None:
    """A conflict stops only what named it before."""
    act(store, "c-1")
    put_in_conflict(store)
    act(store, "c-2")
    assert ["c-2"] == sent(store)


def test_a_broken_cache_does_not_keep_an_act_from_being_recorded(store: LocalStore) -> None:
    """Words count more than what the list shows of them."""
    with store.files.cache.outside_transaction() as cache:
        cache.execute("PRAGMA query_only = ON")
    act(store, body=Respond(text="Petugas datang besok."))
    assert Delivery.STORED is by_id(store)["c-1"].delivery


def test_undelivered_come_first_then_the_last_settled(store: LocalStore) -> None:
    """What still needs something is on top; the rest is history."""
    for number in range(1, 5):
        store.journal.absorb(a_reply(a_head(number)), NOW)
        act(store, f"c-{number}", case_id=CaseId(number))
    sent(store)
    verdicts = [accepted("c-1", 2, at=NOW + 1), accepted("c-3", 2, at=NOW + 2)]
    store.journal.absorb(a_reply(verdicts=verdicts), NOW)
    assert ["c-2", "c-4", "c-3", "c-1"] == [item.command.id for item in store.outbox.items()]


# ------------------------------------------------------------------------------------- withdrawing


def test_what_never_left_can_be_taken_back(store: LocalStore) -> None:
    """The act no longer shows or goes out; a copy of the words is kept."""
    act(store, body=Note(text="Salah kamar."))
    changes = store.outbox.withdraw(CommandId("c-1"), NOW + 1)
    assert ChangeSet(cases=frozenset({CaseId(1)}), outbox=True) == changes
    assert [] == sent(store)
    assert 0 == store.queue.rows([1])[0].pending
    [kept] = store.drafts.kept()
    assert ("Salah kamar.", "withdrawn", "9000001") == (kept.text, kept.reason, kept.tracking_id)


@pytest.mark.parametrize("answered", [False, True])
def test_what_may_have_arrived_cannot_be_taken_back(store: LocalStore, answered: bool) -> None:
    """On its way or unanswered: only the centre knows."""
    act(store)
    sent(store)
    if answered:
        store.journal.unanswered([CommandId("c-1")])
    with pytest.raises(Refused) as caught:
        store.outbox.withdraw(CommandId("c-1"), NOW)
    assert "withdraw.unknown" == caught.value.code
    assert [] == store.drafts.kept()


def test_what_is_settled_cannot_be_taken_back(store: LocalStore) -> None:
    """A fact is a fact; what was taken back is gone already."""
    act(store, "c-1")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    act(store, "c-2")
    store.outbox.withdraw(CommandId("c-2"), NOW)
    for id_ in ("c-1", "c-2"):
        with pytest.raises(Refused) as caught:
            store.outbox.withdraw(CommandId(id_), NOW)
        assert "withdraw.settled" == caught.value.code


def test_an_act_names_what_was_accepted_before_it(store: LocalStore) -> None:
    """So that a restored centre that has lost that one can tell; here it waits for nothing."""
    act(store, "c-1")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    act(store, "c-2")
    assert "c-1" == by_id(store)["c-2"].command.after
    assert not by_id(store)["c-2"].waits_for
    assert ["c-2"] == sent(store)


def test_an_act_outlives_the_copy_of_what_came_before_it(store: LocalStore) -> None:
    """Copies of what was delivered are not kept for ever; who came after it goes all the same."""
    act(store, "c-1")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    act(store, "c-2")
    with store.files.work.write() as work:
        work.exec_driver_sql("DELETE FROM commands WHERE id = 'c-1'")
    assert not by_id(store)["c-2"].waits_for
    assert ["c-2"] == sent(store)


def test_what_waited_for_a_withdrawn_act_goes_on(store: LocalStore) -> None:
    """The chain is closed around the gap."""
    for number in (1, 2, 3):
        act(store, f"c-{number}")
    store.outbox.withdraw(CommandId("c-2"), NOW)
    assert "c-1" == by_id(store)["c-3"].command.after
    store.outbox.withdraw(CommandId("c-1"), NOW)
    assert by_id(store)["c-3"].command.after is None
    assert ["c-3"] == sent(store)


# --------------------------------------------------------------------------------------- decisions


def test_a_decision_shows_what_others_did(store: LocalStore) -> None:
    """Both sides: the own words, and every foreign entry the officer had not seen."""
    act(store, body=Respond(text="Sedang kami cek."))
    put_in_conflict(store)
    newer = [
        an_entry(1, 2, Responded(text="Sudah selesai."), device=FOREIGN_DEVICE),
        an_entry(1, 3, Responded(text="Milik sendiri."), device=DEVICE, command_id="c-0"),
    ]
    act(store, "c-0", Respond(text="Milik sendiri."))
    store.journal.absorb(a_reply(a_head(v=3), events=newer), NOW)
    [item] = store.outbox.decisions()
    assert (Choice.EDIT, Choice.RESEND) == item.choices
    assert "conflict.newer-entry" == item.code
    assert [Responded(text="Sudah selesai.")] == [event.body for event in item.newer]


def test_a_decision_takes_the_place_of_what_it_resolves(store: LocalStore) -> None:
    """The old act leaves the queue with its words kept; what waited for it waits for the new."""
    act(store, "c-1", Respond(text="Versi lama."))
    sent(store)
    act(store, "c-2")
    store.journal.absorb(a_reply(verdicts=[CONFLICT]), NOW)
    act(store, "c-3", Respond(text="Versi baru."), base_v=2, resolves=CommandId("c-1"))
    items = by_id(store)
    assert Delivery.WITHDRAWN is items["c-1"].delivery
    assert (None, "c-1") == (items["c-3"].command.after, items["c-3"].command.resolves)
    assert "c-3" == items["c-2"].command.after
    assert [("Versi lama.", "replaced")] == [
        (kept.text, kept.reason) for kept in store.drafts.kept()
    ]
    assert ["c-3"] == sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-3", 3)]), NOW)
    assert ["c-2"] == sent(store)


def test_only_what_needs_a_decision_can_be_resolved(store: LocalStore) -> None:
    """Two windows may decide at once; the second is told."""
    act(store, "c-1")
    with pytest.raises(Refused) as caught:
        act(store, "c-2", resolves=CommandId("c-1"))
    assert "decision.gone" == caught.value.code
    assert ["c-1"] == list(by_id(store))


def test_counts_tell_outbox_and_decisions_apart(store: LocalStore) -> None:
    """The left pane has a number for each."""
    act(store, "c-1")
    put_in_conflict(store)
    act(store, "c-2")
    counts = store.queue.counts(NOW_ON)
    assert (1, 1) == (counts.outbox, counts.decisions)


def test_the_officer_is_the_author_of_pending_entries(store: LocalStore) -> None:
    """The timeline shows who is going to have said it."""
    act(store)
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [(OFFICER, "Budi Laksana")] == [
        (entry.event.actor_id, entry.event.actor) for entry in view.entries
    ]


def test_the_installation_keeps_its_identity(folder: Path) -> None:
    """The first identity offered is the one for good."""
    with opened(folder) as store:
        assert DeviceId("a") == store.identity.device_id(DeviceId("a"))
    with opened(folder) as store:
        assert DeviceId("a") == store.identity.device_id(DeviceId("b"))


def test_a_full_disk_refuses_the_act_and_keeps_the_draft(store: LocalStore) -> None:
    """Nothing is half recorded."""
    store.drafts.save(Draft(case_id=CaseId(1), kind="note", text="Sudah ditelepon."))
    with store.files.work.outside_transaction() as work:
        pages = work.execute("PRAGMA page_count").fetchone()[0]
        work.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable) as caught:
        act(store, body=Note(text="x" * 20_000), from_draft="note")
    assert "store.disk-full" == caught.value.code
    assert {} == by_id(store)
    assert store.drafts.load(CaseId(1), "note") is not None


def test_years_of_settled_acts_are_not_looked_through(store: LocalStore) -> None:
    """Recording, exchanging and copying what is unsent find their rows by an index."""
    store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)

    def a_day() -> None:
        act(store)
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        store.outbox.tally()
        store.unsent.read()
        store.queue.rows([CaseId(1)])
        store.left_work.count()

    steps = [
        step
        for statement, parameters in statements_of(a_day)
        if "commands" in statement and isinstance(parameters, tuple)
        for step in plan_of(store.files.work, statement, parameters)
    ]
    assert steps
    assert [] == [step for step in steps if step.startswith("SCAN c") and "INDEX" not in step]


def test_a_decision_from_another_history_claims_to_have_seen_nothing(store: LocalStore) -> None:
    """Versions begin anew at a restored centre: what is there now may be news, a citizen's too."""
    store.journal.absorb(a_reply(a_head(v=9)), NOW)
    act(store, "c-1", Close(text="Selesai."), base_v=9)
    sent(store)
    asked = Verdict(id="c-1", verdict="conflict", v=10, code="conflict.newer", choices=["resend"])
    store.journal.absorb(a_reply(verdicts=[asked]), NOW)
    store.journal.forget_cache("silsilah-2")
    news = an_entry(v=3, body=CitizenReplied(text="Masih padam."))
    store.journal.absorb(a_reply(a_head(v=3), events=[an_entry(v=2), news]), NOW)
    (item,) = store.outbox.decisions()
    assert (None, 3, [2, 3]) == (item.base, item.seen_v, [event.v for event in item.newer])
    ids = iter(["c-2"])
    casework = Casework(store, an_actor, lambda: NOW, lambda: next(ids))
    with pytest.raises(Refused, match=r"decision\.newer"):
        casework.decide(CommandId("c-1"), Choice.RESEND, seen_v=2)
    casework.decide(CommandId("c-1"), Choice.RESEND, seen_v=item.seen_v)
    (record,) = store.journal.outgoing(1_000_000, NOW)
    assert ("c-2", 3, None) == (record.id, record.base_v, record.epoch)
