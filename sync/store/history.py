# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this installation delivered or took back, for as long as copies are kept.

The facts stay with their cases at the centre; these copies are for the officer's own overview.
What is not settled is no history and is never removed by age.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from sync.cases.views import KEPT_DAYS

DAY_MS: Final = 86_400_000

_FORGET: Final = """
    DELETE FROM commands
    WHERE delivery IN ('accepted', 'withdrawn') AND overlay = 0 AND settled_at <
            (SELECT max(settled_at) FROM commands WHERE delivery = 'accepted') - ?
        AND NOT EXISTS (SELECT 1 FROM own_files AS f
            WHERE f.at_centre = 0 AND instr(commands.data, f.sha256))
"""
"""Age is told by the centre's clock alone: one that leapt ahead here must not empty anything."""


def forget_old(work: sa.Connection) -> int:
    """Remove copies that are too old; return how many. Their files must be at the centre."""
    return work.exec_driver_sql(_FORGET, (KEPT_DAYS * DAY_MS,)).rowcount
