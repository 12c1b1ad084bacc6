# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's own acts: recorded, listed, taken back. Sending them is the journal's business."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from sync.cases.case import StatusMap
from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody, Unreadable, kind_of, words_of
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import OutboxItem
from sync.errors import Refused
from sync.store import deliveries, meta
from sync.store.drafts import delete_draft, keep_draft, label_of
from sync.store.engine import fetch
from sync.store.files import Files
from sync.store.overlay import show
from sync.store.records import (
    COMMAND_FIELDS,
    UNSETTLED,
    UNSETTLED_STATES,
    case_ids_in,
    command_of,
    json_text,
    json_value,
)
from sync.store.sides import sides_of
from sync.wire.codec import body_data
from sync.wire.upcasts import newest

_RECENT = 200
"""How many settled acts the outbox still lists."""

_DECISIONS = "('conflict', 'blocked', 'rejected')"

_COUNTS = str((*UNSETTLED_STATES, "accepted"))
"""What is, or may still become, a fact."""

_ENVELOPE_BYTES = 160
"""Of a command as JSON beside its words: ids, number, version, time."""

_TALLY = f"""
    SELECT count(*) FILTER (WHERE delivery NOT IN {_DECISIONS}),
        count(*) FILTER (WHERE delivery = 'unknown'),
        count(*) FILTER (WHERE delivery IN {_DECISIONS}),
        coalesce(sum(length(data) + {_ENVELOPE_BYTES})
            FILTER (WHERE delivery NOT IN {_DECISIONS}), 0)
    FROM commands WHERE delivery IN {UNSETTLED}
"""  # noqa: S608 - constants

_OF_ANOTHER_HISTORY = f"""
    SELECT id FROM commands WHERE delivery IN {_DECISIONS}
        AND epoch <> (SELECT value FROM meta WHERE name = 'epoch')
"""  # noqa: S608 - a constant
"""Their versions say nothing about the centre as it is now."""

_FACTS = (
    "delivery",
    "label_tracking_id",
    "label_title",
    "receipt",
    "settled_at",
    "sent_at",
    "courier_at",
    "code",
    "label",
    "choices",
    "flags",
    "receipt_due",
)
"""What is known about a command besides itself."""

_ITEMS = f"""
    SELECT {", ".join(f"c.{name}" for name in (*COMMAND_FIELDS, *_FACTS))}, p.delivery
    FROM commands AS c LEFT JOIN commands AS p ON p.id = c.after
"""  # noqa: S608 - names of ours

_KEEP = """
    INSERT INTO kept (case_id, kind, fields, reason, kept_at, command_id, label_tracking_id,
        label_title)
    SELECT case_id, kind, data, ?, ?, id, label_tracking_id, label_title
    FROM commands WHERE id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many acts are not settled.

    Attributes:
        undelivered: may still go out by themselves, those in ``unknown`` included.
        unknown: may have reached the centre; nobody knows yet.
        decisions: wait for the officer.
        queued_bytes: about what those that may still go out take as JSON.
    """

    undelivered: int
    unknown: int
    decisions: int
    queued_bytes: int


class Outbox:
    """The commands of this installation."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def record(
        self,
        body: CommandBody,
        *,
        case_id: CaseId,
        base_v: int,
        now: int,
        command_id: CommandId,
        resolves: CommandId | None = None,
        from_draft: str | None = None,
        label: tuple[str, str] | None = None,
    ) -> tuple[CommandId, ChangeSet]:
        """Put an act on the disk; when this returns, it will be sent or shown, never lost.

        Args:
            base_v: the version of the case that the officer saw.
            resolves: the act whose decision this is; it is taken back in the same transaction.
            from_draft: the kind of the draft that the words came from; it goes with it.
            label: tracking ID and title of the case, from whoever has just read it.

        Raises:
            Refused: (``decision.gone``) the act to resolve needs no decision any more.
        """
        label = label or label_of(self._files, case_id)
        with self._files.work.write() as work:
            after = _previous(work, case_id, resolves)
            if resolves is not None:
                _replace(work, resolves, command_id, now)
            epoch = (
                None if from_draft is None else _epoch_of_draft(work, case_id, base_v, from_draft)
            )
            place = (command_id, case_id, base_v, now, after, resolves)
            _insert(work, body, place, label, epoch)
            if from_draft is not None:
                if from_draft != kind_of(body):  # not all that is in it has a place in the act
                    keep_draft(work, case_id, from_draft, "replaced", now)
                delete_draft(work, case_id, from_draft)
        show(self._files, case_id)
        return command_id, ChangeSet(
            cases=frozenset({case_id}), outbox=True, drafts=from_draft is not None
        )

    def withdraw(self, command_id: CommandId, now: int) -> ChangeSet:
        """Take an act back and keep a copy of its words.

        Raises:
            Refused: ``withdraw.unknown``: it may have reached the centre already;
                ``withdraw.settled``: it is a fact, or was taken back before.
        """
        with self._files.work.write() as work:
            case_id, after = _withdrawable(work, command_id)
            _keep(work, command_id, "withdrawn", now)
            deliveries.withdraw(work, command_id, _if_it_counts(work, after), now)
        show(self._files, case_id)
        return ChangeSet(cases=frozenset({case_id}), outbox=True)

    def items(self) -> list[OutboxItem]:
        """Return what is not delivered, oldest first, then the last settled, newest first."""
        with self._files.work.read() as work:
            rows = [
                *work.exec_driver_sql(f"{_ITEMS} WHERE c.delivery IN {UNSETTLED} ORDER BY c.n"),
                *work.exec_driver_sql(
                    f"{_ITEMS} WHERE c.delivery IN ('accepted', 'withdrawn')"
                    " ORDER BY c.settled_at DESC, c.n DESC LIMIT ?",
                    (_RECENT,),
                ),
            ]
        present = self._present(rows)
        return [_item(row, case_present=row[2] in present) for row in rows]

    def history(self, text: str = "") -> list[OutboxItem]:
        """Return what is settled, newest first, as far as :mod:`sync.store.history` keeps it.

        Args:
            text: words that all occur in number, title, receipt or the officer's own words.
        """
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(
                f"{_ITEMS} WHERE c.delivery IN ('accepted', 'withdrawn')"
                " ORDER BY c.settled_at DESC, c.n DESC"
            ).all()
        present = self._present(rows)
        items = (_item(row, case_present=row[2] in present) for row in rows)
        return [item for item in items if _matches(item, text.casefold().split())]

    def tally(self) -> Tally:
        """Return how many acts are not settled, without looking at any of them."""
        with self._files.work.read() as work:
            undelivered, unknown, decisions, queued = work.exec_driver_sql(_TALLY).one()
        return Tally(
            undelivered=undelivered, unknown=unknown, decisions=decisions, queued_bytes=queued
        )

    def with_courier(self) -> int:
        """Return how many acts were written into courier files and have no answer yet."""
        with self._files.work.read() as work:
            count: int = work.exec_driver_sql(
                "SELECT count(*) FROM commands WHERE courier_at IS NOT NULL"
                " AND delivery IN ('stored', 'sending', 'unknown')"
            ).scalar_one()
        return count

    def decisions(self) -> list[OutboxItem]:
        """Return the acts that wait for the officer, with all sides of the matter."""
        status_map = self._files.rulebook.status_map
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(
                f"{_ITEMS} WHERE c.delivery IN {_DECISIONS} ORDER BY c.n"
            ).all()
            own = set(work.exec_driver_sql("SELECT id FROM commands").scalars())
            strange = set(work.exec_driver_sql(_OF_ANOTHER_HISTORY).scalars())
        present = self._present(rows)
        items = [_item(row, case_present=row[2] in present) for row in rows]
        with self._files.cache.read() as cache:
            return [
                _with_all_as_news(cache, item, own, status_map)
                if item.command.id in strange
                else _with_sides(cache, item, own, status_map)
                for item in items
            ]

    def _present(self, rows: Sequence[Any]) -> set[int]:
        with self._files.cache.read() as cache:
            return case_ids_in(cache, {row[2] for row in rows})


def _previous(work: sa.Connection, case_id: int, resolves: str | None) -> str | None:
    """Return the act that must succeed before a new one on the same case.

    One that has succeeded is named too: a centre that was restored may have lost it, and what
    reaches that centre first, by a courier who knows nothing of it, must not pass it. A decision
    takes the place of what it resolves, so it waits for what that waited for, and not for acts
    that wait for it.
    """
    if resolves is not None:
        query, of = "SELECT after FROM commands WHERE id = ?", resolves
        before = _if_it_counts(work, work.exec_driver_sql(query, (of,)).scalar())
        return before or _latest(work, case_id, "('accepted')")
    return _latest(work, case_id, "('stored', 'sending', 'unknown', 'accepted')")


def _latest(work: sa.Connection, case_id: int, deliveries: str) -> str | None:
    query = (
        f"SELECT id FROM commands WHERE case_id = ? AND delivery IN {deliveries}"  # noqa: S608
        " ORDER BY n DESC LIMIT 1"
    )
    rows = fetch(work, query, (case_id,))
    return str(rows[0][0]) if rows else None


def _if_it_counts(work: sa.Connection, id_: str | None) -> str | None:
    """Return an act that is, or may still become, a fact."""
    query = f"SELECT id FROM commands WHERE id = ? AND delivery IN {_COUNTS}"  # noqa: S608
    found: str | None = work.exec_driver_sql(query, (id_,)).scalar()
    return found


def _replace(work: sa.Connection, old: str, new: str, now: int) -> None:
    query = "SELECT delivery FROM commands WHERE id = ?"
    delivery = work.exec_driver_sql(query, (old,)).scalar()
    if delivery is None or not Delivery(delivery).needs_decision:
        raise Refused("decision.gone", command_id=old)
    _keep(work, old, "replaced", now)
    deliveries.withdraw(work, old, new, now)


def _withdrawable(work: sa.Connection, command_id: str) -> tuple[CaseId, str | None]:
    row = work.exec_driver_sql(
        "SELECT case_id, after, delivery, doubtful FROM commands WHERE id = ?", (command_id,)
    ).one()
    delivery = Delivery(row.delivery)
    if delivery.is_pending and (delivery is not Delivery.STORED or row.doubtful):
        raise Refused("withdraw.unknown", command_id=command_id)
    if not (delivery.is_pending or delivery.needs_decision):
        raise Refused("withdraw.settled", command_id=command_id)
    return CaseId(row.case_id), row.after


def _keep(work: sa.Connection, command_id: str, reason: str, now: int) -> None:
    work.exec_driver_sql(_KEEP, (reason, now, command_id))


def _insert(
    work: sa.Connection,
    body: CommandBody,
    place: tuple[CommandId, CaseId, int, int, str | None, CommandId | None],
    label: tuple[str, str],
    epoch: str | None,
) -> None:
    command_id, case_id, base_v, now, after, resolves = place
    n = meta.count(work, "next_n")
    work.exec_driver_sql(
        "INSERT INTO commands (id, n, case_id, base_v, at, kind, data, after, resolves, sv,"
        " delivery, label_tracking_id, label_title, epoch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored', ?, ?,"
        " coalesce(?, (SELECT value FROM meta WHERE name = 'epoch')))",
        (
            command_id,
            n,
            case_id,
            base_v,
            now,
            kind_of(body),
            json_text(body_data(body)),
            after,
            resolves,
            newest(kind_of(body)),
            *label,
            epoch,
        ),
    )


def _epoch_of_draft(work: sa.Connection, case_id: int, base_v: int, kind: str) -> str | None:
    """Return the history that a draft's version belongs to: it may be older than the present."""
    query = "SELECT epoch FROM drafts WHERE case_id = ? AND kind = ? AND base_v = ?"
    epoch: str | None = work.exec_driver_sql(query, (case_id, kind, base_v)).scalar()
    return epoch


def _item(row: Sequence[Any], *, case_present: bool) -> OutboxItem:
    command = command_of(row)
    *facts, after_is = row[len(COMMAND_FIELDS) :]
    told = dict(zip(_FACTS, facts, strict=True))
    known = {choice.value for choice in _offered(command.body)}
    return OutboxItem(
        command=command,
        delivery=Delivery(told["delivery"]),
        tracking_id=told["label_tracking_id"],
        title=told["label_title"],
        receipt=told["receipt"],
        settled_at=told["settled_at"],
        sent_at=told["sent_at"],
        courier_at=told["courier_at"],
        code=told["code"],
        why=told["label"],
        waits_for=after_is not in {None, "accepted", "withdrawn"},
        choices=tuple(Choice(name) for name in json_value(told["choices"]) if name in known),
        flags=tuple(json_value(told["flags"])) if told["flags"] else (),
        receipt_due=bool(told["receipt_due"]),
        case_present=case_present,
    )


def _matches(item: OutboxItem, words: Sequence[str]) -> bool:
    told = (item.tracking_id, item.title, item.receipt, words_of(item.command.body))
    haystack = "\n".join(told).casefold()
    return all(word in haystack for word in words)


def _with_sides(
    cache: sa.Connection, item: OutboxItem, own: set[str], status_map: StatusMap
) -> OutboxItem:
    sides = sides_of(cache, item.command, own, status_map)
    return replace(item, base=sides.base, newer=sides.newer, seen_v=sides.seen_v)


def _with_all_as_news(
    cache: sa.Connection, item: OutboxItem, own: set[str], status_map: StatusMap
) -> OutboxItem:
    """What the officer saw was told by another history: nothing of this one counts as seen."""
    unseen = replace(item, command=replace(item.command, base_v=1))
    return replace(_with_sides(cache, unseen, own, status_map), base=None)


def _offered(body: CommandBody) -> Collection[Choice]:
    """What cannot be read cannot be sent anew or edited here, only by the program that wrote it."""
    return {Choice.WITHDRAW} if isinstance(body, Unreadable) else set(Choice)
