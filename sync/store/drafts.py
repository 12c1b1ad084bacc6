# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words not sent yet, and copies of words that were taken back. Both outlive their cases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from sync.cases.changes import ChangeSet
from sync.cases.commands import joined
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import Draft
from sync.errors import StoreUnavailable
from sync.store.files import Files
from sync.store.overlay import show
from sync.store.records import case_ids_in, json_text, json_value

_KEPT_APART = ("case_id", "kind", "base_v", "saved_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDraft:
    """A draft with the name of its case as it was when the officer wrote.

    Attributes:
        case_present: False once the case has left this computer.
    """

    draft: Draft
    tracking_id: str
    title: str
    case_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWords:
    """A copy of words that were withdrawn, replaced or discarded (``reason``)."""

    case_id: CaseId
    kind: str
    text: str
    reason: str
    kept_at: int
    command_id: CommandId | None
    tracking_id: str
    title: str


class Drafts:
    """The officer's drafts: at most one of each kind of command for a case."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def save(self, draft: Draft) -> ChangeSet:
        """Put a draft on the disk; a blank one takes away what was there.

        The change names the case only when its mark in the lists changes, not at every pause.
        """
        label = label_of(self._files, draft.case_id)
        with self._files.work.write() as work:
            before = _has_any(work, draft.case_id)
            if draft.is_blank:
                delete_draft(work, draft.case_id, draft.kind)
            else:
                _put(work, draft, label)
            after = _has_any(work, draft.case_id)
        return self._marked(draft.case_id) if before != after else ChangeSet(drafts=True)

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return a draft, or None where there is none."""
        with self._files.work.read() as work:
            row = work.exec_driver_sql(
                "SELECT case_id, kind, fields, base_v, saved_at FROM drafts"
                " WHERE case_id = ? AND kind = ?",
                (case_id, kind),
            ).first()
        return None if row is None else _draft(*row)

    def discard(self, case_id: CaseId, kind: str, now: int) -> ChangeSet:
        """Take a draft away and keep a copy of its words."""
        with self._files.work.write() as work:
            keep_draft(work, case_id, kind, "discarded", now)
            if not delete_draft(work, case_id, kind):
                return ChangeSet()
        return self._marked(case_id)

    def all(self) -> list[ListedDraft]:
        """Return every draft, the one written last first, also those whose case has left."""
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(
                "SELECT case_id, kind, fields, base_v, saved_at, label_tracking_id, label_title"
                " FROM drafts ORDER BY saved_at DESC, case_id, kind"
            ).all()
        with self._files.cache.read() as cache:
            present = case_ids_in(cache, [row[0] for row in rows])
        return [
            ListedDraft(
                draft=_draft(*fields),
                tracking_id=tracking_id,
                title=title,
                case_present=fields[0] in present,
            )
            for *fields, tracking_id, title in rows
        ]

    def kept(self) -> list[KeptWords]:
        """Return the copies of words that were taken back, newest first."""
        with self._files.work.read() as work:
            rows = work.exec_driver_sql(
                "SELECT case_id, kind, fields, reason, kept_at, command_id, label_tracking_id,"
                " label_title FROM kept ORDER BY id DESC"
            ).all()
        return [_kept(*row) for row in rows]

    def _marked(self, case_id: CaseId) -> ChangeSet:
        show(self._files, case_id)
        return ChangeSet(cases=frozenset({case_id}), drafts=True)


def label_of(files: Files, case_id: CaseId) -> tuple[str, str]:
    """Return a case's tracking ID and title, as the officer sees them now or saw them last.

    Words must be kept even while the cache cannot be read; they then go without a name.
    """
    row = None
    with suppress(StoreUnavailable), files.cache.read() as cache:
        query = "SELECT tracking_id, title FROM cases WHERE id = ?"
        row = cache.exec_driver_sql(query, (case_id,)).first()
    if row is None:
        with files.work.read() as work:
            row = work.exec_driver_sql(
                "SELECT label_tracking_id, label_title FROM commands WHERE case_id = ?1 UNION ALL"
                " SELECT label_tracking_id, label_title FROM drafts WHERE case_id = ?1 UNION ALL"
                " SELECT label_tracking_id, '' FROM departures WHERE case_id = ?1",
                (case_id,),
            ).first()
    return ("", "") if row is None else (str(row[0]), str(row[1]))


def keep_draft(work: sa.Connection, case_id: int, kind: str, reason: str, now: int) -> None:
    """Keep a copy of a draft that is about to go; its files stay with it."""
    work.exec_driver_sql(
        "INSERT INTO kept (case_id, kind, fields, reason, kept_at, label_tracking_id, label_title)"
        " SELECT case_id, kind, fields, ?, ?, label_tracking_id, label_title FROM drafts"
        " WHERE case_id = ? AND kind = ?",
        (reason, now, case_id, kind),
    )


def delete_draft(work: sa.Connection, case_id: int, kind: str) -> bool:
    """Take a draft away; say whether there was one."""
    deleted = work.exec_driver_sql(
        "DELETE FROM drafts WHERE case_id = ? AND kind = ?", (case_id, kind)
    )
    return deleted.rowcount > 0


def _has_any(work: sa.Connection, case_id: int) -> bool:
    query = "SELECT EXISTS (SELECT 1 FROM drafts WHERE case_id = ?)"
    return bool(work.exec_driver_sql(query, (case_id,)).scalar_one())


def _put(work: sa.Connection, draft: Draft, label: tuple[str, str]) -> None:
    fields = {
        name: value for name, value in msgspec.to_builtins(draft).items() if name not in _KEPT_APART
    }
    work.exec_driver_sql(
        "INSERT INTO drafts (case_id, kind, fields, base_v, saved_at, label_tracking_id,"
        " label_title, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT value FROM meta"
        " WHERE name = 'epoch')) ON CONFLICT (case_id, kind) DO UPDATE SET"
        # The history of the version that the officer saw, not that of the last keystroke.
        " epoch = iif(base_v IS excluded.base_v, epoch, excluded.epoch),"
        " fields = excluded.fields, base_v = excluded.base_v, saved_at = excluded.saved_at,"
        " label_tracking_id = excluded.label_tracking_id, label_title = excluded.label_title",
        (draft.case_id, draft.kind, json_text(fields), draft.base_v, draft.saved_at, *label),
    )


def _draft(case_id: int, kind: str, fields: str, base_v: int | None, saved_at: int) -> Draft:
    apart = {"case_id": case_id, "kind": kind, "base_v": base_v, "saved_at": saved_at}
    return msgspec.convert({**json_value(fields), **apart}, Draft)


def _kept(
    case_id: int,
    kind: str,
    fields: str,
    reason: str,
    kept_at: int,
    command_id: str | None,
    tracking_id: str,
    title: str,
) -> KeptWords:
    words = json_value(fields)
    return KeptWords(
        case_id=CaseId(case_id),
        kind=kind,
        text=joined(words.get("text") or words.get("reason") or "", words.get("next_step") or ""),
        reason=reason,
        kept_at=kept_at,
        command_id=None if command_id is None else CommandId(command_id),
        tracking_id=tracking_id,
        title=title,
    )
