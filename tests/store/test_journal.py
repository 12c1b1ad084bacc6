# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: what the centre says goes in, what the officer did goes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.case import Status
from sync.cases.changes import ChangeSet
from sync.cases.commands import Assign, Close, Note, Respond
from sync.cases.events import Closed, Noted, Responded
from sync.cases.ids import CaseId, CommandId, OfficerId
from sync.cases.projection import Delivery
from sync.cases.views import Draft, OutboxItem
from sync.errors import SyncError, SyncErrorKind
from sync.store.local import LocalStore
from sync.wire.messages import Verdict
from tests.support.casework import OFFICER, OTHER_UNIT, UNIT
from tests.support.local_store import (
    NOW,
    a_head,
    a_reply,
    a_scope,
    accepted,
    act,
    an_entry,
    copied,
    opened,
    rows_of,
    sent,
    shown_rows,
)


def deliveries(store: LocalStore) -> dict[str, Delivery]:
    """Return where every act stands."""
    return {item.command.id: item.delivery for item in store.outbox.items()}


def shown_status(store: LocalStore) -> Status:
    """Return where the first case stands in the lists."""
    return store.queue.rows([CaseId(1)])[0].status


# ------------------------------------------------------------------------------------- what comes


def test_a_page_is_there_with_its_cursor(store: LocalStore) -> None:
    """Heads, facts and the cursor come in together."""
    changes = store.journal.absorb(a_reply(a_head(2, v=2), events=[an_entry(2)], cursor="k9"), NOW)
    view = store.cases.view(CaseId(2))
    assert view is not None
    assert [Responded(text="Sudah kami tangani.")] == [entry.event.body for entry in view.entries]
    assert "k9" == store.journal.cursor()
    assert ChangeSet(cases=frozenset({CaseId(2)})) == changes


def test_the_same_page_twice_changes_nothing(store: LocalStore) -> None:
    """A page whose answer was lost may come again."""
    page = a_reply(a_head(2, v=3), events=[an_entry(2), an_entry(2, 3)])
    store.journal.absorb(page, NOW)
    before = shown_rows(store), rows_of(store.files.cache, "SELECT * FROM events")
    store.journal.absorb(page, NOW)
    assert before == (shown_rows(store), rows_of(store.files.cache, "SELECT * FROM events"))


def test_an_older_page_does_not_undo_a_newer_one(store: LocalStore) -> None:
    """Pages that were overtaken, by courier or by a repeated request, change nothing."""
    newer = a_reply(a_head(2, v=3, title="Baru"), events=[an_entry(2), an_entry(2, 3)])
    store.journal.absorb(newer, NOW)
    store.journal.absorb(a_reply(a_head(2, v=2, title="Lama"), events=[an_entry(2)]), NOW)
    assert "Baru" == store.queue.rows([CaseId(2)])[0].title
    assert [] == store.journal.wanted()


def test_a_case_with_a_gap_in_its_facts_is_asked_for(store: LocalStore) -> None:
    """Facts 2 to v must be here; the registration stays at the centre."""
    store.journal.absorb(a_reply(a_head(2, v=4), events=[an_entry(2), an_entry(2, 4)]), NOW)
    assert [2] == store.journal.wanted()
    store.journal.absorb(a_reply(a_head(2, v=4), events=[an_entry(2, 3)]), NOW)
    assert [] == store.journal.wanted()


def test_facts_of_an_unknown_case_are_not_kept_but_asked_for(store: LocalStore) -> None:
    """No entry is ever without its case."""
    store.journal.absorb(a_reply(events=[an_entry(77)]), NOW)
    assert [] == rows_of(store.files.cache, "SELECT * FROM events")
    assert [77] == store.journal.wanted()
    store.journal.absorb(a_reply(left=[77]), NOW)
    assert [] == store.journal.wanted()


def test_facts_without_a_head_are_added_to_the_case(store: LocalStore) -> None:
    """A case that is here may get entries only."""
    store.journal.absorb(a_reply(events=[an_entry(1, body=Noted(text="Rapat Senin."))]), NOW)
    assert [CaseId(1)] == store.search.search("senin")


def test_numbers_that_no_column_can_hold_are_refused(store: LocalStore) -> None:
    """A broken centre does not become a crash."""
    for page in (
        a_reply(a_head(1 << 63)),
        a_reply(a_head(2), events=[an_entry(2, 1 << 20)]),
        a_reply(a_head(2), events=[an_entry(2, 0)]),
        a_reply(copied(a_head(2), next_step_on="besok")),
        a_reply(cursor=None, more=True),
    ):
        with pytest.raises(SyncError) as caught:
            store.journal.absorb(page, NOW)
        assert SyncErrorKind.MALFORMED == caught.value.kind
    assert [] == store.queue.rows([2])


def test_facts_of_a_newer_centre_are_kept_and_do_not_hurt(store: LocalStore) -> None:
    """An unknown kind of fact is only named, but the program that knows it will find it."""
    unknown = copied(an_entry(1), kind="melted")
    store.journal.absorb(a_reply(a_head(v=3), events=[unknown, an_entry(1, 3)]), NOW)
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [2, 3] == [entry.event.v for entry in view.entries]
    assert [("melted",), ("responded",)] == rows_of(
        store.files.cache, "SELECT kind FROM events ORDER BY v"
    )


def test_a_fact_that_cannot_be_read_hides_neither_case_nor_decisions(store: LocalStore) -> None:
    """A known kind whose body has a value of a newer centre is shown as a new kind is."""
    strange = copied(an_entry(1), kind="corrected", data={"classification": "baru-sekali"})
    act(store, base_v=1)
    sent(store)
    conflict = Verdict(id="c-1", verdict="conflict", code="conflict.newer-entry")
    page = a_reply(a_head(v=3), events=[strange, an_entry(1, 3)], verdicts=[conflict])
    store.journal.absorb(page, NOW)
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [2, 3] == [entry.event.v for entry in view.entries if entry.delivery is None]
    [decision] = store.outbox.decisions()
    assert [2, 3] == [event.v for event in decision.newer]


def test_a_large_page_does_not_name_its_cases(store: LocalStore) -> None:
    """Panes are told that much changed, not a thousand names."""
    changes = store.journal.absorb(a_reply(*(a_head(id_) for id_ in range(1, 600))), NOW)
    assert ChangeSet(many=True) == changes


def test_the_scope_replaces_reference_data_and_officer(store: LocalStore) -> None:
    """Units, colleagues and the officer's own rights come with the scope."""
    changes = store.journal.absorb(a_reply(scope=a_scope(UNIT, OTHER_UNIT, people=[])), NOW)
    assert changes.reference
    assert [] == store.cases.people()
    actor = store.identity.actor()
    assert actor is not None
    assert {UNIT, OTHER_UNIT} == actor.scope.handles


# ------------------------------------------------------------------------------------- what leaves


def test_a_case_that_leaves_is_gone_and_own_words_stay(store: LocalStore) -> None:
    """Drafts and commands outlive their case, with its name."""
    act(store)
    store.drafts.save(Draft(case_id=CaseId(1), kind="respond", text="Belum selesai"))
    changes = store.journal.absorb(a_reply(left=[1]), NOW)
    assert ChangeSet(cases=frozenset({CaseId(1)}), outbox=True, drafts=True) == changes
    assert store.cases.view(CaseId(1)) is None
    assert [] == store.search.search("padam")
    [item] = store.outbox.items()
    [draft] = store.drafts.all()
    assert ("9000001", "Lampu jalan padam", False) == (
        item.tracking_id,
        item.title,
        item.case_present,
    )
    assert ("9000001", False) == (draft.tracking_id, draft.case_present)


def test_work_on_a_case_that_left_is_sent_all_the_same(store: LocalStore) -> None:
    """The centre decides about it, not this computer."""
    act(store)
    store.journal.absorb(a_reply(left=[1]), NOW)
    assert ["c-1"] == sent(store)


def test_a_case_that_comes_back_shows_own_work_again(store: LocalStore) -> None:
    """Leaving and returning loses nothing."""
    act(store, body=Respond(text="Terima kasih."))
    store.journal.absorb(a_reply(left=[1]), NOW)
    store.journal.absorb(a_reply(a_head()), NOW)
    assert 1 == store.queue.rows([1])[0].pending
    assert Status.AWAITING_REPORTER == shown_status(store)


def test_cases_outside_a_smaller_scope_leave(store: LocalStore) -> None:
    """Losing a unit is as if every one of its cases had left."""
    everything = a_scope(everything=True)
    store.journal.absorb(a_reply(a_head(2, unit_id=OTHER_UNIT), scope=everything), NOW)
    changes = store.journal.absorb(a_reply(scope=a_scope(UNIT)), NOW)
    assert frozenset({CaseId(2)}) == changes.cases
    assert [1] == [row.id for row in store.queue.rows([1, 2])]


def test_another_history_empties_the_cache_only(store: LocalStore) -> None:
    """After a restored centre everything is fetched again; own work stays."""
    act(store)
    assert store.journal.forget_cache("silsilah-2").many
    assert ("silsilah-2", None) == (store.journal.epoch(), store.journal.cursor())
    assert 0 == len(rows_of(store.files.cache, "SELECT * FROM cases"))
    assert [] == store.search.search("padam")
    assert {"c-1": Delivery.STORED} == deliveries(store)


def test_what_a_restored_centre_may_have_lost_is_sent_again(store: LocalStore) -> None:
    """Accepted lately counts as unanswered, and what waited for it goes with it."""
    month_ms = 31 * 86_400_000
    for id_, at in (("c-old", NOW - month_ms), ("c-1", NOW)):
        act(store, id_)
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted(id_, 2, at=at)]), NOW)
    store.journal.forget_cache("silsilah-1")
    assert [] == sent(store)
    changes = store.journal.forget_cache("silsilah-2")
    assert (True, True) == (changes.outbox, changes.touches(CaseId(1)))
    assert {"c-old": Delivery.ACCEPTED, "c-1": Delivery.UNKNOWN} == deliveries(store)
    assert ["c-1"] == sent(store)


def test_a_lost_cache_does_not_hide_that_the_centre_was_restored(folder: Path) -> None:
    """The work file remembers the history, so what may have been lost is asked for all the same."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store)
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (folder / name).unlink(missing_ok=True)
    with opened(folder) as store:
        assert store.journal.epoch() is None
        store.journal.forget_cache("silsilah-2")
        assert ["c-1"] == sent(store)


# ---------------------------------------------------------------------------------- what goes out


def test_a_command_names_the_own_acts_that_its_base_does_not_cover(store: LocalStore) -> None:
    """Undelivered ones and accepted ones behind the base; not what the officer saw as a fact."""
    act(store, "c-1")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    act(store, "c-2")
    act(store, "c-3", base_v=2)
    act(store, "c-4", case_id=CaseId(2))
    own = {record.id: record.own for record in store.journal.outgoing(1_000_000, NOW)}
    assert {"c-2": ["c-1"], "c-3": ["c-2"], "c-4": []} == own


def test_commands_go_in_order_and_are_marked_first(store: LocalStore) -> None:
    """What leaves is on the disk as being sent."""
    act(store, "c-1")
    act(store, "c-2")
    assert ["c-1", "c-2"] == sent(store)
    assert {"c-1": Delivery.SENDING, "c-2": Delivery.SENDING} == deliveries(store)
    assert [] == sent(store)


def test_a_small_limit_still_lets_one_through(store: LocalStore) -> None:
    """A long answer is sent however bad the line is."""
    act(store, "c-1", Note(text="x" * 5_000))
    act(store, "c-2", case_id=CaseId(2))
    assert ["c-1"] == [record.id for record in store.journal.outgoing(100, NOW)]
    assert ["c-2"] == [record.id for record in store.journal.outgoing(100, NOW)]


def test_a_command_waits_for_a_predecessor_that_needs_a_decision(store: LocalStore) -> None:
    """Order holds on one case, and other cases never wait."""
    store.journal.absorb(a_reply(a_head(2)), NOW)
    act(store, "c-1")
    sent(store)
    act(store, "c-2")
    act(store, "c-3", case_id=CaseId(2))
    conflict = Verdict(id="c-1", verdict="conflict", code="conflict.newer-entry")
    store.journal.absorb(a_reply(verdicts=[conflict]), NOW)
    assert ["c-3"] == sent(store)
    waiting = {item.command.id: item.waits_for for item in store.outbox.items()}
    assert {"c-1": False, "c-2": True, "c-3": False} == waiting


def test_what_is_doubtful_is_asked_about_whatever_became_of_its_predecessor(
    store: LocalStore,
) -> None:
    """A restored centre may refuse the first of two; only it can say what it has of the second."""
    store.journal.forget_cache("silsilah-1")
    store.journal.absorb(a_reply(a_head()), NOW)
    act(store, "c-1")
    act(store, "c-2")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2), accepted("c-2", 3)]), NOW)
    store.journal.forget_cache("silsilah-2")
    sent(store)
    conflict = Verdict(id="c-1", verdict="conflict", code="conflict.newer-entry")
    store.journal.absorb(a_reply(verdicts=[conflict]), NOW)
    store.journal.unanswered([CommandId("c-2")])
    assert ["c-2"] == sent(store)


def test_a_command_goes_after_its_accepted_predecessor(store: LocalStore) -> None:
    """An accepted predecessor is no obstacle."""
    act(store, "c-1")
    sent(store)
    act(store, "c-2")
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    assert ["c-2"] == sent(store)


def test_no_answer_makes_the_outcome_unknown_for_good(store: LocalStore) -> None:
    """Once it may have arrived, a later attempt that failed early does not clear the doubt."""
    act(store)
    sent(store)
    changes = store.journal.unanswered([CommandId("c-1")])
    assert ChangeSet(cases=frozenset({CaseId(1)}), outbox=True) == changes
    assert {"c-1": Delivery.UNKNOWN} == deliveries(store)
    assert ["c-1"] == sent(store)
    store.journal.not_sent([CommandId("c-1")])
    assert {"c-1": Delivery.UNKNOWN} == deliveries(store)


def test_what_did_not_leave_is_stored_as_before(store: LocalStore) -> None:
    """No connection: nothing happened."""
    act(store)
    sent(store)
    store.journal.not_sent([CommandId("c-1")])
    assert {"c-1": Delivery.STORED} == deliveries(store)


def test_a_reply_leaves_alone_what_it_does_not_decide(store: LocalStore) -> None:
    """Another program may be sending it just now: only the sender knows how that attempt ends.

    Were it called stored, it could be taken back while the centre accepts it.
    """
    act(store, "c-1")
    act(store, "c-2")
    sent(store)
    store.journal.absorb(a_reply(verdicts=[Verdict(id="c-1", verdict="retry")]), NOW)
    assert {"c-1": Delivery.SENDING, "c-2": Delivery.SENDING} == deliveries(store)


def test_verdicts_are_written_down(store: LocalStore) -> None:
    """Receipt, time, code and choices are kept for the outbox."""
    for id_ in ("c-1", "c-2"):
        act(store, id_, Close(text="Selesai."))
    sent(store)
    refusal = Verdict(
        id="c-2", verdict="rejected", code="refused.status", choices=["edit", "unheard-of"]
    )
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2, at=NOW + 5), refusal]), NOW)
    items: dict[str, OutboxItem] = {item.command.id: item for item in store.outbox.items()}
    assert ("2026-0000002", NOW + 5) == (items["c-1"].receipt, items["c-1"].settled_at)
    assert ("refused.status", ("edit",)) == (items["c-2"].code, items["c-2"].choices)
    assert NOW == items["c-2"].settled_at


def test_a_final_verdict_is_not_overwritten(store: LocalStore) -> None:
    """Verdicts may come twice, by two roads; the first stands."""
    act(store)
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    store.journal.absorb(a_reply(verdicts=[Verdict(id="c-1", verdict="conflict")]), NOW)
    assert {"c-1": Delivery.ACCEPTED} == deliveries(store)


def test_a_verdict_on_a_command_of_nobody_is_ignored(store: LocalStore) -> None:
    """A restored profile may hear of what it does not remember."""
    assert not store.journal.absorb(a_reply(verdicts=[accepted("asing", 2)]), NOW)


# ------------------------------------------------------------------------------------ never back


def test_an_accepted_answer_does_not_flicker_back(store: LocalStore) -> None:
    """Between the verdict and the fact the lists go on showing what was done."""
    act(store, body=Respond(text="Terima kasih."))
    seen = [shown_status(store)]
    sent(store)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
    seen.append(shown_status(store))
    head = a_head(v=2, working=Status.AWAITING_REPORTER, last_answer_at=NOW)
    fact = an_entry(1, body=Responded(text="Terima kasih."), command_id="c-1")
    store.journal.absorb(a_reply(head, events=[fact]), NOW)
    seen.append(shown_status(store))
    assert [Status.AWAITING_REPORTER] * 3 == seen
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [None] == [entry.delivery for entry in view.entries]


def test_a_wish_that_was_so_already_leaves_the_overlay(store: LocalStore) -> None:
    """Accepted without a fact: the case as it is contains it."""
    act(store, body=Assign(officer_id=OFFICER))
    sent(store)
    store.journal.absorb(a_reply(a_head(assignee_id=OFFICER)), NOW)
    store.journal.absorb(a_reply(verdicts=[accepted("c-1", 1, noop=True)]), NOW)
    store.journal.absorb(a_reply(a_head(v=2, assignee_id=OfficerId(71)), events=[an_entry()]), NOW)
    assert OfficerId(71) == store.queue.rows([1])[0].assignee_id


def test_a_conflict_is_shown_but_does_not_change_the_state(store: LocalStore) -> None:
    """The centre said that it is otherwise."""
    act(store, body=Close(text="Selesai."))
    assert Status.DONE == shown_status(store)
    sent(store)
    conflict = Verdict(id="c-1", verdict="conflict", code="conflict.newer-entry")
    store.journal.absorb(a_reply(verdicts=[conflict]), NOW)
    row = store.queue.rows([1])[0]
    assert (Status.NOT_STARTED, 0, 1) == (row.status, row.pending, row.decisions)


# ----------------------------------------------------------------------------------- after a crash


def test_what_was_being_sent_when_the_program_died_is_unknown(folder: Path) -> None:
    """It may have arrived; only the centre can tell."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store)
        sent(store)
    with opened(folder) as store:
        assert {"c-1": Delivery.UNKNOWN} == deliveries(store)


def test_a_crash_between_the_files_is_made_good(folder: Path) -> None:
    """The command is on the disk although the lists had not heard of it."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store, body=Close(text="Selesai."))
        expected = shown_rows(store)
        with store.files.cache.write() as cache:
            cache.exec_driver_sql(
                "UPDATE cases SET shown_status = 'belum_ditindaklanjuti', pending = 0"
            )
    with opened(folder) as store:
        assert expected == shown_rows(store)


def test_an_accepted_act_is_shown_although_the_cache_has_lost_its_fact(folder: Path) -> None:
    """Power that fails takes the last commits of the cache, not those of the work file."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        act(store, body=Close(text="Selesai."))
        sent(store)
        store.journal.absorb(a_reply(verdicts=[accepted("c-1", 2)]), NOW)
        store.files.cache.checkpoint()
        before = (folder / "cache.db").read_bytes()
        fact = an_entry(1, 2, Closed(text="Selesai."), command_id="c-1")
        store.journal.absorb(a_reply(a_head(v=2), events=[fact]), NOW)
        store.journal.recover()
    (folder / "cache.db").write_bytes(before)
    with opened(folder) as store:
        view = store.cases.view(CaseId(1))
        assert view is not None
        assert ["c-1"] == [entry.event.command_id for entry in view.entries]
        assert Status.DONE is view.status is shown_status(store)


def test_a_first_load_may_be_cut_and_goes_on(folder: Path) -> None:
    """Searching works during, between and after the pages of a first load."""
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(1), scope=a_scope(), more=True), NOW)
        assert [CaseId(1)] == store.search.search("padam")
    with opened(folder) as store:
        store.journal.absorb(a_reply(a_head(2), more=True), NOW)
        store.journal.absorb(a_reply(a_head(3)), NOW)
        assert [3, 2, 1] == store.search.search("padam")
        while store.upkeep.gather_words() is not None:
            pass
        assert [("1",)] == rows_of(
            store.files.cache, "SELECT count(DISTINCT segid) || '' FROM case_words_idx"
        )
