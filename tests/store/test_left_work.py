# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a case leaves, the officer's own words stay, with its number, why it left and where to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.commands import HandOver, Respond
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import Absence, Draft, LeftWork
from sync.store.local import LocalStore
from sync.wire.messages import LeaveRecord, Verdict
from tests.support.casework import OTHER_UNIT
from tests.support.local_store import (
    NOW,
    a_head,
    a_reply,
    a_scope,
    act,
    copied,
    opened,
    rows_of,
    sent,
)

DAY_MS = 86_400_000
WORDS = "Kabel sudah kami ganti."


def typed(store: LocalStore, case_id: int = 1, text: str = WORDS) -> None:
    """Type an answer and do not send it."""
    store.drafts.save(
        Draft(case_id=CaseId(case_id), kind="respond", text=text, base_v=1, saved_at=NOW)
    )


def only(store: LocalStore) -> LeftWork:
    """Return the one thing that was left behind."""
    [item] = store.left_work.items()
    return item


@pytest.fixture
def store(folder: Path, store: LocalStore) -> LocalStore:
    """A store that holds two cases and knows of no others."""
    store.journal.forget_cache("silsilah-1")
    store.journal.absorb(a_reply(a_head(), a_head(2), scope=a_scope()), NOW)
    return store


def test_a_draft_on_a_case_that_left_is_still_to_be_found(store: LocalStore) -> None:
    """With number, title, reason, the office that has it now, and when."""
    typed(store)
    assert [] == store.left_work.items()
    store.journal.absorb(a_reply(left=[1], now=NOW + 5), NOW)
    item = only(store)
    assert (WORDS, "9000001", "Lampu jalan padam") == (item.words, item.tracking_id, item.title)
    assert ("transferred", "Dinas Lain", NOW + 5) == (item.reason, item.to, item.left_at)
    assert (Choice.HAND_OVER, Choice.WITHDRAW) == item.choices
    assert 1 == store.left_work.count()


def test_words_typed_just_after_the_case_left_keep_its_number(store: LocalStore) -> None:
    """The last keystrokes reach the disk when the case is gone already."""
    store.journal.absorb(a_reply(left=[1]), NOW)
    typed(store)
    assert ("9000001", "Dinas Lain") == (only(store).tracking_id, only(store).to)


def test_a_lost_unit_is_told_as_such(store: LocalStore) -> None:
    """The case did not go anywhere; the officer did."""
    typed(store)
    store.journal.absorb(a_reply(scope=a_scope(OTHER_UNIT)), NOW)
    assert ("scope", "") == (only(store).reason, only(store).to)


def test_back_again_is_an_ordinary_draft_again(store: LocalStore) -> None:
    """The case returns; nothing is left behind any more, and the words are where they were."""
    typed(store)
    store.journal.absorb(a_reply(left=[1]), NOW)
    store.journal.absorb(a_reply(a_head()), NOW)
    assert ([], 0) == (store.left_work.items(), store.left_work.count())
    draft = store.drafts.load(CaseId(1), "respond")
    assert WORDS == (draft and draft.text)
    assert store.queue.rows([1])[0].has_draft


def test_a_case_told_in_the_page_that_takes_it_away_is_here(store: LocalStore) -> None:
    """Out and back within one page: the last word counts."""
    typed(store)
    gone = [LeaveRecord(case_id=1, reason="disposed", to="Dinas Lain")]
    store.journal.absorb(copied(a_reply(a_head(v=3)), left=gone), NOW)
    assert [] == store.left_work.items()


@pytest.mark.parametrize(
    ("choices", "verdict"),
    [
        ((Choice.HAND_OVER, Choice.WITHDRAW), "rejected"),
        ((Choice.WITHDRAW,), "blocked"),
    ],
)
def test_an_act_that_was_refused_offers_what_the_centre_offers(
    store: LocalStore, choices: tuple[Choice, ...], verdict: str
) -> None:
    """And stays in its place until the officer has chosen."""
    act(store, body=Respond(text=WORDS))
    sent(store)
    refused = Verdict(
        id="c-1", verdict=verdict, code="refused.out-of-scope", choices=[*choices, "edit"]
    )
    store.journal.absorb(a_reply(verdicts=[refused], left=[1]), NOW)
    item = only(store)
    assert ("c-1", choices, WORDS) == (item.command_id, item.choices, item.words)


def test_an_act_under_way_is_listed_and_left_to_the_centre(store: LocalStore) -> None:
    """Only what surely has not left can be taken back."""
    act(store, "c-1", Respond(text=WORDS))
    sent(store)
    act(store, "c-2", Respond(text="Kedua."), case_id=CaseId(2))
    store.journal.absorb(a_reply(left=[1, 2]), NOW)
    ways = {item.command_id: item.choices for item in store.left_work.items()}
    assert {"c-1": (), "c-2": (Choice.WITHDRAW,)} == ways


def test_handing_over_takes_the_draft_with_the_same_stroke(store: LocalStore) -> None:
    """The words are in the outbox or in the draft, never in both and never in neither."""
    typed(store)
    store.journal.absorb(a_reply(left=[1]), NOW)
    body = HandOver(text=WORDS, meant_as="respond")
    act(store, body=body, from_draft="respond")
    item = only(store)
    assert ("hand_over", Delivery.STORED) == (item.kind, item.delivery)
    assert [("9000001", "Lampu jalan padam")] == [
        (one.tracking_id, one.title) for one in store.outbox.items()
    ]


def test_what_was_left_behind_outlives_the_program_and_the_cache(folder: Path) -> None:
    """It is in the work file, whatever becomes of the cache."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        typed(store)
        store.journal.absorb(a_reply(left=[1]), NOW)
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (folder / name).unlink(missing_ok=True)
    with opened(folder) as store:
        assert ("9000001", "Dinas Lain", WORDS) == (
            only(store).tracking_id,
            only(store).to,
            only(store).words,
        )


def test_a_case_that_is_not_fetched_yet_has_not_left(folder: Path) -> None:
    """During a first load the words wait where they are; after it the absence counts."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), NOW)
        typed(store)
        store.journal.forget_cache("silsilah-2")
        assert 0 == store.left_work.count()
        store.journal.absorb(a_reply(a_head(2), more=True, scope=a_scope()), NOW)
        assert 0 == store.left_work.count()
        store.journal.absorb(a_reply(a_head(3)), NOW)
        assert ("", None, WORDS) == (only(store).reason, only(store).left_at, only(store).words)


def test_departures_without_words_are_forgotten_after_a_day(store: LocalStore) -> None:
    """Nothing grows for ever; those with words stay as long as the words."""
    typed(store)
    store.journal.absorb(a_reply(left=[1, 2]), NOW)
    store.journal.absorb(a_reply(a_head(3)), NOW)
    store.journal.absorb(a_reply(left=[3], now=NOW + 2 * DAY_MS), NOW)
    assert [(1,), (3,)] == rows_of(store.files.work, "SELECT case_id FROM departures ORDER BY 1")


def test_a_base_of_another_history_is_told_to_the_centre(store: LocalStore) -> None:
    """Acts and drafts keep the history that their base belongs to, and say so when it is past."""
    act(store, "c-1")
    typed(store, 2)
    store.journal.forget_cache("silsilah-2")
    act(store, "c-2", case_id=CaseId(2), from_draft="respond")
    act(store, "c-3", case_id=CaseId(3))
    epochs = {record.id: record.epoch for record in store.journal.outgoing(1_000_000, NOW)}
    assert {"c-1": "silsilah-1", "c-2": "silsilah-1", "c-3": None} == epochs


def test_what_is_known_of_an_absence_is_told_with_what_stayed(store: LocalStore) -> None:
    """Why it left, for whom, and how many of the officer's drafts and acts wait on it."""
    assert Absence() == store.left_work.absence(CaseId(1))
    typed(store)
    act(store, body=Respond(text=WORDS), case_id=CaseId(2))
    store.journal.absorb(a_reply(left=[1], now=NOW + 5), NOW)
    assert store.left_work.absence(CaseId(1)) == Absence(
        reason="transferred", to="Dinas Lain", left_behind=1
    )
    assert Absence(left_behind=1) == store.left_work.absence(CaseId(2))
