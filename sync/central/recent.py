# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest changes, read once for all devices that come for them.

After an act everybody in the office asks for the same few facts. They are kept here as they stood
at one head of the ledger. Whatever writes cases, events or the feed takes a number from the head in
the same transaction, so what is kept is what any snapshot with that head holds: nothing can be out
of date, only of another head. Then it is read on, or the database is asked as if nothing were kept.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.cases.access import Scope
from sync.cases.ids import UnitId
from sync.central import feed_rows
from sync.central.cursor import Cursor
from sync.central.feed_rows import Place
from sync.central.head import Head
from sync.wire.messages import CaseRecord, EventRecord

MOST_KEPT = 500
"""Changes. A device that was away for longer asks the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The changes after one number and up to another; never altered.

    Attributes:
        epoch, seq: the head of the ledger at which this is all there is.
        after: all newer changes are here.
        places: in the order in which they are told.
        heads: of every case in them, as it is at the head.
        facts: those after ``after`` with their numbers; all of a case that entered since.
    """

    epoch: str
    seq: int
    after: int
    places: tuple[Place, ...] = ()
    heads: Mapping[int, CaseRecord] = field(default_factory=dict)
    facts: Mapping[int, Sequence[tuple[int, EventRecord]]] = field(default_factory=dict)

    def told(self, scope: Scope, cursor: Cursor, to: int) -> feed_rows.Told | None:
        """Return what changed for a device; None where only the database knows."""
        if min(cursor.seq, cursor.base) < self.after:
            return None
        places = [
            place
            for place in self.places
            if cursor.seq < place.seq <= to and scope.sees(UnitId(place.unit_id))
        ]
        return feed_rows.Told(
            changes=[(place, self.heads[place.case_id]) for place in places],
            facts={
                place.case_id: [
                    fact
                    for seq, fact in self.facts.get(place.case_id, ())
                    if seq > cursor.base or place.entered_seq > cursor.base
                ]
                for place in places
                if place.op == "put"
            },
        )


class Recent:
    """Keeps the newest changes up to date for all readers."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._newest = Newest(epoch="", seq=0, after=0)
        self._turn = threading.Lock()

    def at(self, head: Head) -> Newest | None:
        """Return what is kept, if it is kept as of this head."""
        newest = self._newest
        return newest if (newest.epoch, newest.seq) == (head.epoch, head.seq) else None

    def read_on(self, connection: Connection, head: Head) -> Newest:
        """Return it as of a head, which was read from the same snapshot.

        A head that lies before is that of a database which was put back, or of a slow reader; it
        is begun anew, for nobody can tell.
        """
        with self._turn:
            newest = self._newest
            if (newest.epoch, newest.seq) == (head.epoch, head.seq):
                return newest
            after = max(head.seq - self._most_kept, 0)
            if newest.epoch != head.epoch or not after <= newest.seq <= head.seq:
                newest = Newest(epoch=head.epoch, seq=after, after=after)
            self._newest = _read_on(connection, newest, head, max(newest.after, after))
            return self._newest


def _read_on(connection: Connection, newest: Newest, head: Head, after: int) -> Newest:
    told = feed_rows.changes_between(connection, newest.seq, head.seq, after)
    changed = {(place.case_id, place.unit_id) for place, _ in told.changes}
    places = (
        *(
            place
            for place in newest.places
            if place.seq > after and (place.case_id, place.unit_id) not in changed
        ),
        *(place for place, _ in told.changes),
    )
    heads = {**newest.heads, **{place.case_id: case for place, case in told.changes}}
    facts = {**newest.facts, **told.facts}
    kept = {place.case_id for place in places}
    return Newest(
        epoch=head.epoch,
        seq=head.seq,
        after=after,
        places=places,
        heads={case_id: heads[case_id] for case_id in kept},
        facts={case_id: facts[case_id] for case_id in kept if case_id in facts},
    )
