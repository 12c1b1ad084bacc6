# SPDX-License-Identifier: AGPL-3.0-or-later
"""What exists on this computer only, as rows that can be kept elsewhere and put back.

Titles of complaints are left out: a copy holds what the officer typed, and numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.courier.bundle import OwnerRecord, RowRecord
from sync.errors import StoreUnavailable
from sync.store import deliveries, meta
from sync.store.backup import JUMP
from sync.store.centre_keys import pin, pinned
from sync.store.drafts import label_of
from sync.store.engine import WORK_TUNING, Database
from sync.store.files import Files
from sync.store.identity import officer_of
from sync.store.overlay import show
from sync.store.records import UNSETTLED_STATES
from sync.store.schema_work import commands, drafts, kept, own_files
from sync.wire.messages import CommandRecord

_TITLE = "label_title"
_TABLES = {table.name: table for table in (commands, drafts)}
_UNSETTLED = commands.c.delivery.in_(UNSETTLED_STATES)
_FILE_FOLLOWS = sa.exists().where(
    own_files.c.at_centre == sa.false(), sa.func.instr(commands.c.data, own_files.c.sha256)
)
_IDS = sa.union(
    sa.select(commands.c.id).where(_UNSETTLED),
    sa.select(commands.c.after).where(_UNSETTLED),
    sa.select(commands.c.id).where(_FILE_FOLLOWS),
)
_ACTS = sa.select(commands).where(commands.c.id.in_(_IDS))
"""With what they must come after, or they could never go again; and with those whose files the
centre lacks, for a file that no words name would never go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """What exists on this computer only.

    Attributes:
        commands: what the centre could take as it is.
        rows: all of it, to be put back.
    """

    owner: OwnerRecord
    epoch: str
    commands: Sequence[CommandRecord]
    rows: Sequence[RowRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """How many acts and drafts were put back, and what changed with it."""

    acts: int = 0
    drafts: int = 0
    changes: ChangeSet = field(default_factory=ChangeSet)


class UnsentWork:
    """Reads and puts back what exists on this computer only."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def read(self) -> Unsent:
        """Return it as it is now."""
        with self._files.work.read() as work:
            return Unsent(
                owner=OwnerRecord(
                    device_id=meta.get(work, "device_id") or "",
                    next_n=_next_n(work),
                    officer=officer_of(work),
                    centre=pinned(work),
                ),
                epoch=meta.get(work, "epoch") or "",
                commands=deliveries.undecided(work),
                rows=[*_rows(work, _ACTS), *_rows(work, sa.select(drafts))],
            )

    def take_over(self, aside: Path, key: bytes) -> PutBack:
        """Put back what can still be read of a broken work file that was set aside."""
        return self.put_back(
            OwnerRecord(device_id="", next_n=1), _legible(aside, key), also_drafts=True
        )

    def put_back(
        self, owner: OwnerRecord, rows: Iterable[RowRecord], *, also_drafts: bool
    ) -> PutBack:
        """Put back what is missing. An act that is here in any state is not missing.

        What was put back may have been sent meanwhile, so it is asked about under its id.

        Args:
            also_drafts: False where a draft may be missing because its officer has dealt with it.
                In a work file that never had an owner nobody can have: an earlier attempt to put
                all of it back ended before it had begun. Nor in one that has given out fewer
                numbers than the copy knows of: somebody has put an old one in its place.
        """
        known = [(_TABLES[row.table], row.values) for row in rows if row.table in _TABLES]
        labels = {
            int(values["case_id"]): label_of(self._files, CaseId(values["case_id"]))[1]
            for _, values in known
        }
        with self._files.work.write() as work:
            device = meta.get(work, "device_id")
            is_new = device is None
            is_older = device == owner.device_id and owner.next_n > _next_n(work)
            all_of_it = also_drafts or is_new or is_older
            acts = [
                values["case_id"]
                for table, values in known
                if table is commands and _put_act(work, values, labels)
            ]
            written = [
                values["case_id"]
                for table, values in known
                if table is drafts and all_of_it and _put_draft(work, values, labels)
            ]
            if acts or is_new:
                _put_owner(work, owner)
        cases = frozenset(map(CaseId, [*acts, *written]))
        for case_id in cases:
            show(self._files, case_id)
        changes = ChangeSet(cases=cases, outbox=bool(acts), drafts=bool(written))
        return PutBack(acts=len(acts), drafts=len(written), changes=changes)


def _rows(work: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[RowRecord]:
    (table,) = query.get_final_froms()
    name = str(getattr(table, "name", ""))
    return [
        RowRecord(
            table=name,
            values={key: value for key, value in row.items() if key != _TITLE},
        )
        for row in work.execute(query).mappings()
    ]


def _legible(path: Path, key: bytes) -> list[RowRecord]:
    """Return the rows of a broken file that can be read, on either side of a broken page.

    Whoever has met a broken page sees no other one: each direction opens the file anew.
    """
    found: dict[tuple[str, int], RowRecord] = {}
    for name, order in itertools.product(_TABLES, ("ASC", "DESC")):
        database = Database(path, key, WORK_TUNING)
        with closing(database), suppress(StoreUnavailable), database.read() as work:
            query = f"SELECT rowid AS row, * FROM {name} ORDER BY rowid {order}"  # noqa: S608
            rows = work.exec_driver_sql(query).mappings()
            while row := rows.fetchone():
                values = {key: value for key, value in row.items() if key not in {"row", _TITLE}}
                found[name, row["row"]] = RowRecord(table=name, values=values)
    return [found[place] for place in sorted(found)]


def _fitting(table: sa.Table, values: dict[str, Any], labels: dict[int, str]) -> dict[str, Any]:
    """Return the columns that this program knows."""
    fitting = {key: value for key, value in values.items() if key in table.c}
    return fitting | {_TITLE: labels.get(int(values["case_id"]), "")}


def _put_act(work: sa.Connection, values: dict[str, Any], labels: dict[int, str]) -> bool:
    is_known = sa.select(commands.c.id).where(commands.c.id == values["id"])
    if work.execute(is_known).first() is not None:
        return False
    row = _fitting(commands, values, labels)
    if row["delivery"] in {"stored", "sending", "unknown"}:
        row |= {"delivery": "unknown", "doubtful": True}
    is_taken = sa.select(commands.c.n).where(commands.c.n == row["n"])
    if work.execute(is_taken).first() is not None:
        row["n"] = meta.count(work, "next_n")
    work.execute(sa.insert(commands).values(row))
    return True


def _put_draft(work: sa.Connection, values: dict[str, Any], labels: dict[int, str]) -> bool:
    """Put a draft where there is none, or older words of it; those are kept like replaced ones."""
    same = (drafts.c.case_id == values["case_id"]) & (drafts.c.kind == values["kind"])
    here = work.execute(sa.select(drafts).where(same)).mappings().first()
    if here is not None:
        if here["fields"] == values["fields"] or here["saved_at"] > values["saved_at"]:
            return False
        replaced = {name: value for name, value in here.items() if name in kept.c}
        work.execute(
            sa.insert(kept).values(replaced | {"reason": "replaced", "kept_at": here["saved_at"]})
        )
        work.execute(sa.delete(drafts).where(same))
    work.execute(sa.insert(drafts).values(_fitting(drafts, values, labels)))
    return True


def _put_owner(work: sa.Connection, owner: OwnerRecord) -> None:
    """Be the same device again; numbers given out since the copy was made are not given again."""
    if meta.get(work, "device_id") is None and owner.device_id:
        meta.put(work, device_id=owner.device_id)
    if officer_of(work) is None and owner.officer is not None:
        meta.put(work, officer=msgspec.json.encode(owner.officer).decode())
    if pinned(work) is None and owner.centre is not None:
        pin(work, owner.centre)
    meta.put(work, next_n=str(max(_next_n(work), owner.next_n + JUMP)))


def _next_n(work: sa.Connection) -> int:
    return int(meta.get(work, "next_n") or "1")
