# SPDX-License-Identifier: AGPL-3.0-or-later
"""Heads that grow here by facts alone, and those that must be asked for."""

from __future__ import annotations

import pytest

from sync.cases.events import Assigned, Corrected, Responded, evolve
from sync.cases.ids import CaseId, OfficerId
from sync.store.local import LocalStore
from sync.wire.codec import case_from, event_from
from sync.wire.messages import EventRecord
from tests.support.local_store import NOW, a_head, a_reply, an_entry, copied

FACTS = [
    an_entry(2, 2, body=Corrected(title="Jembatan retak")),
    an_entry(2, 3, body=Responded(text="Segera kami perbaiki.")),
    an_entry(2, 4, body=Assigned(officer_id=OfficerId(9), officer_name="Dewi")),
]


@pytest.fixture
def grown(store: LocalStore) -> LocalStore:
    """A case at version 1 is here."""
    store.journal.absorb(a_reply(a_head(2, v=1)), NOW)
    return store


def test_a_head_grows_as_the_rules_say(grown: LocalStore) -> None:
    """In any order of the page, and with its words in the index."""
    expected = case_from(a_head(2, v=1))
    for fact in FACTS:
        expected = evolve(expected, event_from(fact))
    grown.journal.absorb(a_reply(events=FACTS[::-1]), NOW)
    view = grown.cases.view(CaseId(2))
    assert view is not None
    assert (expected, 3) == (view.confirmed, len(view.entries))
    assert [CaseId(2)] == grown.search.search("jembatan")
    assert [] == grown.journal.wanted()


def test_facts_that_come_twice_change_nothing(grown: LocalStore) -> None:
    """A page may be repeated."""
    grown.journal.absorb(a_reply(events=FACTS), NOW)
    once = grown.cases.view(CaseId(2))
    grown.journal.absorb(a_reply(events=FACTS[:2]), NOW)
    grown.journal.absorb(a_reply(events=FACTS), NOW)
    assert once == grown.cases.view(CaseId(2))


@pytest.mark.parametrize(
    "facts",
    [FACTS[1:], [FACTS[0], FACTS[2]], [copied(FACTS[0], kind="melted"), *FACTS[1:]]],
    ids=["a gap at the beginning", "a gap within", "a kind of a newer centre"],
)
def test_what_does_not_fit_is_asked_for(grown: LocalStore, facts: list[EventRecord]) -> None:
    """The head stays as it is until the centre sends it."""
    grown.journal.absorb(a_reply(events=facts), NOW)
    view = grown.cases.view(CaseId(2))
    assert view is not None
    assert (1, [2]) == (view.confirmed.v, grown.journal.wanted())
    grown.journal.absorb(a_reply(a_head(2, v=4), events=FACTS), NOW)
    assert [] == grown.journal.wanted()


def test_a_head_with_words_of_a_newer_centre_is_asked_for(store: LocalStore) -> None:
    """To fold it here would lose them."""
    store.journal.absorb(a_reply(copied(a_head(2, v=1), classification="baru-sekali")), NOW)
    store.journal.absorb(a_reply(events=FACTS[:1]), NOW)
    assert [2] == store.journal.wanted()
