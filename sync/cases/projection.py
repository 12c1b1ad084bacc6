# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the officer sees: confirmed facts, and their own pending commands on top of them.

Everything here is a function of its arguments, so a rebuild gives the same as an increment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.cases.case import Case
from sync.cases.commands import Command
from sync.cases.events import Event, evolve
from sync.cases.ids import OfficerId
from sync.cases.lifecycle import event_of


class Delivery(StrEnum):
    """Where one act of the officer stands; the only words for it in the whole program."""

    STORED = "stored"
    """Tersimpan di komputer ini."""
    SENDING = "sending"
    """Mengirim."""
    UNKNOWN = "unknown"
    """Sent, answer unknown; resolved by asking with the same id."""
    ACCEPTED = "accepted"
    """Diterima pusat, with a receipt number."""
    CONFLICT = "conflict"
    """Perlu keputusan: the case changed in between."""
    BLOCKED = "blocked"
    """Perlu keputusan: an earlier act on the same case was not accepted."""
    REJECTED = "rejected"
    """Ditolak, with a reason."""
    WITHDRAWN = "withdrawn"
    """Taken back by the officer; a copy is kept."""

    @property
    def is_pending(self) -> bool:
        """Whether it may still be delivered without the officer doing anything."""
        return self in {Delivery.STORED, Delivery.SENDING, Delivery.UNKNOWN}

    @property
    def needs_decision(self) -> bool:
        """Whether it waits for the officer."""
        return self in {Delivery.CONFLICT, Delivery.BLOCKED, Delivery.REJECTED}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an act stands, as precisely as it is told everywhere.

    Attributes:
        by_courier: it left in a courier file, and that was the last that was done about it.
    """

    delivery: Delivery
    by_courier: bool = False

    @classmethod
    def of(cls, delivery: Delivery, sent_at: int | None, courier_at: int | None) -> Standing:
        """Return the standing of an act that went out at these times, if it did."""
        by_courier = courier_at is not None and courier_at >= (sent_at or 0)
        return cls(delivery, by_courier=by_courier and delivery is Delivery.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommand:
    """A command that is not part of the confirmed facts yet.

    Attributes:
        flags: what the centre said beside its verdict, once it has.
        by_courier: it left in a courier file (see :class:`Standing`).
    """

    command: Command
    delivery: Delivery
    flags: tuple[str, ...] = ()
    by_courier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of a case's history; ``delivery`` is None for confirmed facts.

    Attributes:
        from_elsewhere: the officer's own act, on another computer of theirs.
    """

    event: Event
    delivery: Delivery | None = None
    by_courier: bool = False
    from_elsewhere: bool = False

    @property
    def standing(self) -> Standing | None:
        """Where own work stands; None for confirmed facts."""
        if self.delivery is None:
            return None
        return Standing(self.delivery, by_courier=self.by_courier)


def with_pending(
    case: Case, pending: Sequence[PendingCommand], officer_id: OfficerId, officer: str
) -> tuple[Case, tuple[TimelineEntry, ...]]:
    """Return the case as it will be, and the entries that are not confirmed yet.

    Commands that wait for a decision keep their place in the history but do not change the
    state, for the centre has said that it is otherwise.
    """
    entries: list[TimelineEntry] = []
    shown = case
    for item in sorted(pending, key=lambda pending: pending.command.n):
        event = Event(
            case_id=case.id,
            v=shown.v,
            at=item.command.at,
            body=event_of(item.command.body),
            actor_id=officer_id,
            actor=officer,
            command_id=item.command.id,
            flags=item.flags if item.delivery is Delivery.ACCEPTED else (),
        )
        if item.delivery.is_pending or item.delivery is Delivery.ACCEPTED:
            shown = evolve(shown, event)
        entries.append(
            TimelineEntry(event=event, delivery=item.delivery, by_courier=item.by_courier)
        )
    return shown, tuple(entries)
