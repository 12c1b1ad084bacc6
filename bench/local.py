# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of an officer with any number of cases, taken in by the journal as from the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.device import gather_words, open_store
from bench.sample import NOW, OFFICERS, UNITS, complaints
from sync.store.local import LocalStore
from sync.wire.messages import OfficerRecord, ScopeRecord, SyncReply, UnitRecord

_PAGE = 2_500


def filled_store(folder: Path, count: int) -> LocalStore:
    """Make the files, with cases as a first load would leave them."""
    store = open_store(folder)
    store.journal.forget_cache("0" * 16)
    for reply in _replies(count):
        store.journal.absorb(reply, NOW)
    gather_words(store)
    return store


def _replies(count: int) -> Iterator[SyncReply]:
    everything = list(complaints(count))
    everything.reverse()
    for first in range(0, count, _PAGE):
        page = everything[first : first + _PAGE]
        yield SyncReply(
            now=NOW,
            cursor=str(first),
            more=first + _PAGE < count,
            cases=[complaint.head for complaint in page],
            events=[event for complaint in page for event in complaint.events[1:]],
            scope=None if first else _scope(),
        )


def _scope() -> ScopeRecord:
    username, role, unit_id = OFFICERS[0]
    return ScopeRecord(
        officer=OfficerRecord(
            id=1, username=username, name="Petugas Contoh", role=role.value, unit_id=unit_id
        ),
        handles=[unit.id for unit in UNITS],
        units=[
            UnitRecord(
                id=unit.id,
                name=unit.name,
                short_name=unit.short_name,
                kind=unit.kind,
                parent_id=unit.parent_id,
                coordinated_by=unit.coordinated_by,
            )
            for unit in UNITS
        ],
    )
