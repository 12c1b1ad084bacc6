# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings words to the disk while they are typed. The one place where drafts wait in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.bridge.timers import Debounce
from desktop.viewmodels.draft_words import Key, blank, joined, key_of, merged, same_words
from sync.cases.changes import ChangeSet
from sync.cases.ids import CaseId
from sync.cases.views import Draft

QUIET_MS: Final = 300
AT_MOST_MS: Final = 600
"""Typing without a pause is saved this often, so that a slow disk too has it within a second."""
RETRY_MS: Final = 5_000


class DraftStore(Protocol):
    """Where drafts are kept; `sync.services.drafting.Drafting` is one."""

    def save(self, draft: Draft) -> ChangeSet:
        """Keep a draft as it is now; a blank one is removed. On the disk when this returns."""

    def load(self, case_id: CaseId, kind: str) -> Draft | None:
        """Return a draft."""


@dataclass(slots=True)
class _Sheet:
    """One draft.

    Attributes:
        shown: what the officer has written.
        known: what is on the disk, as far as we were told.
        handed: what the lane is writing, oldest first.
    """

    shown: Draft
    known: Draft
    handed: list[Draft] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        return same_words(self.shown, self.known)


class DraftKeeper(QObject):
    """All drafts that were looked at since the program started.

    A draft that cannot be written stays here and is tried again until it can.

    Signals:
        changed: a draft says something else now, though its writer did not change it.
        saved: these words are on the disk; only now may anybody say so.
        failed: these words could not be written.
    """

    changed = emits(Draft)
    saved = emits(Draft)
    failed = emits(Draft, Exception)

    def __init__(
        self,
        store: DraftStore,
        lane: Lane,
        bus: ChangeBus,
        clock: Callable[[], int],
        *,
        quiet_ms: int = QUIET_MS,
        at_most_ms: int = AT_MOST_MS,
    ) -> None:
        super().__init__()
        self._store = store
        self._lane = lane
        self._bus = bus
        self._clock = clock
        self._sheets: dict[Key, _Sheet] = {}
        self._quiet = Debounce(quiet_ms, self)
        self._at_most = Debounce(at_most_ms, self)
        self._retry = Debounce(RETRY_MS, self)
        for timer in (self._quiet, self._at_most, self._retry):
            timer.fired.connect(self.flush)

    def shown(self, case_id: CaseId, kind: str) -> Draft:
        """Return the words as the officer has them now; blank until they were loaded."""
        sheet = self._sheets.get((case_id, kind))
        return blank(case_id, kind) if sheet is None else sheet.shown

    def saved_at(self, case_id: CaseId, kind: str) -> int | None:
        """Return since when the words are on the disk as they are shown; None when they are not."""
        sheet = self._sheets.get((case_id, kind))
        return sheet.known.saved_at if sheet is not None and sheet.is_kept else None

    @property
    def are_kept(self) -> bool:
        """Whether all words are on the disk as they are shown."""
        return all(sheet.is_kept for sheet in self._sheets.values())

    def settle(self, on_settled: Callable[[], object]) -> None:
        """Write what is not on the disk, and tell when that has succeeded or failed."""
        self.flush()
        # The lane is strict: what it reports after this was handed in later.
        self._lane.run(_nothing, lambda _none: on_settled(), lambda _error: on_settled(), self)

    def keep(self, draft: Draft) -> None:
        """Take in what the officer has written so far; it is saved soon."""
        self._sheet(key_of(draft)).shown = draft
        self._quiet.poke()
        if not self._at_most.is_waiting:
            self._at_most.poke()

    def add(self, draft: Draft) -> None:
        """Put words that come from elsewhere below those that are there already."""
        self._show(joined(self.shown(draft.case_id, draft.kind), draft))
        self.flush()

    def load(self, case_id: CaseId, kinds: Sequence[str]) -> None:
        """Look what is on the disk; words typed meanwhile are put below it."""
        for kind in kinds:
            key = (case_id, kind)
            self._sheet(key)
            self._lane.run(
                partial(self._store.load, case_id, kind),
                partial(self._on_loaded, key),
                partial(self._on_unreadable, key),
                self,
            )

    def sent(self, draft: Draft) -> None:
        """Forget words that the outbox has; the store removed them with the same stroke."""
        sheet = self._sheets.get(key_of(draft))
        if sheet is not None:
            sheet.known = blank(*key_of(draft))
            self._show(sheet.known if same_words(sheet.shown, draft) else sheet.shown)

    @Slot()
    def flush(self) -> None:
        """Hand everything that is not on the disk to the lane at once."""
        for timer in (self._quiet, self._at_most, self._retry):
            timer.cancel()
        for sheet in list(self._sheets.values()):
            last = sheet.handed[-1] if sheet.handed else sheet.known
            if not same_words(last, sheet.shown):
                self._hand(sheet)

    def _hand(self, sheet: _Sheet) -> None:
        ours = (sheet.known, *sheet.handed)
        draft = sheet.shown
        sheet.handed.append(draft)
        self._lane.run(
            partial(self._write, ours, draft),
            partial(self._on_written, draft),
            partial(self._on_failed, draft),
            self,
        )

    def _write(self, ours: tuple[Draft, ...], draft: Draft) -> tuple[Draft, ChangeSet]:
        """Save, but never over words that came from elsewhere; runs in the lane."""
        stored = self._store.load(draft.case_id, draft.kind) or blank(draft.case_id, draft.kind)
        is_ours = any(same_words(stored, one) for one in ours)
        kept = draft if is_ours else joined(stored, draft)
        return kept, self._store.save(kept)

    def _on_written(self, handed: Draft, outcome: tuple[Draft, ChangeSet]) -> None:
        kept, changes = outcome
        sheet = self._end_of(handed)
        sheet.known = replace(kept, saved_at=self._clock())
        self._show(merged(handed, kept, sheet.shown))
        self._bus.announce(changes, self)
        self.saved.emit(sheet.known)

    def _on_failed(self, handed: Draft, error: Exception) -> None:
        self._end_of(handed)
        self._retry.poke()
        self.failed.emit(handed, error)

    def _end_of(self, handed: Draft) -> _Sheet:
        sheet = self._sheet(key_of(handed))
        sheet.handed = [draft for draft in sheet.handed if draft is not handed]
        return sheet

    def _on_loaded(self, key: Key, stored: Draft | None) -> None:
        sheet = self._sheet(key)
        found = stored or blank(*key)
        shown = merged(sheet.known, found, sheet.shown)
        sheet.known = found
        self._show(shown)

    def _on_unreadable(self, key: Key, error: Exception) -> None:
        self.failed.emit(self.shown(*key), error)

    def _show(self, draft: Draft) -> None:
        sheet = self._sheet(key_of(draft))
        if sheet.shown != draft:
            sheet.shown = draft
            self.changed.emit(draft)
        if not sheet.is_kept:
            self._quiet.poke()

    def _sheet(self, key: Key) -> _Sheet:
        empty = blank(*key)
        return self._sheets.setdefault(key, _Sheet(shown=empty, known=empty))


def _nothing() -> None:
    """Take a turn in a lane."""
