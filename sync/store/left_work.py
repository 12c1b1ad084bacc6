# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's own words on cases that are not here any more: nothing typed goes with a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from sync.cases.commands import all_words_of, joined
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery, Standing
from sync.cases.views import Absence, LeftWork
from sync.store import meta
from sync.store.files import Files
from sync.store.records import COMMAND_FIELDS, UNSETTLED, case_ids_in, command_of, json_value

LOCKED = "locked"
"""The case did not leave; it may not be shown until the centre was heard again."""

_DRAFTS = """
    SELECT d.case_id, d.kind, d.fields, d.base_v, d.saved_at, d.label_tracking_id, d.label_title,
        p.reason, p.to_name, p.left_at, p.label_tracking_id
    FROM drafts AS d LEFT JOIN departures AS p ON p.case_id = d.case_id
"""
_COMMANDS = f"""
    SELECT {", ".join(f"c.{name}" for name in COMMAND_FIELDS)}, c.delivery, c.sent_at,
        c.courier_at, c.doubtful, c.choices, c.label_tracking_id, c.label_title,
        p.reason, p.to_name, p.left_at
    FROM commands AS c LEFT JOIN departures AS p ON p.case_id = c.case_id
    WHERE c.delivery IN {UNSETTLED} ORDER BY c.n
"""  # noqa: S608 - names of ours


_PLACES = f"""
    SELECT own.case_id, p.case_id IS NOT NULL FROM (
        SELECT case_id FROM drafts UNION ALL
        SELECT case_id FROM commands WHERE delivery IN {UNSETTLED}
    ) AS own LEFT JOIN departures AS p ON p.case_id = own.case_id
"""  # noqa: S608 - a constant

_ABSENCE = f"""
    SELECT coalesce(max(p.reason), ''), coalesce(max(p.to_name), ''),
        (SELECT count(*) FROM drafts WHERE case_id = ?1)
        + (SELECT count(*) FROM commands WHERE case_id = ?1 AND delivery IN {UNSETTLED})
    FROM departures AS p WHERE p.case_id = ?1
"""  # noqa: S608 - a constant


class LeftWorkShelf:
    """What the officer wrote on cases that left, until it is handed over, sent or withdrawn."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def items(self) -> list[LeftWork]:
        """Return drafts and undelivered acts on cases that left, what was written last first.

        While the cases are being fetched, one that is not here has not left for that reason.
        """
        with self._files.work.read() as work:
            drafts = work.exec_driver_sql(_DRAFTS).all()
            commands = work.exec_driver_sql(_COMMANDS).all()
        found = [*map(_of_draft, drafts), *map(_of_command, commands)]
        if self._files.is_withheld:
            found = [item if item.reason else _locked(item) for item in found]
        gone = self._gone({item.case_id: item.left_at is not None for item in found})
        left = [item for item in found if item.case_id in gone]
        return sorted(left, key=lambda item: item.written_at, reverse=True)

    def count(self) -> int:
        """Return how many items there are, without looking at any of them."""
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(_PLACES).all()
        gone = self._gone(dict(rows))
        return sum(case_id in gone for case_id, _ in rows)

    def absence(self, case_id: CaseId) -> Absence:
        """Return what is known of a case that is not here."""
        with self._files.work.read() as work:
            reason, to, own = work.exec_driver_sql(_ABSENCE, (case_id,)).one()
        return Absence(reason=reason, to=to, left_behind=own)

    def _gone(self, departed: Mapping[int, bool]) -> set[int]:
        """Return which of these cases are not here, and not only for not being fetched yet."""
        if self._files.is_withheld:
            return set(departed)
        with self._files.cache.read() as cache:
            here = case_ids_in(cache, departed)
            whole = _is_whole(cache)
        return {
            case_id
            for case_id, has_departed in departed.items()
            if case_id not in here and (whole or has_departed)
        }


def _is_whole(cache: sa.Connection) -> bool:
    """Return whether the cache holds every case of the officer."""
    return meta.get(cache, "cursor") is not None and meta.get(cache, "loading") is None


def _of_draft(row: Sequence[Any]) -> LeftWork:
    case_id, kind, fields, base_v, saved_at, number, title, reason, to, left_at, left_number = row
    words = json_value(fields)
    return LeftWork(
        case_id=CaseId(case_id),
        kind=kind,
        words=joined(words.get("text", ""), words.get("next_step", "")),
        written_at=saved_at,
        base_v=base_v or 0,
        tracking_id=number or left_number or "",
        title=title,
        reason=reason or "",
        to=to or "",
        left_at=left_at,
        choices=(Choice.HAND_OVER, Choice.WITHDRAW),
    )


def _of_command(row: Sequence[Any]) -> LeftWork:
    delivery, sent_at, courier_at, doubtful, *told = row[len(COMMAND_FIELDS) :]
    choices, number, title, reason, to, left_at = told
    standing = Standing.of(Delivery(delivery), sent_at, courier_at)
    command = command_of(row)
    kind: str = row[COMMAND_FIELDS.index("kind")]
    return LeftWork(
        case_id=command.case_id,
        kind=kind,
        words=all_words_of(command.body),
        written_at=command.at,
        base_v=command.base_v,
        tracking_id=number,
        title=title,
        reason=reason or "",
        to=to or "",
        left_at=left_at,
        command_id=CommandId(command.id),
        delivery=standing.delivery,
        by_courier=standing.by_courier,
        choices=_ways(standing.delivery, json_value(choices), is_doubtful=bool(doubtful)),
    )


def _locked(item: LeftWork) -> LeftWork:
    """Return words on a case that is only withheld: they go on as they were meant."""
    ways = (Choice.RESEND, Choice.WITHDRAW) if item.command_id is None else item.choices
    return replace(item, reason=LOCKED, choices=ways)


def _ways(delivery: Delivery, offered: Sequence[str], *, is_doubtful: bool) -> tuple[Choice, ...]:
    """Return what may be done with an act: one that is under way is decided by the centre."""
    if delivery.needs_decision:
        return tuple(way for way in (Choice.HAND_OVER, Choice.WITHDRAW) if way.value in offered)
    if delivery is Delivery.STORED and not is_doubtful:
        return (Choice.WITHDRAW,)
    return ()
