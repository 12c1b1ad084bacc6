# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do to cases. Each verb is one durable step here; the network comes later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sync.cases import lifecycle
from sync.cases.access import Actor, may_do, why_not
from sync.cases.changes import ChangeSet
from sync.cases.commands import (
    Close,
    Command,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Respond,
    all_words_of,
    joined,
    kind_of,
    words_of,
)
from sync.cases.flagged import unseen
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import POLICY, Choice
from sync.cases.views import CaseView, Draft, OutboxItem
from sync.errors import Refused
from sync.store.local import LocalStore

_SENDING = frozenset({Choice.RESEND, Choice.AS_RESPONSE})


class Casework:
    """The officer's verbs.

    Args:
        officer: who works here; asked each time, for their scope may change.
    """

    def __init__(
        self,
        store: LocalStore,
        officer: Callable[[], Actor],
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._officer = officer
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
        projected = self._store.cases.projected(case_id)
        if projected is None:
            raise Refused("refused.out-of-scope", case_id=case_id)
        refused = lifecycle.refusal(*projected, body, self._officer())
        if refused is not None:
            raise Refused(refused.code, case_id=case_id)
        case, _ = projected
        label = (case.tracking_id, case.title)
        return self._record(
            case_id, body, base_v, from_draft=from_draft, resolves=resolves, label=label
        )

    def withdraw(self, command_id: CommandId) -> ChangeSet:
        """Take back an act that has not left this computer; a copy is kept.

        Raises:
            Refused: ``withdraw.unknown``: it may have reached the centre; ``withdraw.settled``:
                it is a fact, or was taken back before.
        """
        return self._store.outbox.withdraw(command_id, self._clock())

    def decide(
        self, command_id: CommandId, choice: Choice, *, seen_v: int
    ) -> tuple[Draft | None, ChangeSet]:
        """Settle an act that the centre did not accept; its words are kept in every case.

        Args:
            seen_v: how much of the case's ledger the officer was shown (``OutboxItem.seen_v``).
                What came later is unseen, here and at the centre.

        Returns:
            The draft that the words went into (``EDIT`` only).

        Raises:
            Refused: ``decision.gone``: it needs none any more; ``decision.not-offered``;
                ``decision.newer``: something arrived that the officer was not shown.
        """
        for item in self._store.outbox.decisions():
            if item.command.id == command_id:
                return self._settle(item, choice, seen_v)
        raise Refused("decision.gone", command_id=command_id)

    def decide_all(
        self, choice: Choice, seen: Mapping[CommandId, int]
    ) -> tuple[dict[CommandId, Refused], ChangeSet]:
        """Settle several acts alike, each as durable as if it were the only one.

        Args:
            seen: act -> how much of its case's ledger the officer was shown.

        Returns:
            The acts that could not be settled this way, and why (see :meth:`decide`).
        """
        refused = {
            command_id: Refused("decision.gone", command_id=command_id) for command_id in seen
        }
        changes = ChangeSet()
        for item in self._store.outbox.decisions():
            command_id = item.command.id
            if command_id not in seen:
                continue
            try:
                changes |= self._settle(item, choice, seen[command_id])[1]
                del refused[command_id]
            except Refused as error:
                refused[command_id] = error
        return refused, changes

    def _settle(
        self, item: OutboxItem, choice: Choice, seen_v: int
    ) -> tuple[Draft | None, ChangeSet]:
        command_id = item.command.id
        if choice not in item.choices:
            raise Refused("decision.not-offered", command_id=command_id, choice=choice.value)
        if choice in _SENDING and any(event.v > seen_v for event in item.newer):
            raise Refused("decision.newer", command_id=command_id)
        match choice:
            case Choice.RESEND:
                return None, self._send_again(item.command, item.command.body, seen_v)
            case Choice.AS_RESPONSE:
                response = _as_response(item.command.body)
                return None, self._send_again(item.command, response, seen_v)
            case Choice.EDIT:
                return self._edit(item, seen_v)
            case Choice.HAND_OVER:
                body = HandOver(text=all_words_of(item.command.body), meant_as=_kind(item.command))
                return None, self._send_again(item.command, body, seen_v)
            case Choice.WITHDRAW:
                return None, self._store.outbox.withdraw(command_id, self._clock())

    def hand_over(self, draft: Draft) -> tuple[CommandId, ChangeSet]:
        """Give a draft on a case that left to whoever has the case now.

        Raises:
            Refused: ``refused.empty``; nothing was recorded, the draft is still there.
        """
        words = joined(draft.text, draft.next_step)
        if not words:
            raise Refused("refused.empty", case_id=draft.case_id)
        body = HandOver(text=words, meant_as=draft.kind)
        return self._record(draft.case_id, body, draft.base_v or 0, from_draft=draft)

    def send_unseen(self, draft: Draft, body: CommandBody) -> tuple[CommandId, ChangeSet]:
        """Send a draft on a case that is withheld here.

        No early refusal: there is no case to look at. The centre asks about what is new, and what
        it refuses comes back with its words.

        Raises:
            Refused: ``refused.empty``; nothing was recorded, the draft is still there.
        """
        if not words_of(body).strip():
            raise Refused("refused.empty", case_id=draft.case_id)
        return self._record(draft.case_id, body, draft.base_v or 0, from_draft=draft)

    def refusal(self, view: CaseView, body_type: type[CommandBody]) -> str | None:
        """Return the code of why a verb is not possible on a case now, or None when it is.

        Words are not looked at; they may still be refused when the act is recorded.
        """
        officer = self._officer()
        if not officer.scope.sees(view.case.unit_id):
            return "refused.out-of-scope"
        if not may_do(officer, body_type, view.case.unit_id):
            return why_not(officer)
        statuses = POLICY[body_type].statuses
        if statuses is not None and view.status not in statuses:
            return "refused.status"
        return None

    def refusal_to_look(self, view: CaseView) -> str | None:
        """Return the code of why flagged facts cannot be marked as seen, or None when they can.

        A second pair of eyes is meant: who wrote all of them cannot (``refused.not-flagged``).
        """
        flagged = unseen(view.entries)
        if all(event.actor_id == self._officer().id for event in flagged):
            return "refused.not-flagged"
        return self.refusal(view, Note)

    def _record(
        self,
        case_id: CaseId,
        body: CommandBody,
        base_v: int,
        *,
        from_draft: Draft | None = None,
        resolves: CommandId | None = None,
        label: tuple[str, str] | None = None,
    ) -> tuple[CommandId, ChangeSet]:
        return self._store.outbox.record(
            body,
            case_id=case_id,
            base_v=base_v,
            now=self._clock(),
            command_id=CommandId(self._new_id()),
            resolves=resolves,
            from_draft=None if from_draft is None else from_draft.kind,
            label=label,
        )

    def _send_again(self, old: Command, body: CommandBody, seen_v: int) -> ChangeSet:
        """Send words that the officer stands by, now knowing what is new.

        No early refusal here: the centre may know better than this computer's picture by now, and
        what it refuses comes back with its words.
        """
        base_v = max(old.base_v, seen_v)
        return self._record(old.case_id, body, base_v, resolves=old.id)[1]

    def _edit(self, item: OutboxItem, seen_v: int) -> tuple[Draft, ChangeSet]:
        """Put the words into a draft first, then take the act back: a crash leaves both."""
        command = item.command
        kind = kind_of(command.body)
        draft = _with_words(
            self._store.drafts.load(command.case_id, kind),
            command.body,
            case_id=command.case_id,
            kind=kind,
            base_v=max(command.base_v, seen_v) if item.case_present else None,
            saved_at=self._clock(),
        )
        changes = self._store.drafts.save(draft)
        return draft, changes | self._store.outbox.withdraw(command.id, self._clock())


def _kind(command: Command) -> str:
    return kind_of(command.body)


def _as_response(body: CommandBody) -> CommandBody:
    """Return the last word of a closure as an answer that leaves the case open."""
    return Respond(text=body.text) if isinstance(body, Close) else body


def _with_words(present: Draft | None, body: CommandBody, **place: Any) -> Draft:  # noqa: ANN401
    """Return a draft with the words of an act, before what was typed in the meantime."""
    act = Draft(text=words_of(body), **place)
    if isinstance(body, FollowUp):
        act = replace(
            act,
            done_on=body.done_on,
            evidence=body.evidence,
            next_step=body.next_step,
            next_step_on=body.next_step_on,
        )
    if present is None:
        return act
    return replace(
        act,
        text=_both(act.text, present.text, "\n\n"),
        done_on=act.done_on or present.done_on,
        evidence=tuple(dict.fromkeys((*act.evidence, *present.evidence))),
        next_step=_both(act.next_step, present.next_step, "; "),
        next_step_on=act.next_step_on or present.next_step_on,
    )


def _both(first: str, second: str, between: str) -> str:
    if not first.strip() or second.strip() in {"", first.strip()}:
        return first or second
    return f"{first}{between}{second}"
