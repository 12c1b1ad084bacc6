# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that are not sent yet. They reach the disk while they are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.cases.views import Draft
from sync.store.local import LocalStore


class Drafting:
    """The officer's drafts, one for each case and kind of command."""

    def __init__(self, store: LocalStore, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    def save(self, draft: Draft) -> ChangeSet:
        """Keep a draft as it is now; a blank one is removed. On the disk when this returns."""
        return self._store.drafts.save(replace(draft, saved_at=self._clock()))

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return the draft of a kind (a name of ``commands.COMMAND_KINDS``) for a case."""
        return self._store.drafts.load(case_id, kind)

    def discard(self, case_id: CaseId, kind: str) -> ChangeSet:
        """Throw a draft away, because the officer said so; a copy of its words is kept."""
        return self._store.drafts.discard(case_id, kind, self._clock())
