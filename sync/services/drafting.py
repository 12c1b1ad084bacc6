# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that are not sent yet. They reach the disk while they are typed."""

from __future__ import annotations

from collections.abc import Callable

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
        raise NotImplementedError

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return the draft of a kind (a name of ``commands.COMMAND_KINDS``) for a case."""
        raise NotImplementedError

    def discard(self, case_id: CaseId, kind: str) -> ChangeSet:
        """Throw a draft away, because the officer said so."""
        raise NotImplementedError
