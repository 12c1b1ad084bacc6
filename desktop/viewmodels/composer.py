# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where words are written: response, follow-up, note, and the last words of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.composer_state import (
    KINDS,
    LAST_WORDS,
    TABS,
    ComposerState,
    ComposerWords,
    Situation,
)
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.draft_words import Key, body_of, key_of
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.news import News, NewsFinder, holds_back
from desktop.viewmodels.problems import Problem, describe, describe_code
from sync.cases.case import Attachment
from sync.cases.changes import ChangeSet
from sync.cases.commands import CommandBody
from sync.cases.ids import CaseId, CommandId
from sync.cases.views import Draft


class Acts(Protocol):
    """What records an act; `sync.services.casework.Casework` is one."""

    def act(
        self,
        case_id: CaseId,
        body: CommandBody,
        base_v: int,
        *,
        from_draft: Draft | None = None,
    ) -> tuple[CommandId, ChangeSet]:
        """Record an act in the outbox; it is on the disk when this returns."""


class ComposerPresenter(QObject):
    """The words of the officer on the open case. Follows `CasePresenter.state_changed`.

    Signals:
        state_changed: the whole new state.
        sent: the outbox has the words; the officer can go on with the next case.
        entry_requested: show this entry of the history (its place in the ledger).
        focus_requested: the officer wants to write here.
    """

    state_changed = emits(ComposerState)
    sent = emits(CommandId)
    entry_requested = emits(CaseId, int)
    focus_requested = emits()

    def __init__(
        self,
        casework: Acts,
        keeper: DraftKeeper,
        lane: Lane,
        bus: ChangeBus,
        news: NewsFinder,
        formats: Formats,
        clock: Callable[[], int],
    ) -> None:
        super().__init__()
        self._casework = casework
        self._keeper = keeper
        self._lane = lane
        self._bus = bus
        self._news = news
        self._formats = formats
        self._clock = clock
        self._words = ComposerWords(formats, clock)
        self._case = CaseState()
        self._begins: Key | None = None
        self._kinds: dict[CaseId, str] = {}
        self._busy: set[Key] = set()
        self._held: set[Key] = set()
        self._copying: frozenset[Key] = frozenset()
        self._problems: dict[Key, Problem] = {}
        self._unsaved: dict[Key, Problem] = {}
        self.state = ComposerState()
        keeper.changed.connect(self._on_draft_changed)
        keeper.saved.connect(self._on_draft_saved)
        keeper.failed.connect(self._on_draft_failed)
        bus.changed.connect(self._on_changed)

    @Slot(object)
    def on_case(self, case: CaseState) -> None:
        """Turn to the open case, or take note of what became of it."""
        is_other = case.case_id != self._case.case_id
        self._case = case
        if is_other or case.absence is not None:
            self._keeper.flush()  # the last keystrokes, before anybody asks where they are
        if is_other and case.case_id is not None:
            self._keeper.load(case.case_id, KINDS)
        self._render()
        if self._begins is not None and self._begins[0] == case.case_id:
            self.begin_in(*self._begins)

    def choose(self, kind: str) -> None:
        """Turn to a kind of words, one of `KINDS`."""
        if self._case.case_id is not None:
            self._kinds[self._case.case_id] = kind
            self._keeper.flush()
            self._render()

    def begin(self, kind: str) -> None:
        """Turn to a kind of words and put the cursor there."""
        self.choose(kind)
        self.focus_requested.emit()

    @Slot(object, object)
    def begin_in(self, case_id: CaseId, kind: str) -> None:
        """Begin in a case that is open, or as soon as it is."""
        self._begins = None
        if kind not in KINDS:
            return
        if case_id == self._case.case_id:
            self.begin(kind)
        else:
            self._begins = (case_id, kind)

    def write(self, text: str) -> None:
        """Take in the words as they are now."""
        self._change(lambda draft: replace(draft, text=text))

    def set_done_on(self, day: date) -> None:
        """Say when the follow-up was done."""
        self._change(lambda draft: replace(draft, done_on=day))

    def set_next_step(self, step: str) -> None:
        """Say what comes next."""
        self._change(lambda draft: replace(draft, next_step=step))

    def set_next_step_on(self, day: date | None) -> None:
        """Say until when that should be done; None for no date."""
        self._change(lambda draft: replace(draft, next_step_on=day))

    @Slot(object, object)
    def add_evidence(self, key: Key, files: tuple[Attachment, ...]) -> None:
        """Record files in the draft for which they were copied, whatever is open by now."""
        draft = self._keeper.shown(*key)
        if draft.is_blank and key == self._key() and self._case.view is not None:
            draft = replace(draft, base_v=self._case.view.confirmed.v)
        self._problems.pop(key, None)
        evidence = tuple(dict.fromkeys((*draft.evidence, *files)))
        self._keeper.keep(replace(draft, evidence=evidence))
        self._keeper.flush()
        self._render()

    @Slot(object, object)
    def show_problem(self, key: Key, problem: Problem) -> None:
        """Say why files could not be added to a draft."""
        self._problems[key] = problem
        self._render()

    @Slot()
    def refuse_files(self) -> None:
        """Say that the words that are open carry no files."""
        if self.state.can_write:
            self.show_problem(self._key(), describe_code("file.not-with-these"))

    @Slot(object)
    def show_copying(self, keys: frozenset[Key]) -> None:
        """Wait with sending the drafts for which files are being copied."""
        self._copying = keys
        self._render()

    def evidence_key(self) -> Key:
        """Return the draft to which files that are given now belong."""
        return self._key()

    def remove_evidence(self, place: int) -> None:
        """Take a file off the record."""
        self._change(lambda draft: replace(draft, evidence=_without(draft.evidence, place)))

    @Slot()
    def flush(self) -> None:
        """Have everything on the disk without waiting for a pause in typing."""
        self._keeper.flush()

    def send(self) -> None:
        """Hand the words to the outbox; what reaches the reporter waits for unseen news."""
        if not self.state.can_send:
            return
        if self.state.news is not None and holds_back(self.state.kind):
            self._held.add(self._key())
            self._render()
        else:
            self._send()

    def send_anyway(self) -> None:
        """Hand the words to the outbox, now that the officer has been told the news."""
        self._acknowledge()
        if self.state.can_send:
            self._send()

    def look(self) -> None:
        """Show the news in the history; from now on they count as seen."""
        news = self.state.news
        if news is not None and self._case.case_id is not None:
            self._acknowledge()
            self.entry_requested.emit(self._case.case_id, news.first_v)

    def _send(self) -> None:
        draft = self._draft()
        view = self._case.view
        if draft is None or view is None:
            return
        self._keeper.flush()
        self._busy.add(key_of(draft))
        self._problems.pop(key_of(draft), None)
        base_v = view.confirmed.v if draft.base_v is None else draft.base_v
        body = body_of(draft, self._formats.today(self._clock()))
        self._lane.run(
            partial(self._casework.act, draft.case_id, body, base_v, from_draft=draft),
            partial(self._on_sent, draft),
            partial(self._on_refused, draft),
            self,
        )
        self._render()

    def _on_sent(self, draft: Draft, outcome: tuple[CommandId, ChangeSet]) -> None:
        command_id, changes = outcome
        self._busy.discard(key_of(draft))
        self._held.discard(key_of(draft))
        self._keeper.sent(draft)
        if draft.kind in LAST_WORDS:
            self._kinds.pop(draft.case_id, None)
        self._bus.announce(changes, self)
        self._render()
        self.sent.emit(command_id)

    def _on_refused(self, draft: Draft, error: Exception) -> None:
        self._busy.discard(key_of(draft))
        self._problems[key_of(draft)] = describe(error)
        self._render()

    def _acknowledge(self) -> None:
        view = self._case.view
        if view is not None:
            self._held.discard(self._key())
            self._change(lambda draft: replace(draft, base_v=view.confirmed.v))

    def _change(self, edit: Callable[[Draft], Draft]) -> None:
        draft = self._draft()
        if draft is None or not self.state.can_write:
            return
        if draft.is_blank and self._case.view is not None:
            draft = replace(draft, base_v=self._case.view.confirmed.v)
        self._problems.pop(key_of(draft), None)
        self._keeper.keep(edit(draft))
        self._render()

    def _draft(self) -> Draft | None:
        case_id = self._case.case_id
        return None if case_id is None else self._keeper.shown(case_id, self._kind())

    def _key(self) -> Key:
        return (self._case.case_id or CaseId(0), self._kind())

    def _kind(self) -> str:
        chosen = self._kinds.get(self._case.case_id or CaseId(0))
        allowed = (kind for kind in TABS if self._case.allows(kind))
        return chosen or next(allowed, TABS[0])

    def _news_of(self, draft: Draft) -> News | None:
        view = self._case.view
        if view is None or draft.is_blank or self._key() in self._busy:
            return None
        return self._news.since(view, draft.base_v, draft.kind)

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, initiator: object) -> None:
        # Somebody else put words into a draft, or took them out: a decision, another window.
        if changes.drafts and initiator is not self._keeper and self._case.case_id is not None:
            self._keeper.load(self._case.case_id, KINDS)

    @Slot(object)
    def _on_draft_changed(self, draft: Draft) -> None:
        if draft.case_id == self._case.case_id:
            self._render()

    @Slot(object)
    def _on_draft_saved(self, draft: Draft) -> None:
        self._unsaved.pop(key_of(draft), None)
        self._on_draft_changed(draft)

    @Slot(object, object)
    def _on_draft_failed(self, draft: Draft, error: Exception) -> None:
        self._unsaved[key_of(draft)] = describe(error)
        self._on_draft_changed(draft)

    def _render(self) -> None:
        state = ComposerState() if self._case.case_id is None else self._compose()
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _compose(self) -> ComposerState:
        key = self._key()
        case_id, kind = key
        drafts = {each: self._keeper.shown(case_id, each) for each in KINDS}
        return self._words.state(
            Situation(
                case=self._case,
                kind=kind,
                drafts=drafts,
                saved_at=self._keeper.saved_at(case_id, kind),
                news=self._news_of(drafts[kind]),
                is_busy=key in self._busy,
                is_held=key in self._held,
                is_copying=key in self._copying,
                problem=self._problems.get(key) or self._unsaved.get(key),
            )
        )


def _without(files: tuple[Attachment, ...], place: int) -> tuple[Attachment, ...]:
    return (*files[:place], *files[place + 1 :])
