# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cases that the officer wants to have ready without a line (*simpan untuk luring*)."""

from __future__ import annotations

from sync.cases.ids import CaseId
from sync.store.files import Files


class Pins:
    """A wish of the officer: it outlives the cache, and the case itself."""

    def __init__(self, files: Files) -> None:
        self._work = files.work

    def all(self) -> frozenset[CaseId]:
        """Return the pinned cases."""
        with self._work.read() as work:
            rows = work.exec_driver_sql("SELECT case_id FROM pins").scalars()
            return frozenset(CaseId(case_id) for case_id in rows)

    def set(self, case_id: CaseId, now: int, *, pinned: bool) -> None:
        """Pin a case, or let it go."""
        with self._work.write() as work:
            if pinned:
                work.exec_driver_sql(
                    "INSERT OR IGNORE INTO pins (case_id, pinned_at) VALUES (?, ?)", (case_id, now)
                )
            else:
                work.exec_driver_sql("DELETE FROM pins WHERE case_id = ?", (case_id,))
