# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies of what was settled go after ninety days; what is not settled never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.cases.commands import Note
from sync.cases.ids import CommandId
from sync.cases.projection import Delivery
from sync.store.history import DAY_MS, forget_old
from sync.store.local import LocalStore
from tests.support.local_store import NOW, act

_DELIVERIES = [delivery.value for delivery in Delivery]


@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(_DELIVERIES),
            st.integers(0, 200),
            st.booleans(),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_only_old_settled_copies_go(
    lasting_store: LocalStore, acts: list[tuple[str, int, bool, bool]]
) -> None:
    """Neither undelivered words, nor what is still folded in, nor words of a file to be sent."""
    store = lasting_store
    with store.files.work.write() as work:
        work.exec_driver_sql("DELETE FROM commands")
        work.exec_driver_sql("DELETE FROM own_files")
        work.exec_driver_sql(
            "INSERT INTO own_files (sha256, file, size, media_type, added_at)"
            " VALUES ('abc', 'f', 1, 'image/png', 0)"
        )
    for n, (delivery, age, overlay, names_file) in enumerate(acts):
        act(store, f"h-{n}", Note(text="abc" if names_file else "kata"))
        with store.files.work.write() as work:
            work.exec_driver_sql(
                "UPDATE commands SET delivery = ?, settled_at = ?, overlay = ? WHERE id = ?",
                (delivery, NOW - age * DAY_MS, overlay, f"h-{n}"),
            )
    latest = min((age for delivery, age, *_ in acts if delivery == "accepted"), default=None)
    old = {
        f"h-{n}"
        for n, (delivery, age, overlay, names_file) in enumerate(acts)
        if latest is not None
        and delivery in {"accepted", "withdrawn"}
        and age - latest > 90
        and not overlay
        and not names_file
    }
    with store.files.work.write() as work:
        gone = forget_old(work)
        left = set(work.exec_driver_sql("SELECT id FROM commands").scalars())

    assert len(old) == gone
    assert {f"h-{n}" for n in range(len(acts))} - old == left


def test_a_dead_battery_ages_no_copy(store: LocalStore) -> None:
    """What was taken back under a clock of 1970 is as young as the last receipt."""
    act(store, "accepted", Note(text="Sudah sampai."))
    act(store, "taken-back", Note(text="Jangan hilang."))
    with store.files.work.write() as work:
        work.exec_driver_sql(
            "UPDATE commands SET delivery = 'accepted', settled_at = ? WHERE id = 'accepted'",
            (NOW,),
        )
    store.outbox.withdraw(CommandId("taken-back"), 0)
    with store.files.work.write() as work:
        assert 0 == forget_old(work)
    assert "Jangan hilang." in {
        getattr(each.command.body, "text", "") for each in store.outbox.history()
    }
