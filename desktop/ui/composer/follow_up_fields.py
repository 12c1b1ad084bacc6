# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a follow-up says besides its words: its day, the next step, evidence."""

from __future__ import annotations

from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)
from typing_extensions import override

from desktop.theme.tokens import MEASURES
from desktop.ui.composer.evidence_fields import AddEvidence, EvidenceChips
from desktop.ui.widgets.turning_row import TurningRow
from desktop.viewmodels.composer_state import ComposerState
from sync.i18n import gettext as _

_BESIDE: Final = 600
"""Where date and evidence stand side by side, in pixels."""
_STEP_BESIDE: Final = 420
"""Where the words of a next step can be read beside its date, in pixels."""


class FollowUpFields(QWidget):
    """Standard editors in a grid.

    Signals:
        done_on_chosen: the day the work was done.
        next_step_written: what comes next.
        next_step_on_chosen: until when; None for no date.
        files_chosen: paths of files to add to the evidence.
        file_removed: place of a file to take off.
        shrink_wished: whether large photos are made smaller.
    """

    done_on_chosen = Signal(object)
    next_step_written = Signal(str)
    next_step_on_chosen = Signal(object)
    files_chosen = Signal(list)
    file_removed = Signal(int)
    shrink_wished = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done_on = _day_edit("composer.done-on", self)
        self._next_step = QLineEdit(self)
        self._next_step.setObjectName("composer.next-step")
        self._next_step.setPlaceholderText(_("None planned"))
        self._has_date = QCheckBox(_("&by"), self)
        self._has_date.setObjectName("composer.has-next-step-on")
        self._has_date.setAccessibleName(_("Next step has a date"))
        self._next_step_on = _day_edit("composer.next-step-on", self)
        self._next_step_on.setAccessibleName(_("Date of the next step"))
        self._add = AddEvidence(self)
        self._chips = EvidenceChips(self)
        self._arrange()
        self._connect()

    def tab_chain(self) -> list[QWidget]:
        """Return the editors in the order of the keyboard."""
        return [
            self._next_step,
            self._has_date,
            self._next_step_on,
            self._done_on,
            self._add.button,
            self._add.shrink,
        ]

    def show_state(self, state: ComposerState) -> None:
        """Show the values of a follow-up."""
        draft = state.draft
        if draft is None or state.done_on is None or state.today is None:
            return
        with QSignalBlocker(self._done_on), QSignalBlocker(self._next_step_on):
            self._done_on.setMaximumDate(_to_qt(state.today))
            self._done_on.setDate(_to_qt(state.done_on))
            self._next_step_on.setDate(_to_qt(draft.next_step_on or state.today))
        if self._next_step.text() != draft.next_step:
            self._next_step.setText(draft.next_step)
        with QSignalBlocker(self._has_date):
            self._has_date.setChecked(draft.next_step_on is not None)
        if self._chips.show_files(state.evidence):
            self._add.button.setFocus()
        self.setEnabled(state.can_write)
        self._has_date.setEnabled(bool(draft.next_step or draft.next_step_on))
        self._next_step_on.setEnabled(draft.next_step_on is not None)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_evidence()

    def _place_evidence(self) -> None:
        """Put the evidence beside the date where there is room for it, else below."""
        row, column, span = (1, 2, 1) if self.width() >= _BESIDE else (2, 0, 3)
        self._grid.addWidget(self._evidence, row, column)
        self._grid.addWidget(self._add, row, column + 1, 1, span)

    def _arrange(self) -> None:
        grid = self._grid = QGridLayout(self)
        self._evidence = _label(_("Evidence"), self._add.button, self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(MEASURES.space_m)
        grid.setVerticalSpacing(MEASURES.space_s)
        grid.addWidget(_label(_("Ne&xt step"), self._next_step, self), 0, 0)
        step = TurningRow(MEASURES.space_m, self, least=_STEP_BESIDE)
        step.box.addWidget(self._next_step, 1)
        step.box.addWidget(self._until())
        grid.addWidget(step, 0, 1, 1, 3)
        grid.addWidget(_label(_("Date &done"), self._done_on, self), 1, 0)
        grid.addWidget(self._done_on, 1, 1)
        self._place_evidence()
        grid.addWidget(self._chips, 3, 1, 1, 3)
        grid.setColumnStretch(3, 1)

    def _until(self) -> QWidget:
        until = QWidget(self)
        row = QHBoxLayout(until)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEASURES.space_m)
        row.addWidget(self._has_date)
        row.addWidget(self._next_step_on)
        row.addStretch(1)
        return until

    def _connect(self) -> None:
        self._done_on.dateChanged.connect(self._on_done_on)
        self._next_step.textEdited.connect(self.next_step_written)
        self._has_date.toggled.connect(self._on_has_date)
        self._next_step_on.dateChanged.connect(self._on_next_step_on)
        self._add.chosen.connect(self.files_chosen)
        self._chips.removed.connect(self.file_removed)
        self._add.shrink_wished.connect(self.shrink_wished)

    @Slot(QDate)
    def _on_done_on(self, day: QDate) -> None:
        self.done_on_chosen.emit(_from_qt(day))

    @Slot(bool)
    def _on_has_date(self, has_date: bool) -> None:
        day = _from_qt(self._next_step_on.date()) if has_date else None
        self.next_step_on_chosen.emit(day)

    @Slot(QDate)
    def _on_next_step_on(self, day: QDate) -> None:
        self.next_step_on_chosen.emit(_from_qt(day))


def _label(text: str, buddy: QWidget, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setBuddy(buddy)
    return label


def _day_edit(name: str, parent: QWidget) -> QDateEdit:
    editor = QDateEdit(parent)
    editor.setObjectName(name)
    editor.setCalendarPopup(True)
    editor.setDisplayFormat("d MMM yyyy")
    return editor


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _from_qt(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
