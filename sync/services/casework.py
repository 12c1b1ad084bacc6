# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do to cases. Each verb is one durable step on this computer; the network is later."""

from __future__ import annotations

from collections.abc import Callable

from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from sync.cases.lifecycle import Choice
from sync.cases.views import CaseView, Draft
from sync.store.local import LocalStore


class Casework:
    """The officer's verbs."""

    def __init__(
        self, store: LocalStore, clock: Callable[[], int], new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def act(
        self,
        case_id: CaseId,
        body: CommandBody,
        base_v: int,
        *,
        from_draft: Draft | None = None,
        resolves: CommandId | None = None,
    ) -> tuple[CommandId, ChangeSet]:
        """Record an act in the outbox; it is on the disk when this returns.

        Args:
            base_v: the version of the case that the officer saw (``CaseView.confirmed.v``).
            from_draft: the draft the words come from; it goes in the same transaction.
            resolves: the earlier command whose conflict this one decides.

        Raises:
            Refused: the rules do not allow it (``refused.*``); nothing was recorded.
            StoreUnavailable: nothing was recorded; the draft is still there.
        """
        raise NotImplementedError

    def withdraw(self, command_id: CommandId) -> ChangeSet:
        """Take back an act that has not left this computer; a copy is kept.

        Raises:
            Refused: ``refused.already-sent``: it may have reached the centre.
        """
        raise NotImplementedError

    def decide(self, command_id: CommandId, choice: Choice) -> tuple[Draft | None, ChangeSet]:
        """Settle an act that the centre did not accept; its words are kept in every case.

        Returns:
            The draft that the words went into (``EDIT`` only).

        Raises:
            Refused: ``refused.not-a-choice``: not offered for this act, or it is settled.
        """
        raise NotImplementedError

    def refusal(self, view: CaseView, body_type: type[CommandBody]) -> str | None:
        """Return the code of why a verb is not possible on a case now, or None when it is."""
        raise NotImplementedError
