# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the official export into the ledger: known cases get what is new, others are opened.

Rows are taken in batches, each in one transaction, so that memory and locks stay small however
long the file is. Taking the same file in again changes nothing, so an import that was cut is
simply repeated.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from sync.cases.access import Unit
from sync.cases.case import Attachment, Status, StatusMap
from sync.central.administration import insert_units, next_unit_id
from sync.central.database import Database
from sync.central.directory import load_units
from sync.central.import_rows import news_of, opening_of, place_of
from sync.central.import_units import UnitNames
from sync.central.ledger import Change
from sync.central.recording import Recorder
from sync.central.spreadsheet import ExportRow, RowProblem

BATCH_ROWS = 500


@dataclass(slots=True, kw_only=True)
class ImportSummary:
    """What came of an import.

    Attributes:
        problems: rows or values that could not be taken, ``row.no-institution`` added to those
            of the reader.
        unknown_statuses: statuses that the mapping does not know, and how often they came.
        new_units: units that the export names and nobody knew.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    unknown_statuses: Tally[str] = field(default_factory=Tally)
    new_units: list[Unit] = field(default_factory=list)


def import_export(
    database: Database,
    rows: Iterable[ExportRow | RowProblem],
    *,
    status_map: StatusMap,
    clock: Callable[[], int],
    attachments_of: Callable[[str], tuple[Attachment, ...]] = lambda _tracking_id: (),
) -> ImportSummary:
    """Take in the rows of an export.

    Args:
        attachments_of: the complaint's own files by tracking ID, from a source that knows them;
            the export itself does not.
    """
    importer = _Importer(database, status_map, clock, attachments_of)
    for batch in _batches(rows):
        importer.take(batch)
    return importer.summary


class _Importer:
    def __init__(
        self,
        database: Database,
        status_map: StatusMap,
        clock: Callable[[], int],
        attachments_of: Callable[[str], tuple[Attachment, ...]],
    ) -> None:
        self._database = database
        self._status_map = status_map
        self._clock = clock
        self._attachments_of = attachments_of
        self._recorder = Recorder(status_map)
        with database.read() as connection:
            self._names = UnitNames(load_units(connection))
        self.summary = ImportSummary()

    def take(self, batch: Sequence[ExportRow | RowProblem]) -> None:
        """Take in one batch."""
        self.summary.problems += [row for row in batch if isinstance(row, RowProblem)]
        rows = {row.tracking_id: row for row in batch if isinstance(row, ExportRow)}
        self._learn_units(list(rows.values()))
        placed = {key: (row, self._unit_of(row)) for key, row in rows.items()}
        self._record({key: (row, unit) for key, (row, unit) in placed.items() if unit is not None})
        for row, unit in placed.values():
            self._note(row, unit)

    def _record(self, placed: Mapping[str, tuple[ExportRow, Unit]]) -> None:
        now = self._clock()

        def reconcile(connection: Connection) -> dict[str, Change]:
            return self._recorder.reconcile(
                connection,
                placed,
                lambda report, case: news_of(*report, case, now, self._status_map),
                lambda report: opening_of(*report, now, self._status_map, self._attachments_of),
            )

        changes = self._database.transact(reconcile)
        created = sum(change.before is None for change in changes.values())
        self.summary.created += created
        self.summary.updated += len(changes) - created
        self.summary.unchanged += len(placed) - len(changes)

    def _learn_units(self, rows: Sequence[ExportRow]) -> None:
        """Make the units that these rows need, in a transaction before that of the rows.

        It locks the head; the rows' own transaction must lock its cases before that.
        """
        places = {place_of(row) for row in rows}
        if all(self._names.find(place) for place in places):
            return

        def learn(connection: Connection) -> tuple[UnitNames, list[Unit]]:
            known = load_units(connection)
            new = list(UnitNames(known).missing(places, next_unit_id(connection)))
            insert_units(connection, new)
            return UnitNames([*known, *new]), new

        self._names, new = self._database.transact(learn)
        self.summary.new_units += new

    def _unit_of(self, row: ExportRow) -> Unit | None:
        return self._names.find(place_of(row))

    def _note(self, row: ExportRow, unit: Unit | None) -> None:
        if unit is None:
            self.summary.problems.append(
                RowProblem(
                    row_number=row.row_number,
                    tracking_id=row.tracking_id,
                    code="row.no-institution",
                    detail=row.unit_name,
                )
            )
        elif row.status and self._status_map.bucket(row.status) is Status.UNKNOWN:
            self.summary.unknown_statuses[row.status] += 1


def _batches(rows: Iterable[ExportRow | RowProblem]) -> Iterator[list[ExportRow | RowProblem]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH_ROWS)):
        yield batch
