# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text search: everything held locally is found, and nothing typed can break a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.commands import FollowUp, Reopen, Respond
from sync.cases.events import CitizenReplied, Disposed, EventBody, FollowedUp
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import Draft
from sync.store.local import LocalStore
from sync.store.search import terms_of
from tests.store.test_queue import TODAY
from tests.support.casework import UNIT
from tests.support.local_store import NOW, a_head, a_reply, act, an_entry, copied

LATIN = st.characters(max_codepoint=0x24F)


@pytest.mark.parametrize(
    "text",
    [
        "padam",
        "LAMPU",
        "lam",
        "jalan lampu",
        "sari melati",
        "9000001",
        "90000",
        "(9000001)",
        "lampu-jalan",
        "pasar, depan!",
    ],
)
def test_words_of_a_case_find_it(store: LocalStore, text: str) -> None:
    """Any order, any case, the last word as a beginning, numbers as tracking IDs."""
    assert [CaseId(1)] == store.search.search(text)


@pytest.mark.parametrize("text", ["padam banjir", "adam", "lam jalan", "", "   ", '"', "***", "😀"])
def test_what_does_not_fit_finds_nothing(store: LocalStore, text: str) -> None:
    """Every word must occur; only the last may be a beginning; blanks are no words."""
    assert [] == store.search.search(text)


def test_diacritics_do_not_matter(store: LocalStore) -> None:
    """Keyboards differ."""
    store.journal.absorb(a_reply(a_head(2, title="Kafé di Lépanto")), NOW)
    assert [2] == store.search.search("kafe")
    assert [2] == store.search.search("lépan")
    assert [2] == store.search.search("le\u0301pan")


def test_entries_are_searched_with_their_case(store: LocalStore) -> None:
    """The words of a query may be scattered over the case and its entries."""
    bodies: list[EventBody] = [
        CitizenReplied(text="Kabel menjuntai berbahaya"),
        FollowedUp(text="Tim dikirim", done_on=TODAY, next_step="Ganti trafo"),
        Disposed(unit_id=UNIT, note="Segera"),
    ]
    events = [an_entry(1, v, body) for v, body in enumerate(bodies, start=2)]
    store.journal.absorb(a_reply(a_head(v=4), events=events), NOW)
    for text in ("kabel", "padam menjuntai", "trafo lampu", "segera", "tim kabel tra"):
        assert [CaseId(1)] == store.search.search(text), text


def test_changed_words_replace_the_old_ones(store: LocalStore) -> None:
    """A correction is found, what it corrected is not."""
    store.journal.absorb(a_reply(a_head(title="Trafo meledak", text="Keras sekali.")), NOW)
    assert [] == store.search.search("padam")
    assert [CaseId(1)] == store.search.search("meledak")


def test_veiled_entries_are_found_no_more(store: LocalStore) -> None:
    """The centre may send an entry again with less in it."""
    store.journal.absorb(a_reply(a_head(v=2), events=[an_entry()]), NOW)
    assert [CaseId(1)] == store.search.search("tangani")
    store.journal.absorb(a_reply(events=[copied(an_entry(), data={"text": ""})]), NOW)
    assert [] == store.search.search("tangani")


def test_own_unsent_words_are_found(store: LocalStore) -> None:
    """Drafts and pending acts are held locally too; names of fields are no words."""
    store.drafts.save(
        Draft(case_id=CaseId(1), kind="follow_up", text="Rencana", next_step="Ukur ulang")
    )
    act(store, "c-1", Respond(text="Petugas Élok menuju lokasi"))
    act(store, "c-2", Reopen(text="Keliru ditutup"))
    act(store, "c-3", FollowUp(text="Selesai diukur", done_on=TODAY))
    for text in ("rencana", "ulang", "elok petu", "keliru", "diukur"):
        assert [CaseId(1)] == store.search.search(text), text
        assert [1] == list(store.queue.ids(Queue.ALL, CaseFilter(text=text), Sort.DUE, TODAY)), text
    assert [] == store.search.search("done")
    store.outbox.withdraw(CommandId("c-1"), NOW)
    assert [] == store.search.search("elok")


def test_own_words_on_a_case_that_left_list_nothing(store: LocalStore) -> None:
    """There is no line to show."""
    act(store, "c-1", Respond(text="Petugas menuju lokasi"))
    store.journal.absorb(a_reply(left=[1]), NOW)
    assert [] == store.search.search("petugas")


def test_newest_first_up_to_the_limit(store: LocalStore) -> None:
    """A common word lists its newest cases, with one word as with two."""
    store.journal.absorb(a_reply(*(a_head(id_) for id_ in range(1, 81))), NOW)
    expected = list(range(80, 20, -1))
    assert expected == store.search.search("padam", limit=60)
    assert expected == store.search.search("padam jalan", limit=60)


def test_few_hits_come_best_fit_first(store: LocalStore) -> None:
    """A tracking ID, then a title, then the rest; each newest first."""
    store.journal.absorb(
        a_reply(
            a_head(2, tracking_id="777", title="Lain"),
            a_head(3, title="Nomor 777"),
            a_head(4, text="Rujuk 777"),
            a_head(5, text="Lihat 777"),
        ),
        NOW,
    )
    assert [2, 3, 5, 4] == store.search.search("777")


@given(text=st.text(max_size=40))
def test_nothing_typed_breaks_the_query(lasting_store: LocalStore, text: str) -> None:
    """Quotes, operators, brackets, any script: words or blanks, never an error."""
    lasting_store.search.search(text)
    lasting_store.queue.ids(Queue.ALL, CaseFilter(text=text), Sort.DUE, TODAY)


@given(words=st.lists(st.text(LATIN, min_size=1, max_size=12), min_size=1, max_size=5))
def test_whatever_was_written_is_found_by_its_words(
    lasting_store: LocalStore, words: list[str]
) -> None:
    """The splitting of queries agrees with the splitting of texts, with accents or signs."""
    known = " ".join(words)
    lasting_store.journal.absorb(a_reply(a_head(9, text=known)), NOW)
    terms = terms_of(known)
    if terms:
        assert [CaseId(9)] == lasting_store.search.search(" ".join(terms))
    lasting_store.journal.absorb(a_reply(left=[9]), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "NOT padam",
        "a OR b",
        "NEAR(a b)",
        "title:padam",
        "-padam",
        "pa*dam",
        "^lampu",
        "a\x00b",
        "a\u19b0b",
    ],
)
def test_operators_are_words(store: LocalStore, text: str) -> None:
    """FTS5's own language is not spoken here."""
    store.search.search(text)
