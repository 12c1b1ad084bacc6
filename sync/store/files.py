# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both files of one officer, opened."""

from __future__ import annotations

from dataclasses import dataclass

from sync.cases.rulebook import Rulebook
from sync.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What every part of the store works with.

    Whoever writes both files commits the work file first and only then begins with the cache;
    inside a cache transaction the work file is only read. So no two threads ever wait for each
    other, and a crash in between leaves only what can be computed again.
    """

    cache: Database
    work: Database
    rulebook: Rulebook
