# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the list shows and which case is chosen in it: place, search, filter, order, selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import Emits, emits
from desktop.bridge.timers import Debounce, MinuteTick, Throttle
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.case_list import CaseListModel, Window
from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.deadlines import unverified_number, unverified_text
from desktop.viewmodels.filters import Choices, choices_of, narrowing_count, with_text
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.navigation import Place, place_title
from desktop.viewmodels.problems import Problem, describe
from sync.cases.access import Unit
from sync.cases.changes import ChangeSet
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.ids import CaseId
from sync.cases.views import CaseRow, SearchReach
from sync.i18n import gettext as _
from sync.i18n import ngettext
from sync.services.terms import sort_text

_SEARCH_DELAY_MS: Final = 180
_REFRESH_MS: Final = 800


class CaseSource(Protocol):
    """Where the rows come from; `sync.services.inbox.Inbox` is one."""

    def ids(self, queue: Queue, narrowed: CaseFilter, sort: Sort) -> Sequence[CaseId]:
        """Return every case of a queue that passes the filter, in order."""

    def reach(self) -> SearchReach:
        """Return how many of the cases here a search looks through."""

    def rows(self, ids: Sequence[CaseId]) -> list[CaseRow]:
        """Return the lines of some cases."""

    def channels(self) -> list[str]:
        """Return the channels of the cases that are here."""

    def units(self) -> list[Unit]:
        """Return the units that the officer may come across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyWords:
    """Why there is nothing to show, and what can be done.

    Attributes:
        is_narrowed: the filter or the search can be taken away.
        is_locked: cases are withheld here; what the officer wrote is not.
    """

    title: str
    detail: str
    is_narrowed: bool = False
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListState:
    """Everything around the rows.

    Attributes:
        shows_cases: the place lists cases at all.
        total: how many there are; None while they are being looked up for the first time.
        reach: how much the search that found these looked through.
        pinned: which case is open though it is not in this list; empty when it is in it.
        choices: what else the list can be narrowed to; empty until somebody asks.
    """

    place: Place = Place.NOT_STARTED
    narrowed: CaseFilter = field(default_factory=CaseFilter)
    sort: Sort = Sort.DUE
    shows_cases: bool = True
    total: int | None = None
    reach: SearchReach = field(default_factory=SearchReach)
    heading: str = ""
    sort_label: str = ""
    narrowing_label: str = ""
    empty: EmptyWords | None = None
    pinned: str = ""
    choices: Choices = field(default_factory=Choices)
    problem: Problem | None = None


class CaseListPresenter(QObject):
    """The list of one place, or of what a search finds.

    Attributes:
        begins_anew: the ids that come next are another list, not news of the same one.

    Signals:
        state_changed: everything around the rows.
        selected: another case is open, or none.
    """

    state_changed = emits(CaseListState)
    selected: Emits[CaseId | None] = emits(CaseId | None)

    def __init__(
        self,
        source: CaseSource,
        lane: Lane,
        bus: ChangeBus,
        lines: CaseLines,
        formats: Formats,
        tick: MinuteTick,
    ) -> None:
        super().__init__()
        self._source = source
        self._lane = lane
        self._formats = formats
        self._asked = 0
        self._picks_first = True
        self._anchor = 0
        self._lock: Problem | None = None
        self._open_number = ""
        self.begins_anew = False
        self.state = CaseListState()
        self.selected_id: CaseId | None = None
        self._lines = lines
        self.model = CaseListModel(lines, self)
        self.model.window_wanted.connect(self._on_window_wanted)
        self._typing = Debounce(_SEARCH_DELAY_MS, self)
        self._typing.fired.connect(self.refresh)
        self._news = Throttle(_REFRESH_MS, self)
        self._news.fired.connect(self._on_news)
        bus.changed.connect(self._on_changed)
        tick.ticked.connect(self.model.reword)
        tick.ticked.connect(self._on_minute)

    def open_place(self, place: Place) -> None:
        """Show a place; a search ends, the filter stays."""
        self._picks_first = True
        self._change(place=place, narrowed=with_text(self.state.narrowed, ""))

    def sort_from_now(self, sort: Sort) -> None:
        """Use an order from the next look-up on."""
        self.state = replace(self.state, sort=sort)

    def sort_by(self, sort: Sort) -> None:
        """Show the same cases in another order."""
        self._picks_first = True
        self._change(sort=sort)

    def narrow(self, narrowed: CaseFilter) -> None:
        """Show fewer cases, or more again; the search text stays."""
        self._picks_first = True
        self._change(narrowed=with_text(narrowed, self.state.narrowed.text))

    def clear_narrowing(self) -> None:
        """Show everything of the place."""
        self._change(narrowed=CaseFilter())

    def search(self, text: str) -> None:
        """Look for words in all local cases, a moment after the last letter."""
        narrowed = with_text(self.state.narrowed, text)
        if narrowed != self.state.narrowed:
            self._begin_anew()
            self._become(self._aware(replace(self.state, narrowed=narrowed, total=None)))
            self._typing.poke()

    def search_now(self) -> None:
        """Do not wait for more letters."""
        if self._typing.is_waiting:
            self._typing.fire()

    @Slot()
    def refresh(self) -> None:
        """Look the list up anew."""
        state = self._aware(self.state)
        self._become(state)
        if not state.shows_cases:
            return
        self._asked += 1
        queue = Queue.ALL if state.narrowed.text else state.place.queue or Queue.ALL
        look_up = partial(self._look_up, queue, state.narrowed, state.sort, self.model.ids)
        self._lane.run(look_up, partial(self._on_ids, self._asked), self._on_failed, self)

    @Slot(object)
    def show_lock(self, lock: Problem | None) -> None:
        """Say in empty lists that cases are withheld, and why; None when they are not."""
        self._lock = lock
        self._become(self._aware(self.state))

    @Slot()
    def _on_minute(self) -> None:
        """The clock may have become certain, or uncertain."""
        self._become(self._aware(self.state))

    @Slot(object)
    def note_open(self, case: CaseState) -> None:
        """Take note of the number of the open case, to name it where it is not listed."""
        self._open_number = "" if case.text is None else case.text.number
        self._become(self._aware(self.state))

    def load_choices(self) -> None:
        """Read what the list can be narrowed to."""
        self._lane.run(self._read_choices, self._on_choices, self._on_failed, self)

    def _read_choices(self) -> Choices:
        """Read channels and units; runs in the lane."""
        return choices_of(self._source.channels(), self._source.units())

    def _on_choices(self, choices: Choices) -> None:
        self._become(replace(self.state, choices=choices))

    def select(self, case_id: CaseId | None) -> None:
        """Open a case."""
        row = self.model.row_of(case_id)
        if row is not None:
            self._anchor = row
        if case_id != self.selected_id:
            self.selected_id = case_id
            self.selected.emit(case_id)

    def step(self, distance: int) -> None:
        """Open the next case (1) or the one before (-1); both end at the ends of the list."""
        last = len(self.model.ids) - 1
        row = self.model.row_of(self.selected_id)
        if row is None:
            # The open case has left the list: the one that took its place comes next.
            target = self._anchor + min(distance, 0) if distance < 0 else self._anchor
        else:
            target = row + distance
        case_id = self.model.id_at(max(0, min(target, last)))
        if case_id is not None:
            self.select(case_id)

    def _look_up(
        self, queue: Queue, narrowed: CaseFilter, sort: Sort, shown: Sequence[CaseId]
    ) -> tuple[Sequence[CaseId] | None, SearchReach]:
        """Return the ids, or None when they are those shown already; runs in the lane."""
        # Asked before the search: what is gathered in between makes it no less true.
        reach = self._source.reach() if narrowed.text else SearchReach()
        ids = self._source.ids(queue, narrowed, sort)
        is_same = len(ids) == len(shown) and list(ids) == list(shown)
        return None if is_same else ids, reach

    def _on_ids(self, asked: int, found: tuple[Sequence[CaseId] | None, SearchReach]) -> None:
        if asked != self._asked:
            return
        ids, reach = found
        if ids is None:
            self.model.refresh()
        else:
            self.model.show_ids(ids)
        self.begins_anew = False
        self._become(self._aware(self._found(reach)))
        if self._picks_first and self.state.total and not self.state.narrowed.text:
            self._picks_first = False
            if self.model.row_of(self.selected_id) is None:
                self.select(self.model.id_at(0))

    def _found(self, reach: SearchReach) -> CaseListState:
        return replace(self.state, total=len(self.model.ids), reach=reach, problem=None)

    @Slot(object)
    def _on_window_wanted(self, window: Window) -> None:
        fetch: Callable[[], list[CaseRow]] = partial(self._source.rows, window.ids)
        self._lane.run(fetch, partial(self.model.receive, window), self._on_failed, self)

    @Slot(object, object)
    def _on_changed(self, changes: ChangeSet, _initiator: object) -> None:
        finds_more = changes.words and bool(self.state.narrowed.text)
        if changes.many or changes.cases or changes.drafts or changes.outbox or finds_more:
            self._news.poke()

    @Slot()
    def _on_news(self) -> None:
        if not self._typing.is_waiting:
            self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._become(replace(self.state, problem=describe(error)))

    def _change(
        self,
        *,
        place: Place | None = None,
        narrowed: CaseFilter | None = None,
        sort: Sort | None = None,
    ) -> None:
        self._typing.cancel()
        self._begin_anew()
        wanted = replace(
            self.state,
            place=place or self.state.place,
            narrowed=self.state.narrowed if narrowed is None else narrowed,
            sort=sort or self.state.sort,
            total=None,
        )
        self._become(self._aware(wanted))
        self.refresh()

    def _begin_anew(self) -> None:
        self.begins_anew = True
        self._anchor = 0

    def _aware(self, state: CaseListState) -> CaseListState:
        """Fill in the words that follow from the rest."""
        count = narrowing_count(state.narrowed)
        return replace(
            state,
            shows_cases=bool(state.narrowed.text) or state.place.queue is not None,
            heading=self._heading(state),
            sort_label=sort_text(state.sort),
            narrowing_label=_("Filter ({count})").format(count=count) if count else _("Filter"),
            empty=self._empty(state) if state.total == 0 else None,
            pinned=self._pinned(state),
        )

    def _pinned(self, state: CaseListState) -> str:
        is_listed = self.model.row_of(self.selected_id) is not None
        if state.total is None or self.selected_id is None or is_listed or not self._open_number:
            return ""
        return _("Open: {number}, not in this list").format(number=self._open_number)

    def _empty(self, state: CaseListState) -> EmptyWords:
        if self._lock is not None:
            return EmptyWords(title=self._lock.title, detail=self._lock.detail, is_locked=True)
        if state.narrowed.text and not state.reach.is_whole:
            return EmptyWords(
                title=_("Nothing found so far"), detail=self._reach(state), is_narrowed=True
            )
        if self._is_sure(state) or not state.narrowed.is_empty:
            return _empty_words(state)
        return EmptyWords(
            title=unverified_text(_("Nothing here")),
            detail=_("The clock of this computer cannot be trusted until the centre answers."),
        )

    def _is_sure(self, state: CaseListState) -> bool:
        """Whether what is listed can be relied on, whatever the clock may be."""
        queue = None if state.narrowed.text else state.place.queue
        return queue is None or not queue.is_of_days or self._lines.is_day_verified()

    def _heading(self, state: CaseListState) -> str:
        if state.total is None:
            return _("Looking up…")
        number = self._formats.number(state.total)
        if state.narrowed.text:
            found = ngettext("{count} found", "{count} found", state.total).format(count=number)
            return found if state.reach.is_whole else f"{found} · {self._reach(state)}"
        if not self._is_sure(state):
            number = unverified_number(number)
        return ngettext("{count} complaint", "{count} complaints", state.total).format(count=number)

    def _reach(self, state: CaseListState) -> str:
        """Say how much a search has looked through, while words are still being gathered."""
        return _("{searched} of {held} complaints searched").format(
            searched=self._formats.number(state.reach.searched),
            held=self._formats.number(state.reach.held),
        )

    def _become(self, state: CaseListState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _empty_words(state: CaseListState) -> EmptyWords:
    if state.narrowed.text:
        return EmptyWords(
            title=_("Nothing found for “{words}”").format(words=state.narrowed.text),
            detail=_("All complaints on this computer were searched. Try fewer or other words."),
            is_narrowed=True,
        )
    if not state.narrowed.is_empty:
        return EmptyWords(
            title=_("No complaint passes the filter"),
            detail=_("Take the filter away to see everything in “{place}”.").format(
                place=place_title(state.place)
            ),
            is_narrowed=True,
        )
    match state.place:
        case Place.NOT_STARTED | Place.DUE_SOON | Place.OVERDUE:
            return EmptyWords(
                title=_("All done here"), detail=_("New complaints appear by themselves.")
            )
        case Place.DRAFTS:
            return EmptyWords(
                title=_("No drafts"),
                detail=_(
                    "What you write and do not send is kept here by itself. Drafts on another "
                    "computer of yours are seen only there."
                ),
            )
        case Place.FLAGGED:
            return EmptyWords(
                title=_("Nothing is flagged"),
                detail=_(
                    "Answers that crossed with something newer stand here until a second officer "
                    "has looked at them."
                ),
            )
        case Place.MINE:
            return EmptyWords(
                title=_("Nothing is assigned to you"),
                detail=_("Take a complaint with the key A."),
            )
        case _:
            return EmptyWords(title=_("Nothing here"), detail=_("Choose another queue."))
