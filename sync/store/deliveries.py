# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far each command has come: the only code that changes a command's delivery.

stored ---> sending ---> accepted | conflict | blocked | rejected
  ^  ^---------'  |            (verdicts are final)
  |               v
  |            unknown ---> sending    accepted ---> unknown, when the centre was restored
  '--> withdrawn <--- conflict | blocked | rejected

Whatever it was: when the centre tells the fact that it became, it is accepted. Only the number of
its receipt is still to be asked for, under the same id (``receipt_due``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from sync.cases.projection import Delivery
from sync.store.records import COMMAND_FIELDS, json_text, json_value
from sync.store.urgency import by_urgency
from sync.wire.messages import CommandRecord, EventRecord, Verdict

_VERDICTS = {
    "accepted": Delivery.ACCEPTED,
    "conflict": Delivery.CONFLICT,
    "blocked": Delivery.BLOCKED,
    "rejected": Delivery.REJECTED,
}
"""The final ones."""

_WAITING = ("stored", "unknown")
"""Those that an attempt may take up."""

_NOT_ACCEPTED = str(tuple(each.value for each in Delivery if each is not Delivery.ACCEPTED))

_OLDEST_BACKUP_MS = 30 * 86_400_000
"""A centre is not restored from anything older."""

_OWN = """
    SELECT json_group_array(o.id) FROM commands AS o
    WHERE o.case_id = c.case_id AND o.n < c.n
        AND (o.verdict_v = 0 OR o.verdict_v > c.base_v OR c.epoch <> m.value)
        AND o.delivery IN ('stored', 'sending', 'unknown', 'accepted')
"""
"""Acts of this very file that become, or became, facts which the officer had not seen as such."""

_DECIDED = "('conflict', 'blocked', 'rejected')"

_MAY_GO = f"""
    SELECT {", ".join(f"c.{name}" for name in COMMAND_FIELDS)}, ({_OWN}),
        nullif(c.epoch, m.value),
        c.receipt_due OR p.id IS NULL OR p.delivery = 'accepted'
            OR c.doubtful AND p.delivery IN {_DECIDED}
    FROM commands AS c LEFT JOIN commands AS p ON p.id = c.after
        LEFT JOIN meta AS m ON m.name = 'epoch'
    WHERE c.n IN (
        SELECT n FROM commands WHERE delivery IN (SELECT value FROM json_each(?))
        UNION ALL SELECT n FROM commands WHERE receipt_due = 1)
    ORDER BY c.n
"""  # noqa: S608 - names of ours
"""With whether it may go without its predecessor, which may have been delivered so long ago that no
copy is kept. What is doubtful may go after one that was not accepted: only the centre can say
whether it was there before (it may have been restored since)."""


def waiting_cases(work: sa.Connection) -> list[int]:
    """Return the cases with commands that may go out."""
    rows = work.exec_driver_sql(
        "SELECT DISTINCT case_id FROM commands WHERE delivery IN ('stored', 'unknown')"
    )
    return list(rows.scalars())


def take_outgoing(
    work: sa.Connection, max_bytes: int, now: int, days_due: Mapping[int, int]
) -> list[CommandRecord]:
    """Mark the commands to send next as being sent, and return them in order.

    Args:
        days_due: by which day cases need an answer; see :mod:`sync.store.urgency`.
    """
    taken: dict[str, CommandRecord] = {}
    size_bytes = 0
    waiting = list(_candidates(work, _WAITING))
    free = {record.id for record, is_free in waiting if is_free}
    for record in by_urgency([record for record, _ in waiting], days_due):
        if record.id not in free and record.after not in taken:
            continue
        size_bytes += len(msgspec.json.encode(record))
        if taken and size_bytes > max_bytes:
            break
        taken[record.id] = record
    if taken:
        work.exec_driver_sql(
            "UPDATE commands SET delivery = 'sending', sent_at = ?"
            " WHERE id = ? AND delivery <> 'accepted'",
            [(now, id_) for id_ in taken],
        )
    return list(taken.values())


def entrust(work: sa.Connection, now: int) -> tuple[list[CommandRecord], int]:
    """Mark every command without a verdict as handed to a courier.

    From here on it may reach the centre behind this computer's back, so its answer is unknown.

    Returns:
        All that go, in order, and how many were marked: of the others, which are facts, only the
        number of the receipt is asked for.
    """
    taken = undecided(work)
    marked = work.exec_driver_sql(
        "UPDATE commands SET courier_at = ?, doubtful = 1,"
        " delivery = iif(delivery = 'stored', 'unknown', delivery)"
        " WHERE delivery <> 'accepted' AND id IN (SELECT value FROM json_each(?))",
        (now, json_text([record.id for record in taken])),
    )
    return taken, marked.rowcount


def undecided(work: sa.Connection) -> list[CommandRecord]:
    """Return every command without a verdict or a receipt that may go, in order.

    Those being sent are included.
    """
    taken: dict[str, CommandRecord] = {}
    for record, is_free in _candidates(work, [*_WAITING, "sending"]):
        if is_free or record.after in taken:
            taken[record.id] = record
    return list(taken.values())


def handed_over(work: sa.Connection) -> dict[str, int | None]:
    """Return when each command without an answer was last handed to a courier, if it was."""
    rows = work.exec_driver_sql("SELECT id, courier_at FROM commands WHERE delivery = 'unknown'")
    return {row.id: row.courier_at for row in rows}


def take_from_courier(
    work: sa.Connection, ids: Collection[str], earlier: Mapping[str, int | None]
) -> None:
    """Undo :func:`entrust`: no file was made.

    What the network has taken up meanwhile stays doubtful.

    Args:
        ids: of commands that had never left before.
        earlier: what :func:`handed_over` said of the others.
    """
    work.exec_driver_sql(
        "UPDATE commands SET courier_at = earlier.value FROM json_each(?) AS earlier"
        " WHERE commands.id = earlier.key",
        (json_text(dict(earlier)),),
    )
    work.exec_driver_sql(
        "UPDATE commands SET courier_at = NULL, doubtful = 0, delivery = 'stored'"
        " WHERE delivery = 'unknown' AND (sent_at IS NULL OR sent_at < courier_at)"
        " AND id IN (SELECT value FROM json_each(?))",
        (json_text(list(ids)),),
    )


def give_back(work: sa.Connection, ids: Collection[str]) -> set[int]:
    """End attempts in which these were not decided; return the cases concerned.

    They are as they were before: what may have arrived earlier stays doubtful.
    """
    return _end_attempts(work, ids, "delivery = iif(doubtful, 'unknown', 'stored')")


def doubt(work: sa.Connection, ids: Collection[str] | None = None) -> set[int]:
    """End attempts whose outcome nobody knows; return the cases concerned."""
    return _end_attempts(work, ids, "delivery = 'unknown', doubtful = 1")


def settle(work: sa.Connection, verdicts: Iterable[Verdict], now: int) -> set[int]:
    """Record final verdicts on commands that have none yet; return the cases concerned.

    Args:
        now: the centre's time, for verdicts that do not tell their own.
    """
    concerned: set[int] = set()
    for verdict in verdicts:
        if not verdict.is_final:
            continue
        delivery = _VERDICTS[verdict.verdict]
        found = work.exec_driver_sql(
            "UPDATE commands SET delivery = ?, receipt = ?, verdict_v = ?, verdict_seq = ?,"
            " settled_at = ?, code = ?, choices = ?, flags = ?, label = ?, receipt_due = 0"
            " WHERE id = ? AND (delivery IN ('stored', 'sending', 'unknown')"
            " OR receipt_due = 1 AND ? = 'accepted') RETURNING case_id",
            (
                delivery.value,
                verdict.receipt,
                verdict.v,
                verdict.seq,
                verdict.at or now,
                verdict.code,
                json_text(verdict.choices),
                json_text(verdict.flags) if verdict.flags else "",
                verdict.label,
                verdict.id,
                delivery.value,
            ),
        )
        concerned.update(found.scalars())
        # What is a fact stays accepted, whatever else is said of it; there is no receipt then.
        work.exec_driver_sql("UPDATE commands SET receipt_due = 0 WHERE id = ?", (verdict.id,))
    return concerned


def become_facts(work: sa.Connection, facts: Iterable[EventRecord]) -> list[EventRecord]:
    """Return those facts that an act of this file became without being accepted here yet."""
    named = {fact.command_id: fact for fact in facts if fact.command_id is not None}
    if not named:
        return []
    own = work.exec_driver_sql(
        f"SELECT id FROM commands WHERE delivery IN {_NOT_ACCEPTED}"  # noqa: S608 - constants
    )
    return [named[id_] for id_ in own.scalars() if id_ in named]


def witness(work: sa.Connection, facts: Iterable[EventRecord]) -> set[int]:
    """Record that acts were accepted, as their facts tell; return the cases concerned.

    A fact tells when it was recorded and what was said of it, as the verdict would; not the number
    of the receipt, which is asked for.
    """
    concerned: set[int] = set()
    for fact in become_facts(work, facts):
        found = work.exec_driver_sql(
            "UPDATE commands SET delivery = 'accepted', receipt_due = 1, verdict_v = ?,"
            " settled_at = ?, flags = ?, code = '', choices = '[]', label = ''"
            " WHERE id = ? RETURNING case_id",
            (fact.v, fact.at, json_text(fact.flags) if fact.flags else "", fact.command_id),
        )
        concerned.update(found.scalars())
    return concerned


def withdraw(work: sa.Connection, id_: str, successor: str | None, now: int) -> None:
    """Take a command out of the queue; what waited for it waits for its successor instead.

    It is not settled before what the centre settled, whatever the clock here says: the copy is
    kept for some time from then on.
    """
    work.exec_driver_sql(
        "UPDATE commands SET delivery = 'withdrawn', overlay = 0, settled_at = max(?,"
        " (SELECT coalesce(max(settled_at), 0) FROM commands WHERE delivery = 'accepted'))"
        " WHERE id = ?",
        (now, id_),
    )
    work.exec_driver_sql("UPDATE commands SET after = ? WHERE after = ?", (successor, id_))


def begin_overlay(work: sa.Connection, ids: Collection[str]) -> None:
    """Fold accepted commands in again, for the cache has lost what it told of them."""
    work.exec_driver_sql(
        "UPDATE commands SET overlay = 1"
        " WHERE delivery = 'accepted' AND id IN (SELECT value FROM json_each(?))",
        (json_text(list(ids)),),
    )


def end_overlay(work: sa.Connection, ids: Collection[str]) -> None:
    """Stop folding accepted commands in, for the cache tells the same now."""
    work.exec_driver_sql(
        "UPDATE commands SET overlay = 0"
        " WHERE delivery = 'accepted' AND id IN (SELECT value FROM json_each(?))",
        (json_text(list(ids)),),
    )


def ask_again(work: sa.Connection) -> set[int]:
    """Doubt what was accepted lately, for a restored centre may have lost it.

    It goes out again under its id: a centre that remembers answers as before, one that does not
    decides anew. Return the cases concerned.
    """
    rows = work.exec_driver_sql(
        "UPDATE commands SET delivery = 'unknown', doubtful = 1, overlay = 1, receipt_due = 0"
        " WHERE delivery = 'accepted' AND settled_at >="
        " (SELECT max(settled_at) FROM commands WHERE delivery = 'accepted') - ?"
        " RETURNING case_id",
        (_OLDEST_BACKUP_MS,),
    )
    asked = set(rows.scalars())
    # What is not asked about keeps its receipt; its version was one of the other history.
    work.exec_driver_sql("UPDATE commands SET verdict_v = 0 WHERE delivery = 'accepted'")
    return asked


def _candidates(
    work: sa.Connection, deliveries: Collection[str]
) -> Iterator[tuple[CommandRecord, bool]]:
    for *fields, own, epoch, is_free in work.exec_driver_sql(
        _MAY_GO, (json_text(list(deliveries)),)
    ):
        values: dict[str, Any] = dict(zip(COMMAND_FIELDS, fields, strict=True))
        values["data"] = json_value(values["data"])
        yield CommandRecord(**values, own=json_value(own), epoch=epoch), bool(is_free)


def _end_attempts(work: sa.Connection, ids: Collection[str] | None, change: str) -> set[int]:
    rows = work.exec_driver_sql(
        f"UPDATE commands SET {change} WHERE delivery = 'sending'"  # noqa: S608 - a constant
        " AND (?1 IS NULL OR id IN (SELECT value FROM json_each(?1))) RETURNING case_id",
        (None if ids is None else json_text(list(ids)),),
    )
    return set(rows.scalars())
